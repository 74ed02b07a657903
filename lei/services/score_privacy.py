"""Which values stay hidden: small groups, and siblings that tell of them (docs/scoring-method.md section 9)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from lei.services.score_scope import Bools, ScopeValues
from lei.storage.rollup_columns import Floats, Ints

LARGE_ENOUGH_FOR_EXTREMES = 20
_LEAST_HIDDEN_SIBLINGS = 2


def smallest_groups(min_group_size: npt.ArrayLike, floor: int) -> Ints:
    """The smallest group that may be shown, per measure: its own or the organisation's floor; 0 without person data."""
    own = np.asarray(min_group_size, dtype=np.int64)
    return np.where(own > 0, np.maximum(own, floor), 0)


def hidden_cells(values: ScopeValues, smallest: Ints) -> Bools:
    """Which cells of (scope, period, measure) must not be shown.

    Groups below `smallest` are hidden. Where that leaves one hidden child of a visible parent, or hidden children that
    together are too few, the next smallest siblings are hidden too, until a difference tells nothing.
    """
    present = ~np.isnan(values.value)
    hidden = present & (values.people < smallest)
    families = _siblings(values.scopes)
    before = -1
    while hidden.sum() != before:
        before = hidden.sum()
        for members in families:
            hidden[members] = _with_complements(hidden[members], present[members], values.people[members], smallest)
    return hidden


def _siblings(scopes: tuple[tuple[str, ...], ...]) -> list[Ints]:
    """Scopes that differ in one dimension only, for each dimension in turn."""
    groups: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
    for number, scope in enumerate(scopes):
        for axis in range(len(scope)):
            groups[axis, scope[:axis] + scope[axis + 1 :]].append(number)
    return [np.array(members) for members in groups.values() if len(members) > 1]


def _with_complements(hidden: Bools, present: Bools, people: Floats, smallest: Ints) -> Bools:
    """`hidden` of one family of siblings (siblings, periods, measures), with the siblings that must hide as well."""
    hidden = hidden.copy()
    parent_is_visible = np.where(present, people, 0).sum(axis=0) >= smallest
    for _ in range(hidden.shape[0]):
        count = hidden.sum(axis=0)
        together = np.where(hidden, people, 0).sum(axis=0)
        gives_away = (count > 0) & ((count < _LEAST_HIDDEN_SIBLINGS) | (together < smallest)) & parent_is_visible
        candidates = np.where(present & ~hidden, people, np.inf)
        gives_away &= np.isfinite(candidates.min(axis=0))
        if not gives_away.any():
            break
        period, measure = np.nonzero(gives_away)
        hidden[candidates.argmin(axis=0)[period, measure], period, measure] = True
    return hidden


def all_alike(value: Floats, n: Floats, percent: Bools) -> Bools:
    """Cells where exactly 0 or 100 percent of fewer than 20 would tell what every single one answered."""
    extreme = (value == 0) | (value == 100)  # noqa: PLR2004 - percent
    few: Bools = extreme & percent & (n < LARGE_ENOUGH_FOR_EXTREMES)
    return few
