"""From values per segment to values per scope: what was reported for exactly it, else a roll-up of what is below.

Below a scope several families of segments may have reported the same measure (units, regions, programs in units): one
person is in all of them. The family that covers the most cases is taken (the finest of equals), then whatever other
segments overlap none of those taken; so nobody is counted twice and nobody is lost (docs/decisions/0005).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lei.errors import InvalidError, Problem
from lei.services.scores.score_time import PeriodRows, group_numbers, group_starts
from lei.storage.rollup_columns import Floats, Ints

Bools = npt.NDArray[np.bool_]

# Segments x months x measures that one question may hold in memory: about a gigabyte.
MOST_CELLS = 40_000_000


@dataclass(frozen=True, slots=True)
class CellSources:
    """Which sources (ids) stand behind each cell of (scope, period, measure): pairs, sorted by cell."""

    cell: Ints
    source: Ints
    size: tuple[int, int, int]

    def at(self, scope: int, period: int, measure: int) -> tuple[int, ...]:
        """The ids of the sources of one cell; empty where there is no data."""
        cell = (scope * self.size[1] + period) * self.size[2] + measure
        first, end = np.searchsorted(self.cell, [cell, cell + 1])
        return tuple(self.source[first:end].tolist())


@dataclass(frozen=True, slots=True)
class Family:
    """Scopes (positions) that share no people and have one parent; parent: its people [period, measure], if known."""

    members: Ints
    parent: Floats | None = None


@dataclass(frozen=True, slots=True)
class ScopeValues:
    """Values per (scope, period, measure); NaN in `value` where there is no data.

    people: what privacy looks at. rolled_up: from segments below. combined: where several sources reported the same
    segment and were added up. families: what may be subtracted from what; months: the same values by month, where the
    periods are longer. Both are there for privacy alone.
    """

    scopes: tuple[tuple[str, ...], ...]
    value: Floats
    n: Floats
    people: Floats
    rolled_up: Bools
    combined: Bools
    sources: CellSources
    families: tuple[Family, ...] = ()
    months: ScopeValues | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays of cells, the months' too."""
        arrays = (self.value, self.n, self.people, self.rolled_up, self.combined)
        return sum(array.nbytes for array in arrays) + (self.months.nbytes if self.months else 0)


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """What scoping needs to know of each measure on the axis: adds up instead of averaging; sources by trust (ids)."""

    adds_up: Bools
    preferred_sources: Sequence[Sequence[int]]


def refuse_too_many_cells(
    segments: Iterable[Mapping[str, str]], dimensions: Sequence[str], months: int, measures: int
) -> None:
    """Raises InvalidError where one question would take more memory than there is; it says how many months would do."""
    scopes = len({tuple(s[d] for d in dimensions) for s in segments if all(d in s for d in dimensions)})
    if scopes * months * measures <= MOST_CELLS:
        return
    most = MOST_CELLS // (scopes * measures)
    text = f"{scopes:,} segments over {months:,} months are too many at once; ask for {most:,} months at most."
    raise InvalidError(text, [Problem("from", "too_many_months", text)])


def values_by_scope(
    rows: PeriodRows,
    segments: Mapping[int, Mapping[str, str]],
    dimensions: Sequence[str],
    shape: tuple[int, int],
    rules: MeasureRules,
) -> ScopeValues:
    """Values for every combination of `dimensions` that any segment has (with no dimensions: the whole organisation).

    shape: number of periods and measures. Scopes come in alphabetical order.
    """
    scope_of, scopes = _scopes(segments, dimensions)
    rows = rows.take(scope_of[rows.segment] >= 0)
    rows = rows.take(_from_preferred_sources(rows, rules.preferred_sources))
    merged, combined = _sources_combined(rows, rules.adds_up)
    scope = scope_of[merged.segment]
    families = _Families(segments, len(dimensions))
    keep, rolled_up = _without_overlaps(merged, scope, families)
    merged, combined, scope, rolled_up = merged.take(keep), combined[keep], scope[keep], rolled_up[keep]
    cells = (scope, merged.period, merged.measure)
    size = (len(scopes), *shape)
    return ScopeValues(
        scopes,
        *_combined(cells, merged, size, rules.adds_up),
        _marked(cells, rolled_up, size),
        _marked(cells, combined, size),
        _sources(rows, merged, scope_of, size),
    )


def _scopes(
    segments: Mapping[int, Mapping[str, str]], dimensions: Sequence[str]
) -> tuple[Ints, tuple[tuple[str, ...], ...]]:
    """The scope that each segment lies in (by segment id, -1 for none), and all scopes in order."""
    values = {
        id_: tuple(dims[d] for d in dimensions) for id_, dims in segments.items() if all(d in dims for d in dimensions)
    }
    scopes = tuple(sorted(set(values.values())))
    number = {scope: i for i, scope in enumerate(scopes)}
    scope_of = np.full(max(segments, default=0) + 1, -1, dtype=np.int64)
    for id_, scope in values.items():
        scope_of[id_] = number[scope]
    return scope_of, scopes


def _from_preferred_sources(rows: PeriodRows, preferred: Sequence[Sequence[int]]) -> Bools:
    """Where a measure names the sources that it prefers, only the most trusted one that reported counts."""
    keep = np.ones(rows.period.size, dtype=bool)
    for measure, sources in enumerate(preferred):
        mine = np.flatnonzero(rows.measure == measure) if sources else np.empty(0, dtype=np.int64)
        if mine.size == 0:
            continue
        trust = np.full(mine.size, len(sources))
        for place, source in enumerate(sources):
            trust[rows.source[mine] == source] = place
        group = group_numbers(rows.period[mine], rows.segment[mine])
        best = np.full(int(group.max()) + 1, len(sources))
        np.minimum.at(best, group, trust)
        keep[mine] = trust == best[group]
    return keep


def _sources_combined(rows: PeriodRows, adds_up: Bools) -> tuple[PeriodRows, Bools]:
    """Several sources of one segment are taken as different people and added up; the second array says where."""
    order, starts = group_starts(rows.period, rows.measure, rows.segment)
    if order.size == starts.size:
        return rows, np.zeros(order.size, dtype=bool)
    ordered = rows.take(order)
    head = ordered.take(starts)
    n = np.add.reduceat(ordered.n, starts)
    mean = np.add.reduceat(ordered.value * ordered.n, starts) / n
    total = np.add.reduceat(ordered.value, starts)
    size = np.diff(np.append(starts, order.size))
    value = np.where(size == 1, head.value, np.where(adds_up[head.measure], total, mean))
    people = np.add.reduceat(ordered.people, starts)
    merged = PeriodRows(head.period, head.measure, head.segment, head.source, value, n, people)
    return merged, size > 1


class _Families:
    """Which segments overlap: two do unless a dimension that both have tells them apart."""

    def __init__(self, segments: Mapping[int, Mapping[str, str]], fixed: int) -> None:
        keys = sorted({key for dims in segments.values() for key in dims})
        values = sorted({value for dims in segments.values() for value in dims.values()})
        number = {value: i for i, value in enumerate(values)}
        self.codes = np.full((max(segments, default=0) + 1, max(len(keys), 1)), -1, dtype=np.int64)
        self.names: dict[int, tuple[str, ...]] = {}
        self.family = np.zeros(self.codes.shape[0], dtype=np.int64)
        families: dict[tuple[str, ...], int] = {}
        for id_, dims in segments.items():
            for column, key in enumerate(keys):
                if key in dims:
                    self.codes[id_, column] = number[dims[key]]
            name = tuple(sorted(dims))
            self.family[id_] = families.setdefault(name, len(families))
            self.names[int(self.family[id_])] = name
        self.depth = np.array([len(dims) for dims in _by_id(segments, self.codes.shape[0])]) - fixed
        self._chosen: dict[tuple[tuple[int, ...], bytes], Ints] = {}

    def choose(self, segment_ids: Ints, cases: Floats) -> Ints:
        """Positions of the segments that a roll-up uses: no two overlap, and as many cases as can be had."""
        family = self.family[segment_ids]
        found = np.unique(family)
        covered = {int(f): float(cases[family == f].sum()) for f in found}
        order = sorted(covered, key=lambda f: (-covered[f], -len(self.names[f]), self.names[f]))
        key = (tuple(order), segment_ids.tobytes())
        if key not in self._chosen:
            self._chosen[key] = self._greedy(segment_ids, family, order)
        return self._chosen[key]

    def _greedy(self, segment_ids: Ints, family: Ints, order: list[int]) -> Ints:
        codes = self.codes[segment_ids]
        taken = np.flatnonzero(family == order[0])
        for other in order[1:]:
            candidates = np.flatnonzero(family == other)
            mine, theirs = codes[candidates][:, None, :], codes[taken][None, :, :]
            apart = ((mine >= 0) & (theirs >= 0) & (mine != theirs)).any(axis=2).all(axis=1)
            taken = np.concatenate([taken, candidates[apart]])
        return np.sort(taken)


def _by_id(segments: Mapping[int, Mapping[str, str]], size: int) -> list[Mapping[str, str]]:
    return [segments.get(id_, {}) for id_ in range(size)]


def _without_overlaps(rows: PeriodRows, scope: Ints, families: _Families) -> tuple[Ints, Bools]:
    """The rows that count for their scope, and which of all rows come from segments below it."""
    below = families.depth[rows.segment] > 0
    cell = group_numbers(scope, rows.period, rows.measure)
    cells = int(cell.max(initial=-1)) + 1
    reported = np.zeros(cells, dtype=bool)
    reported[cell[~below]] = True
    alive = ~(below & reported[cell])
    family = families.family[rows.segment]
    first, last = np.full(cells, np.iinfo(np.int64).max), np.full(cells, -1)
    np.minimum.at(first, cell[alive], family[alive])
    np.maximum.at(last, cell[alive], family[alive])
    mixed = np.flatnonzero((first != last) & (last >= 0))
    _drop_overlapping(alive, cell, mixed, rows, families)
    return np.flatnonzero(alive), below


def _drop_overlapping(alive: Bools, cell: Ints, mixed: Ints, rows: PeriodRows, families: _Families) -> None:
    is_mixed = np.isin(cell, mixed) & alive
    positions = np.flatnonzero(is_mixed)
    order, _ = group_starts(cell[positions], rows.segment[positions])
    positions = positions[order]
    _, cell_starts = group_starts(cell[positions])
    for group in np.split(positions, cell_starts[1:]) if positions.size else []:
        alive[group] = False
        alive[group[families.choose(rows.segment[group], rows.n[group])]] = True


def _combined(
    cells: tuple[Ints, Ints, Ints], rows: PeriodRows, size: tuple[int, int, int], adds_up: Bools
) -> tuple[Floats, Floats, Floats]:
    n, people, weighted, total = (np.zeros(size) for _ in range(4))
    count = np.zeros(size, dtype=np.int64)
    np.add.at(count, cells, 1)
    np.add.at(n, cells, rows.n)
    np.add.at(people, cells, rows.people)
    np.add.at(weighted, cells, rows.value * rows.n)
    np.add.at(total, cells, rows.value)
    mean = np.divide(weighted, n, out=np.full(size, np.nan), where=n > 0)
    # One row alone is its own mean: value x n / n would lose its last bit.
    value = np.where(adds_up | (count == 1), total, mean)
    return np.where(count > 0, value, np.nan), n, people


def _marked(cells: tuple[Ints, Ints, Ints], mark: Bools, size: tuple[int, int, int]) -> Bools:
    marked = np.zeros(size, dtype=bool)
    np.logical_or.at(marked, cells, mark)
    return marked


def _sources(rows: PeriodRows, used: PeriodRows, scope_of: Ints, size: tuple[int, int, int]) -> CellSources:
    """The distinct sources behind each cell, of the segments that were used."""
    _, periods, measures = size
    segments = scope_of.size

    def segment_key(some: PeriodRows) -> Ints:
        return (some.period * measures + some.measure) * segments + some.segment

    rows = rows.take(np.isin(segment_key(rows), segment_key(used)))
    cell = (scope_of[rows.segment] * periods + rows.period) * measures + rows.measure
    order, starts = group_starts(cell, rows.source)
    return CellSources(cell[order][starts], rows.source[order][starts], size)
