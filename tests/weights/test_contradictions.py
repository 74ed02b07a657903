"""Where judgements contradict each other, by hand: what a pair says against what the two others imply."""

from __future__ import annotations

import numpy as np
import pytest

from weights.contradictions import Contradiction, contradictions
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


def test_the_sentence_puts_what_is_more_important_first() -> None:
    """0.4 times is 2.5 times the other way round; once is as important."""
    assert Contradiction("a", "b", "c", 0.4, 1.5, 1.0).sentence == (
        "'a' is 1.5 times as important as 'b' and 'b' is as important as 'c'; together that means 'a' is 1.5 times as "
        "important as 'c', but the judgement says 'c' is 2.5 times as important as 'a'. Look at these three judgements "
        "again."
    )


@pytest.mark.parametrize(("judged", "by_middle"), [(5, 1.5), (3, 2.5)])
def test_judged_and_implied_are_as_far_apart_either_way(judged: float, by_middle: float) -> None:
    """5 against 2 x 1.5 = 3, and 3 against 2 x 2.5 = 5: five thirds apart."""
    assert Contradiction("a", "b", "c", judged, 2, by_middle).factor == pytest.approx(5 / 3)


def test_the_three_worst_are_named_worst_first() -> None:
    """All pairs are as 1 to 1 but a and b, 5 times, and c and d, twice; each of the two is in three triples."""
    keys = list("abcde")
    pairs = [(one, other) for place, one in enumerate(keys) for other in keys[place + 1 :]]
    times = {("a", "b"): 5.0, ("c", "d"): 2.0}
    matrix = judgement_matrix(keys, [Judgement(*pair, times.get(pair, 1.0)) for pair in pairs])
    every = contradictions(keys, matrix, np.full(5, 0.2), most=10)
    assert [round(each.factor, 9) for each in every] == [5, 5, 5, 2, 2, 2]
    assert contradictions(keys, matrix, np.full(5, 0.2)) == every[:3]


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
