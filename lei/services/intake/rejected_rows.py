"""The rows of a batch that were refused, as they came and with the reason: a file to mend and to send again.

CSV where CSV came in, else NDJSON: a row of Parquet becomes the object that it stands for, without its empty cells.
Intake skips the field or column `_error`. In CSV, cells that a spreadsheet would run as formulas get an apostrophe on
their way out, which is taken off where a file with the column `_error` comes in: nothing changes on the round trip.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from lei.errors import Problem
from lei.services.intake.row_lookups import unique_fields
from lei.services.intake.table_header import ERROR_COLUMN, is_number

RejectedFormat = Literal["ndjson", "csv"]

MOST_ROWS_KEPT = 10_000
MOST_BYTES_KEPT = 4 * 1024**2
# What cannot be read as an object is kept as text under this name, which is refused until it is mended.
_RAW_FIELD = "_raw"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")


class RejectedRows:
    """Keeps refused rows up to both limits; `format` is how they came."""

    def __init__(self) -> None:
        self.format: RejectedFormat = "ndjson"
        self.kept = 0
        self._text = io.StringIO()
        self._error_at: int | None = None
        self._full = False

    @property
    def content(self) -> bytes:
        """The file."""
        return self._text.getvalue().encode()

    def begin_table(self, header: Sequence[str]) -> None:
        """From here on rows are cells below this header."""
        self.format = "csv"
        self._error_at = header.index(ERROR_COLUMN) if ERROR_COLUMN in header else None
        self._table = csv.writer(self._text, lineterminator="\n")
        self._table.writerow([ERROR_COLUMN, *self._without_error(header)])

    def add(self, row: object, problems: Iterable[Problem]) -> None:
        """Keep a row: cells in a table, else a line of bytes or what was read from it. Beyond a limit: nothing."""
        if self._full:
            return
        reason = "; ".join(_said(problem) for problem in problems)
        if self.format == "csv" and isinstance(row, Sequence):
            # The reason comes first, so that a row with too few or too many cells still has as many too few or many.
            self._table.writerow([reason, *(protected(str(cell)) for cell in self._without_error(row))])
        else:
            self._text.write(_line(row, reason))
        self.kept += 1
        self._full = self.kept >= MOST_ROWS_KEPT or self._text.tell() >= MOST_BYTES_KEPT

    def _without_error(self, cells: Sequence[str]) -> list[str]:
        return [cell for place, cell in enumerate(cells) if place != self._error_at]


def protected(cell: str) -> str:
    """The cell, so that no spreadsheet runs it; numbers stay as they are."""
    return f"'{cell}" if _FORMULA.match(cell) and not is_number(cell) else cell


def unprotected(cell: str) -> str:
    """The cell before it was protected."""
    return cell[1:] if _PROTECTED.match(cell) else cell


def _said(problem: Problem) -> str:
    field = f"{problem.field}: " if problem.field else ""
    return f"{field}{problem.message}{f' ({problem.hint})' if problem.hint else ''}"


def _line(row: object, reason: str) -> str:
    if isinstance(row, bytes):
        row = _read(row)
    record = row if isinstance(row, dict) else {_RAW_FIELD: row}
    found = {ERROR_COLUMN: reason} | {key: value for key, value in record.items() if key != ERROR_COLUMN}
    text = json.dumps(found, ensure_ascii=False, default=_text_of)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character can be written by its number only
        text = json.dumps(found, default=_text_of)
    return f"{text}\n"


def _text_of(cell: bytes) -> str:
    """The only kind of cell that JSON has no word for: bytes, which a column of Parquet may hold."""
    return cell.decode(errors="replace")


def _read(line: bytes) -> object:
    """The object in a line, or the line itself as text where it holds none."""
    text = line.decode(errors="replace")
    try:
        found = json.loads(line, object_pairs_hook=unique_fields)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, dict) else text
