"""Where judgements contradict each other, by hand: what a pair says against what the two others imply."""

from __future__ import annotations

import numpy as np
import pytest

from weights.contradictions import contradictions
from weights.judgements import Judgement, judgement_matrix
from weights.pairwise import pairwise_weights

KEYS = ["reach", "depth", "cost", "impact"]
# Everything agrees with the weights 8, 4, 2, 1, but that reach should be 8 times impact and is said to be a half.
ODD = [
    Judgement("reach", "depth", 2),
    Judgement("depth", "cost", 2),
    Judgement("cost", "impact", 2),
    Judgement("reach", "cost", 4),
    Judgement("depth", "impact", 4),
    Judgement("reach", "impact", 0.5),
]


def found(judgements: list[Judgement], keys: list[str] = KEYS) -> list[object]:
    """The contradictions among these judgements."""
    given = judgement_matrix(keys, judgements)
    return list(contradictions(keys, given, pairwise_weights(given).weights))


def test_the_odd_judgement_is_the_one_named() -> None:
    worst, second = contradictions(KEYS, matrix := judgement_matrix(KEYS, ODD), pairwise_weights(matrix).weights)
    for each in (worst, second):
        assert (each.first, each.last) == ("impact", "reach")
        assert each.judged == pytest.approx(2)
        assert each.implied == pytest.approx(1 / 8)
        assert each.factor == pytest.approx(16)
    assert {worst.middle, second.middle} == {"depth", "cost"}


def test_a_person_can_act_on_the_sentence() -> None:
    matrix = judgement_matrix(KEYS, ODD)
    worst = contradictions(KEYS, matrix, pairwise_weights(matrix).weights)[0]
    assert worst.sentence == (
        "'cost' is 2 times as important as 'impact' and 'reach' is 4 times as important as 'cost'; together that means "
        "'reach' is 8 times as important as 'impact', but the judgement says 'impact' is 2 times as important as "
        "'reach'. Look at these three judgements again."
    )


def test_a_ring_of_preferences_is_a_contradiction() -> None:
    """a over b over c over a, 3 times each: implied 9 against a third, 27 times apart."""
    ring = [Judgement("a", "b", 3), Judgement("b", "c", 3), Judgement("c", "a", 3)]
    (only,) = contradictions(["a", "b", "c"], judgement_matrix(["a", "b", "c"], ring), np.full(3, 1 / 3))
    assert only.factor == pytest.approx(27)


def test_judgements_that_agree_have_none() -> None:
    agreeing = [*ODD[:-1], Judgement("reach", "impact", 8)]
    assert found(agreeing) == []


def test_a_triple_with_a_gap_contradicts_nothing() -> None:
    assert found(ODD[:3]) == []


def test_the_order_of_the_things_does_not_matter() -> None:
    assert found(ODD, KEYS) == found(ODD, KEYS[::-1])
