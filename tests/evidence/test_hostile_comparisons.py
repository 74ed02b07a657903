"""Whatever comes in, a comparison answers with finite numbers, says what is missing, or refuses in a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.evidence.did import difference_in_differences
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.matching import Participants, matched_comparison
from lei.evidence.panel_data import Panel
from lei.evidence.panel_regression import cross_section, first_differences, fixed_effects
from lei.evidence.parallel_trends import parallel_trends, placebo
from lei.evidence.randomized import Trial, randomized_comparison
from lei.evidence.records import Model, Records
from lei.evidence.staggered import staggered_rollout

SEEDS = st.integers(0, 2**32 - 1)
# Few different numbers, so that constant columns, ties and perfect fits are common; some huge, some tiny.
LEVELS = np.array([0.0, 0.1, 0.1, 0.3, 1.0, 8.4, -2.0, 1e-9, 1e9])


def answers(method: Callable[..., Any], *given_: Any) -> None:
    """Runs the method (warnings are errors here) and checks that what it answers is finite and in order."""
    try:
        result = method(*given_)
    except InvalidError as error:
        assert error.detail.endswith(".")
        return
    _check(result)


def _check(result: Any) -> None:
    if isinstance(result, Estimate):
        assert result.ci_low <= result.effect + 1e-9 * abs(result.effect)
        assert result.effect <= result.ci_high + 1e-9 * abs(result.effect)
        assert 0 <= result.p_value <= 1
    if isinstance(result, TooLittle):
        assert result.needed
        assert set(result.needed) == set(result.found)
    if isinstance(result, float):
        assert math.isfinite(result)
    elif isinstance(result, tuple):
        for part in result:
            _check(part)
    elif isinstance(result, dict):
        _check(tuple(result.values()))
    elif is_dataclass(result):
        _check(tuple(getattr(result, field.name) for field in fields(result)))


def hostile_panel(rng: np.random.Generator) -> Panel:
    units, months = int(rng.integers(1, 9)), int(rng.integers(1, 14))
    levels = rng.choice(LEVELS, int(rng.integers(1, 6)))
    values = rng.choice(levels, (units, months)) + rng.choice([0.0, 1.0]) * rng.normal(0, 1, (units, months))
    values[rng.random((units, months)) < rng.choice([0.0, 0.1, 0.6])] = math.nan
    cases = rng.choice([0.0, 1.0, 30.0, 1e8, 0.01], (units, months), p=[0.1, 0.2, 0.6, 0.05, 0.05])
    starts = rng.choice([-1, int(rng.integers(0, months + 2)), int(rng.integers(0, months + 2))], units)
    if rng.random() < 0.6:
        starts = np.where(starts == -1, -1, months // 2)
    clusters = tuple(str(rng.integers(0, rng.choice([2, 5, 30]))) for _ in range(units))
    return Panel(tuple(f"u{unit}" for unit in range(units)), values, cases, starts, clusters)


@settings(max_examples=400)
@given(SEEDS)
def test_panels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    panel = hostile_panel(rng)
    for method in (difference_in_differences, staggered_rollout, parallel_trends, placebo):
        answers(method, panel)


def hostile_people(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    people, columns = int(rng.choice([1, 9, 50, 150, 200])), int(rng.integers(1, 4))
    numbers = rng.choice(rng.choice(LEVELS, int(rng.integers(1, 6))), (people, columns + 1))
    numbers = numbers + rng.choice([0.0, 1.0], columns + 1) * rng.normal(0, 1, (people, columns + 1))
    return numbers[:, 0], rng.random(people) < rng.choice([0.0, 0.05, 0.5]), numbers[:, 1:]


@settings(max_examples=150)
@given(SEEDS)
def test_people(seed: int) -> None:
    rng = np.random.default_rng(seed)
    outcomes, treated, baselines = hostile_people(rng)
    names = tuple("abc"[: baselines.shape[1]])
    sites = tuple(str(rng.integers(0, 12)) for _ in outcomes) if rng.random() < 0.5 else None
    answers(randomized_comparison, Trial(outcomes, treated, sites, baselines, names))
    answers(matched_comparison, Participants(outcomes, treated, baselines, names))


@settings(max_examples=60)
@given(SEEDS)
def test_records(seed: int) -> None:
    rng = np.random.default_rng(seed)
    units, periods = int(rng.choice([1, 20, 35, 50])), int(rng.integers(1, 5))
    rows = units * periods
    columns = {name: rng.choice(rng.choice(LEVELS, int(rng.integers(1, 6))), rows) for name in ("y", "a", "b")}
    columns["y"] = columns["y"] + rng.choice([0.0, 1.0]) * rng.normal(0, 1, rows)
    columns["d"] = (rng.random(rows) < rng.choice([0.0, 0.3, 1.0])).astype(float)
    columns["y"][rng.random(rows) < rng.choice([0.0, 0.2])] = math.nan
    unit = tuple(f"u{number}" for number in np.repeat(np.arange(units), periods))
    records = Records(unit, np.tile(np.arange(periods), units), columns)
    model = Model(
        "y", "d", ("a", "b")[: int(rng.integers(0, 3))], (0, 1)[: int(rng.integers(1, 3))], robust=seed % 2 > 0
    )
    answers(fixed_effects, records, model)
    answers(first_differences, records, model)
    answers(cross_section, records, model, periods - 1)


@pytest.mark.parametrize("method", [difference_in_differences, staggered_rollout, parallel_trends, placebo])
def test_a_panel_without_units(method: Callable[[Panel], Any]) -> None:
    empty = Panel((), np.empty((0, 0)), np.empty((0, 0)), np.array([], dtype=np.int64), ())
    with pytest.raises(InvalidError):
        method(empty)
