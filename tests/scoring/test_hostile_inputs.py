"""Section 13 of docs/scoring-method.md: every row of its table is run here, and no row stands there without a test."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.aggregate import weighted_mean
from scoring.caps import Cap
from scoring.change import Situation, decompose
from scoring.composite import FINAL, NONE, PROVISIONAL, contributions, evaluate
from scoring.control_limits import control_limits
from scoring.errors import ScoringError
from scoring.importance import importance
from scoring.normalise import Goalposts, normalise, normalise_columns
from scoring.relative import min_max, z_score
from scoring.sensitivity import sobol_indices
from scoring.tree import two_level
from scoring.uncertainty import dirichlet_weights, rank_composites
from scoring.value_draws import Sample
from weights.pairwise import pairwise_weights
from weights.points import allocated_weights
from weights.profile import WeightsError

NAN, INF = math.nan, math.inf
METHOD = Path(__file__).parents[2] / "docs" / "scoring-method.md"
SECTION = re.compile(r"^## 13\..*?(?=^## 14\.)", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| (?P<given>.+?) \| (?P<answer>.+) \|$", re.MULTILINE)
POSTS = Goalposts("higher_is_better", 40, 90)
Answer = str
TESTS: dict[str, Callable[[Answer], None]] = {}


def documented() -> dict[str, Answer]:
    (section,) = SECTION.findall(METHOD.read_text(encoding="utf-8"))
    rows = [(match["given"], match["answer"]) for match in ROW.finditer(section)][2:]
    return dict(rows)


ANSWERS = documented()


def given(text: str) -> Callable[[Callable[[Answer], None]], Callable[[Answer], None]]:
    """The test of the row that begins with this text."""

    def register(test: Callable[[Answer], None]) -> Callable[[Answer], None]:
        assert text not in TESTS
        TESTS[text] = test
        return test

    return register


def refused(answer: Answer, *calls: Callable[[], Any]) -> None:
    """Every call is refused, and the page gives the sentence, or the part of it that it puts in quotes."""
    quoted = re.findall(r'"([^"]+)"', answer)
    said = set()
    for call in calls:
        with pytest.raises((ScoringError, WeightsError)) as caught:
            call()
        said |= {sentence for sentence in quoted if sentence in str(caught.value)}
        assert any(sentence in str(caught.value) for sentence in quoted), str(caught.value)
    assert said == set(quoted)


def shows(answer: Answer, *figures: str) -> None:
    """The figures that the page prints in bold are these."""
    assert tuple(re.findall(r"\*\*([^*]+)\*\*", answer)) == figures


def test_every_row_has_a_test_and_every_test_a_row() -> None:
    assert set(ANSWERS) == set(TESTS)


@pytest.mark.parametrize("row", ANSWERS)
def test_the_row(row: str) -> None:
    TESTS[row](ANSWERS[row])


@given("a value that is NaN or None")
def _gap(answer: Answer) -> None:
    for nothing in (NAN, None):
        assert np.isnan(normalise([nothing], POSTS)).all()
        mean, coverage = weighted_mean([80, nothing], [1, 1])
        assert (mean, coverage) == (80, 50)
    shows(answer, "80")
    assert "coverage 50 %" in answer


@given("an infinite value")
def _infinite(answer: Answer) -> None:
    refused(
        answer,
        lambda: normalise([INF], POSTS),
        lambda: normalise([-INF], POSTS),
        lambda: normalise_columns([[50, INF]], [POSTS, POSTS]),
    )


@given("a text or a truth value where a number belongs, alone or among numbers")
def _no_numbers(answer: Answer) -> None:
    lists: Sequence[Any] = (
        ["70"], ["70", None], ["nan", None], [b"7", None], [True], [60, True], [60.5, np.True_], [None, False],
        [[60, 50], [True, 50]], [np.datetime64("2026-10-01"), None], np.array([True]), [60 + 0j],
        np.array([60, True], dtype=object),
    )  # fmt: skip
    refused(answer, *(lambda wrong=wrong: normalise(wrong, POSTS) for wrong in lists))
    assert normalise([60, None, np.float32(65), 10**30], POSTS)[[0, 2, 3]].tolist() == [40, 50, 100]


@given("rows of different lengths")
def _ragged(answer: Answer) -> None:
    refused(answer, lambda: normalise([[50.0], [50.0, 60.0]], POSTS))


@given("a value beyond its goalposts")
def _beyond(answer: Answer) -> None:
    shows(answer, "0", "100")
    assert normalise([39.9, -1e308, 90.1, 1e308], POSTS).tolist() == [0, 0, 100, 100]


@given("a value of 0 or less on a logarithmic or log-normal curve")
def _no_logarithm(answer: Answer) -> None:
    shows(answer, "0", "100")
    for curve in ("logarithmic", "lognormal"):
        assert normalise([0, -5], Goalposts("higher_is_better", 10, 100, curve=curve)).tolist() == [0, 0]
        assert normalise([0, -5], Goalposts("lower_is_better", 100, 10, curve=curve)).tolist() == [100, 100]


@given("a score outside 0 to 100")
def _no_score(answer: Answer) -> None:
    tree = two_level([0, 0], [1, 1], [1])
    refused(answer, lambda: weighted_mean([-1, 50], [1, 1]), lambda: evaluate([-1, 50], tree))


@given("goalposts that are equal, the wrong way round or infinite")
def _no_goalposts(answer: Answer) -> None:
    refused(
        answer,
        lambda: Goalposts("higher_is_better", 40, 40),
        lambda: Goalposts("higher_is_better", 90, 40),
        lambda: Goalposts("higher_is_better", 40, INF),
        lambda: Goalposts("higher_is_better", NAN, 90),
    )


@given("a negative, infinite or NaN weight")
def _no_weight(answer: Answer) -> None:
    refused(answer, *(lambda wrong=wrong: weighted_mean([50, 60], [1, wrong]) for wrong in (-1, INF, NAN, None)))


@given("weights that are all 0")
def _no_weights(answer: Answer) -> None:
    refused(answer, lambda: weighted_mean([50, 60], [0, 0]))


@given("one weight of 0")
def _weight_of_0(answer: Answer) -> None:
    shows(answer, "100 %")
    mean, coverage = weighted_mean([[50, 90], [50, NAN]], [1, 0])
    assert mean.tolist() == [50, 50]
    assert coverage.tolist() == [100, 100]


@given("huge or tiny weights")
def _only_ratios(answer: Answer) -> None:
    shows(answer, "70")
    assert [weighted_mean([60, 80], [size, size])[0] for size in (1e300, 1e-300)] == [70, 70]


@given("a pillar with weight whose measures have none")
def _hollow_pillar(answer: Answer) -> None:
    refused(answer, lambda: two_level([0, 1], [0, 1], [1, 1]))


@given("an empty set: no measures")
def _no_measures(answer: Answer) -> None:
    refused(answer, lambda: weighted_mean([], []))


@given("an empty set: no units")
def _no_units(answer: Answer) -> None:
    found = evaluate(np.empty((0, 2)), two_level([0, 1], [1, 1], [1, 1]))
    assert found.composite.shape == (0,)
    assert found.pillars.shape == (0, 2)


@given("one element: a single measure in a single pillar")
def _one_measure(answer: Answer) -> None:
    shows(answer, "73")
    found = evaluate([73], two_level([0], [5], [9]))
    assert (found.composite, found.status, found.coverage) == (73, FINAL, 100)


@given("nothing but gaps")
def _all_gaps(answer: Answer) -> None:
    shows(answer, "0 %")
    tree = two_level([0, 1], [1, 1], [1, 1])
    found = evaluate([NAN, NAN], tree)
    assert (found.status, found.coverage) == (NONE, 0)
    assert contributions([NAN, NAN], tree).tolist() == [0, 0]


@given("a missing pillar")
def _missing_pillar(answer: Answer) -> None:
    shows(answer, "56.1")
    tree = two_level(range(5), [1] * 5, [20, 30, 25, 15, 10])
    found = evaluate([[70, 60, 50, 40, NAN], [NAN, NAN, 50, 40, 30]], tree)
    assert found.status.tolist() == [PROVISIONAL, NONE]
    assert_allclose(found.composite[0], (20 * 70 + 30 * 60 + 25 * 50 + 15 * 40) / 90)


@given("a 0 in a geometric or harmonic mean")
def _a_zero(answer: Answer) -> None:
    shows(answer, "10", "0")
    assert_allclose(weighted_mean([0, 100], [1, 1], "geometric")[0], 10)
    assert_allclose(weighted_mean([0, 100], [1, 1], "harmonic")[0], 2 / (1 / 1 + 1 / 100))
    assert [weighted_mean([0, 100], [1, 1], kind, 0)[0] for kind in ("geometric", "harmonic")] == [0, 0]


@given("a mean of order NaN, 11 or 0.01")
def _no_order(answer: Answer) -> None:
    refused(answer, *(lambda order=order: weighted_mean([1, 2], [1, 1], order) for order in (NAN, 11, 0.01)))


@given("a cap whose gate has no score")
def _gate_missing(answer: Answer) -> None:
    tree = two_level([0, 0, 1], [1, 1, 1], [1, 1], min_coverage=50, caps=[Cap(5, 10, 1, 40)])
    found = evaluate([90, NAN, 70], tree)
    assert found.composite == found.uncapped == 80
    (line,) = found.caps
    assert line.gate_missing
    assert not line.active


@given("a cap that looks at itself or above itself")
def _circular_cap(answer: Answer) -> None:
    refused(
        answer, *(lambda gate=gate: two_level([0, 1], [1, 1], [1, 1], caps=[Cap(2, 10, gate, 40)]) for gate in (2, 4))
    )


@given("a constant column")
def _constant(answer: Answer) -> None:
    shows(answer, "0")
    scores = np.column_stack([np.full(12, 40.0), np.arange(0, 60, 5.0)])
    tree = two_level([0, 0], [1, 1], [1])
    assert_allclose(evaluate(scores, tree).composite, (40 + scores[:, 1]) / 2)
    found = importance(scores, tree)
    assert found.main_effect[0] == found.pearson_squared[0] == 0
    assert np.isnan([min_max(scores[:, 0]), z_score(scores[:, 0])]).all()


@given("importance of measures over fewer than ten units")
def _few_units(answer: Answer) -> None:
    scores = np.arange(18.0).reshape(9, 2)
    refused(answer, *(lambda rows=rows: importance(scores[:rows], two_level([0, 0], [1, 1], [1])) for rows in (1, 9)))


@given("equal composites")
def _ties(answer: Answer) -> None:
    shows(answer, "1", "1", "3")
    assert rank_composites([[70.0, 70.0, 60.0]]).ranks.tolist() == [[1, 1, 3]]


@given("a change from or to a period without a composite")
def _no_change(answer: Answer) -> None:
    tree = two_level([0, 1], [1, 1], [1, 1])
    there, gap = Situation([50, 60], tree), Situation([NAN, NAN], tree)
    refused(answer, lambda: decompose(there, gap), lambda: decompose(gap, there))


@given("a series too short for control limits, or constant")
def _series(answer: Answer) -> None:
    short, constant = control_limits(np.arange(11.0)), control_limits([50.0] * 12)
    assert not short.enough
    assert (bool(constant.enough), constant.lower, constant.upper) == (True, 50, 50)
    assert not (constant.outside.any() or constant.wide.any() or constant.runs.any())


@given("a share of people outside 0 to 100 %, a size below 1, a spread below 0")
def _no_sample(answer: Answer) -> None:
    def sample(value: float, size: float, spread: float) -> Sample:
        return Sample(np.array([[value]]), np.array([[size]]), np.array([[spread]]), np.array([True]))

    refused(
        answer,
        lambda: sample(100.1, 30, NAN),
        lambda: sample(-0.1, 30, NAN),
        lambda: sample(50, 0.5, NAN),
        lambda: sample(50, 30, -1),
    )


@given("weights drawn with a concentration of 0, or no draws")
def _no_draws(answer: Answer) -> None:
    rng = np.random.default_rng(1)
    refused(
        answer,
        *(lambda wrong=wrong: dirichlet_weights([1, 1], wrong, 10, rng) for wrong in (0, -1, NAN, INF)),
        lambda: dirichlet_weights([1, 1], 10, 0, rng),
    )


@given("a model that answers the same everywhere, or NaN")
def _odd_model(answer: Answer) -> None:
    shows(answer, "0")

    def sobol(output: float) -> Any:
        return sobol_indices(lambda points: np.full(len(points), output), 2, 16, np.random.default_rng(1))

    assert sobol(7.0).first.tolist() == sobol(7.0).total.tolist() == [0, 0]
    refused(answer, lambda: sobol(NAN), lambda: sobol(INF))


@given("a judgement of 0 or less")
def _no_judgement(answer: Answer) -> None:
    refused(answer, lambda: pairwise_weights([[1, 0], [INF, 1]]), lambda: pairwise_weights([[1, -3], [-1 / 3, 1]]))


@given("judgements of which A to B is not one over B to A")
def _not_reciprocal(answer: Answer) -> None:
    refused(answer, lambda: pairwise_weights([[1, 3], [3, 1]]))


@given("no point allocated to anything")
def _no_points(answer: Answer) -> None:
    refused(answer, lambda: allocated_weights({"a": 0, "b": 0}))
