"""Which values stay hidden: small groups, and siblings that tell of them (docs/scoring-method.md section 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lei.services.scores.score_scope import Bools, Family, ScopeValues
from lei.storage.rollup_columns import Floats, Ints

LARGE_ENOUGH_FOR_EXTREMES = 20


def smallest_groups(min_group_size: npt.ArrayLike, floor: int) -> Ints:
    """The smallest group that may be shown, per measure: its own or the organisation's floor; 0 without person data."""
    own = np.asarray(min_group_size, dtype=np.int64)
    return np.where(own > 0, np.maximum(own, floor), 0)


def hidden_cells(values: ScopeValues, smallest: Ints, stocks: Bools | None = None) -> Bools:
    """Which cells of (scope, period, measure) must not be shown.

    Groups below `smallest` are hidden. Where that leaves one hidden child of a visible parent, or hidden children that
    together (and with those whom no child reports) are too few, the next smallest siblings are hidden too, until a
    difference tells nothing. A period with a hidden month is hidden as well, since the other months would give the
    month away; not for `stocks`, whose period shows its newest month alone.
    """
    present = ~np.isnan(values.value)
    hidden = present & (values.people < smallest)
    if values.months is not None:
        months = hidden_cells(values.months, smallest, stocks)
        scopes, periods, measures = hidden.shape
        by_period = months.reshape(scopes, periods, months.shape[1] // periods, measures).any(axis=2)
        hidden |= by_period & present & (True if stocks is None else ~stocks)
    before = -1
    while hidden.sum() != before:
        before = hidden.sum()
        for family in values.families:
            m = family.members
            hidden[m] = _with_complements(hidden[m], present[m], values.people[m], smallest, family.parent)
    return hidden


def families_of(
    dimensions: Sequence[str],
    scopes: tuple[tuple[str, ...], ...],
    segments: Iterable[Mapping[str, str]],
    parents: Sequence[Mapping[tuple[str, ...], Floats]] = (),
) -> tuple[Family, ...]:
    """What may be subtracted from what: scopes that differ in one dimension only, for each dimension in turn.

    Before them those of which another dimension is the parent, such as the units that lie in one region. parents: for
    each dimension the people of the scopes without it.
    """
    inside = _only_values(dimensions, segments)
    nested: dict[tuple[object, ...], list[int]] = defaultdict(list)
    plain: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
    for number, scope in enumerate(scopes):
        for axis in range(len(scope)):
            rest = scope[:axis] + scope[axis + 1 :]
            plain[axis, rest].append(number)
            for other in sorted(inside.get(scope, {}).items()):
                nested[axis, rest, other].append(number)
    found = [Family(np.array(members)) for members in nested.values() if len(members) > 1]
    for (axis, rest), members in plain.items():
        found.append(Family(np.array(members), parents[axis].get(rest) if parents else None))
    return tuple(found)


def _only_values(
    dimensions: Sequence[str], segments: Iterable[Mapping[str, str]]
) -> dict[tuple[str, ...], dict[str, str]]:
    """For each scope the other dimensions that have one value only wherever they are named with it."""
    seen: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for segment in segments:
        if len(segment) > len(dimensions) and all(d in segment for d in dimensions):
            scope = tuple(segment[d] for d in dimensions)
            for other, value in segment.items():
                if other not in dimensions:
                    seen[scope][other].add(value)
    return {
        scope: {other: next(iter(values)) for other, values in others.items() if len(values) == 1}
        for scope, others in seen.items()
    }


def _with_complements(hidden: Bools, present: Bools, people: Floats, smallest: Ints, parent: Floats | None) -> Bools:
    """`hidden` of one family of siblings (siblings, periods, measures), with the siblings that must hide as well."""
    hidden = hidden.copy()
    reported = np.where(present, people, 0).sum(axis=0)
    beside = np.zeros(reported.shape) if parent is None else np.maximum(parent - reported, 0)
    parent_is_visible = reported + beside >= smallest
    for _ in range(hidden.shape[0]):
        count = hidden.sum(axis=0)
        together = np.where(hidden, people, 0).sum(axis=0) + beside
        too_few = (together > 0) & (together < smallest)
        gives_away = (((count == 1) & (beside == 0)) | too_few) & parent_is_visible
        candidates = np.where(present & ~hidden, people, np.inf)
        gives_away &= np.isfinite(candidates.min(axis=0))
        if not gives_away.any():
            break
        period, measure = np.nonzero(gives_away)
        hidden[candidates.argmin(axis=0)[period, measure], period, measure] = True
    return hidden


def all_alike(value: Floats, people: Floats, percent: Bools) -> Bools:
    """Cells where exactly 0 or 100 percent of fewer than 20 would tell what every single one answered."""
    extreme = (value == 0) | (value == 100)  # noqa: PLR2004 - percent
    few: Bools = extreme & percent & (people < LARGE_ENOUGH_FOR_EXTREMES)
    return few
