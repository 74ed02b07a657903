"""Checks a block of table rows column by column: much quicker than row by row, where every row is plainly right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from lei.services.intake.observation_rows import LARGEST_SAMPLE, LARGEST_VALUE
from lei.services.intake.row_lookups import Occasions, Segments, Sources
from lei.services.intake.table_header import Columns, TableHeader
from lei.storage.staged_observations import Fact, Key


@dataclass(frozen=True, slots=True)
class Lookups:
    """What the rows of one batch are looked up in; each raises KeyError for what is wrong."""

    measures: Mapping[str, tuple[int, bool]]
    occasions: Occasions
    segments: Segments
    sources: Sources


def plain_rows(lookups: Lookups, table: TableHeader, columns: Columns) -> tuple[list[Key], list[Fact]] | None:
    """Keys and facts of the rows; None when any row is not plainly right, so that each must be looked at by itself."""
    try:
        facts = _facts(table, columns)
        keys, people = _keys(lookups, table, columns)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    if facts is None:
        # Without a sample size each row stands for one event; about people it must say how many.
        return None if any(people) else (keys, [(value, 1) for value in table.values(columns)])
    return keys, facts


def _facts(table: TableHeader, columns: Columns) -> list[Fact] | None:
    """Values with their sample sizes; None when there is no column for these."""
    values, sizes = table.values(columns), table.sizes(columns)
    # The sum finds what is not a number; the least and the largest may pass it over.
    if not (min(values) >= -LARGEST_VALUE and max(values) <= LARGEST_VALUE and isfinite(sum(values))):
        raise ValueError("value")
    if sizes is None:
        return None
    if min(sizes) < 1 or max(sizes) > LARGEST_SAMPLE:
        raise ValueError("sample_size")
    return list(zip(values, sizes, strict=True))


def _keys(lookups: Lookups, table: TableHeader, columns: Columns) -> tuple[list[Key], Sequence[bool]]:
    """Keys, and whether each is about people."""
    measures, people = zip(*map(lookups.measures.__getitem__, columns[table.place["measure"]]), strict=True)
    months, spans, days = zip(*map(lookups.occasions.__getitem__, columns[table.place["period"]]), strict=True)
    segments = map(lookups.segments.__getitem__, table.dimension_rows(columns))
    if "source" in table.place:
        sources = [lookups.sources[name or None] for name in table.names(columns, "source")]
    else:
        sources = [lookups.sources[None]] * len(months)
    return list(zip(months, measures, segments, sources, spans, days, strict=True)), people
