"""Where judgements contradict each other: three things of which one pair says otherwise than the two others imply."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from weights.tables import Floats

# Below one percent there is nothing to talk about: 3 times 3 judged as 9.05.
_WORTH_A_WORD = 1.01


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`first` was judged `judged` times as important as `last`; by way of `middle` it would be `implied` times.

    first_by_middle and middle_by_last: the two judgements whose product is `implied`. factor: the larger of the two
    ratios between judged and implied: 1 where nothing contradicts (Koczkodaj 1993, Mathematical and Computer Modelling
    18, 79-84, whose index of a triple is 1 - 1 / factor).
    """

    first: str
    middle: str
    last: str
    judged: float
    first_by_middle: float
    middle_by_last: float

    @property
    def implied(self) -> float:
        """What the two other judgements say about first and last."""
        return self.first_by_middle * self.middle_by_last

    @property
    def factor(self) -> float:
        """How far judged and implied are apart, as a ratio of at least 1."""
        return max(self.judged / self.implied, self.implied / self.judged)

    @property
    def sentence(self) -> str:
        """What to look at again, in words."""
        return (
            f"{_compared(self.first, self.middle, self.first_by_middle)} and "
            f"{_compared(self.middle, self.last, self.middle_by_last)}; "
            f"together that means {_compared(self.first, self.last, self.implied)}, "
            f"but the judgement says {_compared(self.first, self.last, self.judged)}. "
            "Look at these three judgements again."
        )


def contradictions(keys: Sequence[str], matrix: Floats, weights: Floats, most: int = 3) -> list[Contradiction]:
    """The triples of things [n] that contradict each other most, worst first; NaN in the matrix [n, n] is not judged.

    Of a triple, the pair named is the one that lies furthest from the weights: the one to judge again first.
    """
    found = [
        _named(keys, matrix, weights, triple)
        for triple in combinations(range(len(keys)), 3)
        if not np.isnan(matrix[np.ix_(triple, triple)]).any()
    ]
    found = [each for each in found if each.factor > _WORTH_A_WORD]
    return sorted(found, key=lambda each: (-round(each.factor, 9), each.first, each.middle, each.last))[:most]


def _named(keys: Sequence[str], matrix: Floats, weights: Floats, triple: tuple[int, ...]) -> Contradiction:
    def strangeness(order: tuple[int, ...]) -> tuple[float, float]:
        first, _, last = order
        apart = abs(math.log(matrix[first, last] * weights[last] / weights[first]))
        return round(apart, 9), matrix[first, last]

    # Of the two directions of a pair, the one in which the judgement is at least 1 is easier to read.
    first, middle, last = max(sorted(permutations(triple), key=lambda o: [keys[k] for k in o]), key=strangeness)
    return Contradiction(
        keys[first],
        keys[middle],
        keys[last],
        float(matrix[first, last]),
        float(matrix[first, middle]),
        float(matrix[middle, last]),
    )


def _compared(one: str, other: str, times: float) -> str:
    if math.isclose(times, 1.0, rel_tol=1e-3):
        return f"'{one}' is as important as '{other}'"
    if times < 1:
        return _compared(other, one, 1 / times)
    return f"'{one}' is {times:.3g} times as important as '{other}'"
