"""Units as sentences name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lei.language import N_, _

_LISTED = 4
WHOLE_ORGANIZATION = N_("Whole organization")


def name_of(segment: Mapping[str, str]) -> str:
    """The values of a segment alone (Sales, EMEA), or `the whole organization`."""
    return ", ".join(segment.values()) or "the whole organization"


def segment_name(where: Mapping[str, str]) -> str:
    """A segment as the head of a document names it: `Unit: Sales`."""
    return ", ".join(f"{key.capitalize()}: {value}" for key, value in where.items()) or _(WHOLE_ORGANIZATION)


def listed(names: Sequence[str]) -> str:
    """`A, B and C`; of many names the first ones and how many more there are."""
    shown = list(names)
    if len(shown) > _LISTED:
        shown = [*shown[: _LISTED - 1], f"{len(shown) - _LISTED + 1} others"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
