"""The six grades of evidence, from nothing measured to a random assignment."""

from __future__ import annotations

from enum import IntEnum


class Grade(IntEnum):
    """How far a claim about a KPI may go; a higher grade permits stronger words. Our own policy."""

    E0 = 0
    E1 = 1
    E2 = 2
    E3 = 3
    E4 = 4
    E5 = 5

    @property
    def key(self) -> str:
        """The name that the outside sees, such as `E2_pre_post`."""
        return _KEYS[self]


_KEYS = {
    Grade.E0: "E0_none",
    Grade.E1: "E1_activity_only",
    Grade.E2: "E2_pre_post",
    Grade.E3: "E3_pre_post_trend",
    Grade.E4: "E4_comparison_group",
    Grade.E5: "E5_randomized",
}
