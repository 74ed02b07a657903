"""Units as sentences name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lei.language import N_, _
from lei.reports.wording import labelled

_LISTED = 4
WHOLE_ORGANIZATION = N_("Whole organization")
# Dimensions that every installation may have; others are shown as they are called.
DIMENSION_NAMES = {
    "unit": N_("Unit"),
    "program": N_("Program"),
    "role": N_("Role"),
    "region": N_("Region"),
}


def dimension_name(key: str) -> str:
    """A dimension as the head of its values: `Unit`."""
    return _(DIMENSION_NAMES.get(key, key.capitalize()))


def name_of(segment: Mapping[str, str]) -> str:
    """The values of a segment alone (Sales, EMEA), or `the whole organization`."""
    return ", ".join(segment.values()) or _("the whole organization")


def segment_name(where: Mapping[str, str]) -> str:
    """A segment as the head of a document names it: `Unit: Sales`."""
    return ", ".join(labelled(dimension_name(key), value) for key, value in where.items()) or _(WHOLE_ORGANIZATION)


def listed(names: Sequence[str]) -> str:
    """`A, B and C`; of many names the first ones and how many more there are."""
    shown = list(names)
    if len(shown) > _LISTED:
        shown = [*shown[: _LISTED - 1], f"{len(shown) - _LISTED + 1} others"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
