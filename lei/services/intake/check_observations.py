"""Checks many rows quickly: msgspec and look-ups for what is plainly right, the schema of record for all the rest.

A row that passes becomes a key and its facts; segments and sources are numbered in the order they turn up (ids come
later, under the ledger). Checked rows leave in blocks through a spool, so that memory does not grow with the body.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from operator import methodcaller

import msgspec

from lei.errors import LISTED_PROBLEMS, Problem
from lei.periods import Occasion
from lei.services.intake.intake_rules import PLAIN_RULES, DimensionValues, IntakeRules, foreign_source
from lei.services.intake.observation_rows import (
    LARGEST_SAMPLE,
    LARGEST_VALUE,
    IntakeCatalogue,
    ObservationRow,
    check_row,
)
from lei.services.intake.rejected_rows import RejectedRows, unprotected
from lei.services.intake.row_lookups import Occasions, Segments, Sources, unique_fields
from lei.services.intake.table_columns import Lookups, plain_rows
from lei.services.intake.table_header import ERROR_COLUMN, Columns, TableHeader, read_size, read_value
from lei.services.words.names import is_name
from lei.storage.staged_observations import Block, BlockSpool, Fact, Key

_BLOCK = 20_000
# Small enough that one row at fault makes few others be checked one by one.
_TABLE_BLOCK = 2_000
_commas = methodcaller("count", ",")
_NO_DIMENSIONS = msgspec.Raw(b"{}")


class _Line(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A row as JSON text; the dimensions stay text, since the same few come again and again."""

    measure: str
    period: str
    value: float | None
    sample_size: int | None = None
    dimensions: msgspec.Raw = _NO_DIMENSIONS
    source: str | None = None


class _Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A row as Python data."""

    measure: str
    period: str
    value: float | None
    sample_size: int | None = None
    dimensions: dict[str, str] | None = None
    source: str | None = None


_decode_line = msgspec.json.Decoder(_Line).decode


class RowChecker:
    """Takes rows of one batch, in order, and keeps what is right in `spool` and what is wrong in `problems`.

    received and rejected count rows; `problems` lists the first hundred faults, `refused` keeps refused rows as they
    came.
    """

    def __init__(
        self, catalogue: IntakeCatalogue, default_source: str, spool: BlockSpool, rules: IntakeRules = PLAIN_RULES
    ) -> None:
        self.catalogue = catalogue
        self.spool = spool
        self.received = 0
        self.rejected = 0
        self.problems: list[Problem] = []
        self.refused = RejectedRows()
        self._rules = rules
        self._values = DimensionValues(catalogue.known_values, rules)
        self._occasions = Occasions(catalogue.latest_month, catalogue.closed_until)
        self._sources = Sources(default_source, rules.only_source)
        self._segments = Segments(catalogue.dimensions, self._values)
        self._touched: set[tuple[int, int, int]] = set()
        self._used_segments: set[int] = set()
        self._used_sources: set[int] = set()
        self._firsts: dict[Key, Fact] = {}
        self._followers: dict[Key, list[Fact]] = {}
        self._following = 0

    @property
    def segments(self) -> dict[int, str]:
        """Canonical texts of the segments by their number in the spooled keys; those of refused rows are left out."""
        return {number: text for number, text in enumerate(self._segments.canonicals) if number in self._used_segments}

    @property
    def sources(self) -> dict[int, str]:
        """Names of the sources by their number in the spooled keys; those of refused rows are left out."""
        return {number: name for number, name in enumerate(self._sources.names) if number in self._used_sources}

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of all rows that were right, in order of time."""
        ordered = sorted(self._touched, key=lambda found: (found[0], found[2], found[1]))
        return tuple(str(Occasion(month, span, day)) for month, span, day in ordered)

    @property
    def months(self) -> list[int]:
        """Ordinals of the months of all rows that were right."""
        return sorted({month for month, _, _ in self._touched})

    @property
    def spans(self) -> set[int]:
        """The spans in months (0: a day) of all rows that were right."""
        return {span for _, span, _ in self._touched}

    def take_lines(self, lines: Iterable[bytes]) -> None:
        """Rows as JSON texts."""
        measures, occasions, segments, sources = (
            self.catalogue.measures,
            self._occasions,
            self._segments,
            self._sources,
        )
        keep = self._keep
        for line in lines:
            try:
                row = _decode_line(line)
                measure, needs_sample = measures[row.measure]
                month, span, day = occasions[row.period]
                key = (month, measure, segments[bytes(row.dimensions)], sources[row.source], span, day)
            except (msgspec.DecodeError, UnicodeDecodeError, KeyError, RecursionError):
                self._check_line(line)
                continue
            if not keep(key, row.value, row.sample_size, needs_sample):
                self._check_line(line)

    def take_records(self, records: Iterable[object]) -> None:
        """Rows as Python data, as `json.loads` gives it."""
        measures, occasions, segments, sources = (
            self.catalogue.measures,
            self._occasions,
            self._segments,
            self._sources,
        )
        for record in records:
            try:
                row = msgspec.convert(record, _Record)
                measure, needs_sample = measures[row.measure]
                month, span, day = occasions[row.period]
                segment = segments[tuple(row.dimensions.items()) if row.dimensions else b"{}"]
                key = (month, measure, segment, sources[row.source], span, day)
            except (msgspec.ValidationError, KeyError, OverflowError, RecursionError):
                self._check(record, record)
                continue
            if not self._keep(key, row.value, row.sample_size, needs_sample):
                self._check(record, record)

    def open_table(self, header: Sequence[str], kind: type[TableHeader] = TableHeader) -> TableHeader:
        """The header of a table whose rows come next.

        Raises InvalidError when it names a column twice, an unknown one, or lacks a required one.
        """
        table = kind(header, self.catalogue)
        if table.is_text:
            self.refused.begin_table(header)
        self._segments.columns = table.dimensions
        return table

    def take_plain_lines(self, table: TableHeader, lines: Sequence[str]) -> None:
        """Lines of CSV without a quote, their ends taken off: cells are what stands between commas."""
        if ERROR_COLUMN in table.place:
            # Of refused rows that come again, every cell is looked at.
            self.take_rows(table, csv.reader(lines, strict=True))
            return
        width = table.width
        for start in range(0, len(lines), _TABLE_BLOCK):
            block = lines[start : start + _TABLE_BLOCK]
            if set(map(_commas, block)) == {width - 1}:
                cells = ",".join(block).split(",")
                if self._keep_plain(table, [cells[place::width] for place in range(width)]):
                    continue
            self.take_rows(table, csv.reader(block, strict=True))

    def take_columns(self, table: TableHeader, columns: Columns) -> None:
        """A block of rows as columns of cells with types; None or "" is an empty cell."""
        if columns[0] and not self._keep_plain(table, columns):
            self.take_records(map(table.record, zip(*columns, strict=True)))

    def _keep_plain(self, table: TableHeader, columns: Columns) -> bool:
        """Keep all rows of a block; False, and none of them, when one is not plainly right."""
        lookups = Lookups(self.catalogue.measures, self._occasions, self._segments, self._sources)
        found = plain_rows(lookups, table, columns)
        if found is None:
            return False
        keys, facts = found
        rows = dict(zip(keys, facts, strict=True))
        if len(rows) == len(keys) and self._firsts.keys().isdisjoint(rows):
            self._firsts |= rows
            self.received += len(rows)
            if len(self._firsts) + self._following >= _BLOCK:
                self._flush()
            return True
        for key, (value, size) in zip(keys, facts, strict=True):
            self._keep(key, value, size, needs_sample=False)
        return True

    def take_rows(self, table: TableHeader, rows: Iterable[Sequence[str]]) -> None:
        """Rows of texts one by one; an empty cell is as good as none, `null` as a value retracts."""
        measures, occasions, segments, sources = (
            self.catalogue.measures,
            self._occasions,
            self._segments,
            self._sources,
        )
        measure_at, period_at, value_at = (table.place[name] for name in ("measure", "period", "value"))
        sample_at, source_at = table.place.get("sample_size"), table.place.get("source")
        width, cells = table.width, table.dimension_cells()
        extra = int(ERROR_COLUMN in table.place)
        if extra:
            rows = ([unprotected(cell) for cell in row] for row in rows)
        for row in rows:
            if not row:
                continue
            if len(row) != width:
                self._refuse_width(row, width, extra)
                continue
            try:
                measure, needs_sample = measures[row[measure_at]]
                month, span, day = occasions[row[period_at]]
                segment = segments[cells(row)]
                source = sources[row[source_at] or None] if source_at is not None else sources[None]
                value = read_value(row[value_at])
                size = read_size(row[sample_at]) if sample_at is not None else None
            except (KeyError, ValueError):
                self._check(table.record(row), row)
                continue
            key = (month, measure, segment, source, span, day)
            if not self._keep(key, value, size, needs_sample):
                self._check(table.record(row), row)

    def finish(self) -> None:
        """Hand over the last block."""
        self._flush()

    def refuse(self, problem: Problem, row: object = None) -> None:
        """Count a row that cannot even be read; `row`: what is kept of it."""
        self.received += 1
        self._reject([problem], row)

    def _keep(self, key: Key, value: float | None, size: int | None, needs_sample: bool) -> bool:
        """Keep the row; False when its numbers are not plainly right."""
        if value is None:
            if size is None:
                size = 0
            elif not 1 <= size <= LARGEST_SAMPLE:
                return False
        elif not -LARGEST_VALUE <= value <= LARGEST_VALUE:  # also false for NaN
            return False
        elif size is None:
            if needs_sample:
                return False
            size = 1
        elif not 1 <= size <= LARGEST_SAMPLE:
            return False
        self.received += 1
        if key in self._firsts:
            self._followers.setdefault(key, []).append((value, size))
            self._following += 1
        else:
            self._firsts[key] = (value, size)
        if len(self._firsts) + self._following >= _BLOCK:
            self._flush()
        return True

    def _flush(self) -> None:
        if not self._firsts:
            return
        self._touched.update([(key[0], key[4], key[5]) for key in self._firsts])
        self._used_segments.update([key[2] for key in self._firsts])
        self._used_sources.update([key[3] for key in self._firsts])
        self.spool.add(Block(self._firsts, self._followers))
        self._firsts, self._followers, self._following = {}, {}, 0

    def _check_line(self, line: bytes) -> None:
        try:
            raw = json.loads(line, object_pairs_hook=unique_fields)
        except RecursionError:
            self.refuse(Problem("", "malformed", "This row is nested too deeply.", self.received + 1), line)
        except UnicodeDecodeError as error:
            text = f"This row is not valid UTF-8 (byte {error.start + 1})."
            self.refuse(Problem("", "malformed", text, self.received + 1), line)
        except ValueError as error:
            self.refuse(Problem("", "malformed", f"This row is not valid JSON: {error}.", self.received + 1), line)
        else:
            self._check(raw, line)

    def _check(self, raw: object, row: object) -> None:
        """Judge what the quick way did not take. `row`: as it came, to be kept where it is refused."""
        number = self.received + 1
        if isinstance(raw, dict):
            raw = {name: value for name, value in raw.items() if name != ERROR_COLUMN}
        found = check_row(raw, self.catalogue, number)
        faults = [*([] if isinstance(found, ObservationRow) else found), *self._faults_of_batch(raw, number)]
        if isinstance(found, ObservationRow) and not faults:
            self._keep_checked(found)
        else:
            self.received += 1
            self._reject(faults, row)

    def _faults_of_batch(self, raw: object, number: int) -> Iterator[Problem]:
        """What the row alone does not show: whose it is, and what values its dimensions have already."""
        if not isinstance(raw, dict):
            return
        foreign = foreign_source(raw.get("source"), self._rules.only_source, number)
        if foreign is not None:
            yield foreign
        named = raw.get("dimensions")
        if isinstance(named, dict):
            right = {key: text for key, text in named.items() if key in self.catalogue.dimensions and is_name(text)}
            # As the quick way does: values count from the first row on whose dimensions are all right.
            look = self._values.meet if len(right) == len(named) else self._values.faults
            yield from look(right, number)

    def _keep_checked(self, row: ObservationRow) -> None:
        when = row.occasion
        segment, source = self._segments.number(row.dimensions), self._sources[row.source]
        key = (when.month, row.measure_id, segment, source, when.span, when.day)
        self._keep(key, row.value, row.sample_size or None, needs_sample=False)

    def _reject(self, problems: Sequence[Problem], row: object) -> None:
        self.rejected += 1
        room = LISTED_PROBLEMS - len(self.problems)
        self.problems += problems[:room]
        self.refused.add(row, problems)

    def _refuse_width(self, row: Sequence[str], wanted: int, extra: int) -> None:
        text = (
            f"This row has {len(row) - extra} cells, the header has {wanted - extra}; quote a cell that holds a comma."
        )
        self.refuse(Problem("", "wrong_column_count", text, self.received + 1), row)
