"""Random indices: how inconsistent judgements made at random are. Published tables differ, so a ratio names its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weights.refusal import refuse


@dataclass(frozen=True, slots=True)
class RandomIndex:
    """Mean consistency index of random matrices for 1, 2, 3... things, and where it was published."""

    name: str
    source: str
    values: tuple[float, ...]

    def of(self, size: int) -> float:
        """The index for that many things; 0 for one or two, which cannot contradict each other.

        Raises WeightsError beyond the end of the table.
        """
        if size > len(self.values):
            refuse(
                "random_index",
                f"The table '{self.name}' ends at {len(self.values)} things, and these are {size}: "
                "compare fewer at a time, for example in groups.",
            )
        return self.values[size - 1]


_TABLES = (
    RandomIndex(
        "saaty_1980",
        "Saaty 1980, The Analytic Hierarchy Process, McGraw-Hill",
        (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    ),
    RandomIndex(
        "saaty_2005",
        "Saaty 2005, Theory and Applications of the Analytic Network Process, RWS Publications, page 31",
        (0.0, 0.0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    ),
    RandomIndex(
        "donegan_dodd_1991",
        "Donegan and Dodd 1991, Mathematical and Computer Modelling 15(10), 135-137",
        (
            *(0.0, 0.0, 0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171),
            *(1.3733, 1.4055, 1.4213, 1.4497, 1.4643, 1.4822, 1.4969),
        ),
    ),
    RandomIndex(
        "tummala_ling_1998",
        "Tummala and Ling 1998, Theory and Decision 44, 221-230",
        (0.0, 0.0, 0.5799, 0.8921, 1.1159, 1.2358, 1.3322, 1.3952, 1.4537, 1.4882),
    ),
)
RANDOM_INDICES: Mapping[str, RandomIndex] = {table.name: table for table in _TABLES}
DEFAULT_RANDOM_INDEX = "saaty_1980"
