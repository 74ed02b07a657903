"""Bytes on their way to rows: unpacked with a cap, cut into lines or cells, a piece at a time.

Bodies come as iterables of byte strings, from a request or a file alike; none is ever held as a whole, except JSON
documents, which have a smaller limit for that reason.
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Literal

import msgspec

from lei.errors import InvalidError, LeiError, MalformedError, Problem, TooLargeError
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.parquet_body import block_of, decoded
from lei.services.intake.row_lookups import unique_fields
from lei.services.intake.table_header import TableHeader, TypedHeader

BodyFormat = Literal["json", "ndjson", "csv", "parquet"]

LARGEST_SENT = 200 * 1024**2
LARGEST_UNPACKED = 1024**3
LARGEST_JSON = 32 * 1024**2
LONGEST_LINE = 1024**2
# The slow parser holds a document as Python objects; it is there to say what is wrong with a small one.
_LARGEST_SLOW = 4 * 1024**2
_PIECE = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_BOM = b"\xef\xbb\xbf"
_PLACE_SHOWN = 40
# Of a line that is too long, so much is kept among the refused rows.
_START_KEPT = 1000


def take_body(
    checker: RowChecker,
    pieces: Iterable[bytes],
    body_format: BodyFormat,
    *,
    gzipped: bool = False,
    capped: bool = True,
) -> None:
    """Check all rows of a body. `capped`: hold it to the limits for bodies from outside.

    Raises MalformedError when the body as a whole cannot be read, TooLargeError when it is over a limit, InvalidError
    when its frame (header row, JSON object around the rows) is wrong.
    """
    unpacked = _capped(pieces, LARGEST_SENT, "as it was sent") if capped else pieces
    if gzipped:
        unpacked = _gunzip(unpacked)
        unpacked = _capped(unpacked, LARGEST_UNPACKED, "once it is unpacked") if capped else unpacked
    if body_format == "ndjson":
        _take_lines(checker, unpacked)
    elif body_format == "csv":
        _take_table(checker, unpacked)
    elif body_format == "parquet":
        _take_parquet(checker, unpacked, capped=capped)
    else:
        _take_document(checker, unpacked)


def _capped(pieces: Iterable[bytes], limit: int, when: str) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise too_large(limit, when)
        yield piece


def too_large(limit: int, when: str = "as it was sent") -> TooLargeError:
    """The error of a body over a limit, with what to do about it."""
    return TooLargeError(
        f"The body is larger than {limit:,} bytes ({limit // 1024**2:,} MiB) {when}; send it in several requests."
    )


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack piece by piece: never more at once than a piece, however well it is packed. Members may follow another."""
    unpacker = zlib.decompressobj(_GZIP)
    fresh = True
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(_GZIP)
                fresh = False
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        while not unpacker.eof and (more := unpacker.decompress(b"", _PIECE)):
            yield more
    except zlib.error as error:
        raise MalformedError(f"The body is not valid gzip: {error}.") from error
    if not unpacker.eof and not fresh:
        raise MalformedError("The body is not valid gzip: it ends in the middle.")


def _take_lines(checker: RowChecker, pieces: Iterable[bytes]) -> None:
    rest, skipping, first = b"", False, True
    for piece in pieces:
        block = rest + piece
        if first and len(block) >= len(_BOM):
            block, first = block.removeprefix(_BOM), False
        lines = block.split(b"\n")
        rest = lines.pop()
        if skipping and lines:
            del lines[0]
            skipping = False
        checker.take_lines(line for line in lines if line and not line.isspace())
        if skipping:
            rest = b""
        elif len(rest) > LONGEST_LINE:
            text = f"This line is longer than {LONGEST_LINE:,} bytes."
            shown = rest[:_START_KEPT].decode(errors="replace")
            checker.refuse(Problem("", "malformed", text, checker.received + 1), shown)
            rest, skipping = b"", True
    rest = rest.removeprefix(_BOM) if first else rest
    if rest and not rest.isspace():
        checker.take_lines([rest])


def _take_table(checker: RowChecker, pieces: Iterable[bytes]) -> None:
    blocks = _texts(pieces)
    for block in blocks:
        head, _, rest = block.partition("\n")
        if '"' in head or "\r" in head.removesuffix("\r"):
            _take_quoted(checker, None, chain([block], blocks))
            return
        table = checker.open_table(head.removesuffix("\r").split(","))
        for text in chain([rest], blocks):
            plain = text.replace("\r\n", "\n") if "\r" in text else text
            # A quote may span commas and lines, so that from here on only a reader of CSV knows where cells end.
            if '"' in plain or "\r" in plain:
                _take_quoted(checker, table, chain([text], blocks))
                return
            _take_plain(checker, table, [line for line in plain.split("\n") if line])


def _take_plain(checker: RowChecker, table: TableHeader, lines: list[str]) -> None:
    before = checker.received
    try:
        checker.take_plain_lines(table, lines)
    except csv.Error as error:  # a cell that is longer than any may be
        raise MalformedError(f"The body is not valid CSV, after row {before:,}: {error}.") from error


def _take_quoted(checker: RowChecker, table: TableHeader | None, texts: Iterable[str]) -> None:
    """Rows as the reader of CSV tells them; without a table yet, the first of them is its header."""
    lines = (line for text in texts for line in io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    try:
        if table is None:
            table = checker.open_table(next(reader))
        checker.take_rows(table, reader)
    except csv.Error as error:
        raise MalformedError(f"The body is not valid CSV, line {reader.line_num}: {error}.") from error


def _take_parquet(checker: RowChecker, pieces: Iterable[bytes], *, capped: bool) -> None:
    with decoded(pieces) as found:
        blocks = _capped(found, LARGEST_UNPACKED, "once it is unpacked") if capped else found
        header = next(blocks, None)
        if header is None:
            return
        table = checker.open_table(block_of(header), TypedHeader)
        for block in blocks:
            checker.take_columns(table, block_of(block))


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    """Whole lines with their ends, so that a quoted cell keeps its line breaks."""
    for number, block in enumerate(_whole_lines(pieces)):
        try:
            text = (block.removeprefix(_BOM) if number == 0 else block).decode()
        except UnicodeDecodeError as error:
            shown = block[max(0, error.start - _PLACE_SHOWN) : error.start].decode(errors="replace")
            raise MalformedError(f"The body is not valid UTF-8, after '{shown}'. Save the file as UTF-8.") from error
        yield text


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = piece[end:]
        else:
            rest += piece
        if len(rest) > LONGEST_LINE:
            raise MalformedError(f"The body is not valid CSV: a line is longer than {LONGEST_LINE:,} bytes.")
    if rest:
        yield rest


def _take_document(checker: RowChecker, pieces: Iterable[bytes]) -> None:
    data = b"".join(_capped(pieces, LARGEST_JSON, "as one JSON document (NDJSON and CSV may be larger)"))
    data = _utf8(data.removeprefix(_BOM))
    try:
        frame = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        rows = msgspec.json.decode(frame.get("observations", b"[]"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if len(data) > _LARGEST_SLOW:
            raise MalformedError(f"The body is not valid JSON: {error}.") from error
        checker.take_records(_rows_of(_parse_slowly(data)))
    else:
        _refuse_frame(frame)
        _refuse_second_list(data, bytes(frame["observations"]))
        # Numbers out of range and the like only show row by row; each row is then judged by the schema of record.
        checker.take_lines(bytes(row) for row in rows)


def _utf8(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(f"The body is not valid UTF-8 at byte {error.start + 1:,}.") from error
    return data


def _parse_slowly(data: bytes) -> object:
    try:
        return json.loads(data, object_pairs_hook=unique_fields)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedError(f"The body is not valid JSON at {place}: {error.msg}.") from error
    except RecursionError as error:
        raise MalformedError("The body is nested too deeply.") from error
    except ValueError as error:
        raise MalformedError(f"The body is not valid JSON: {error}.") from error


def _rows_of(document: object) -> Iterable[object]:
    if not isinstance(document, dict):
        raise _wrong_frame(Problem("", "wrong_type", "The body must be an object with the field 'observations'."))
    _refuse_frame(document)
    rows = document["observations"]
    if not isinstance(rows, list):
        raise _wrong_frame(Problem("observations", "wrong_type", "This must be a list of observations."))
    return rows


def _refuse_frame(frame: Mapping[str, Any]) -> None:
    problems = [
        Problem(name[:100], "unknown_field", f"There is no field '{name[:100]}' beside 'observations'.")
        for name in frame
        if name != "observations"
    ]
    if "observations" not in frame:
        problems.append(Problem("observations", "missing_field", "This field is required: the list of observations."))
    if problems:
        raise _wrong_frame(*problems)


def _refuse_second_list(data: bytes, taken: bytes) -> None:
    """The reader keeps the last of two lists; the rows of the first would be lost without a word."""
    name = b'"observations"'
    if data.count(name) > 1 and data.replace(taken, b"", 1).count(name) > 1:
        raise MalformedError("The body is not valid JSON: the field 'observations' is given twice; send one list.")


def _wrong_frame(*problems: Problem) -> LeiError:
    return InvalidError('Send {"observations": [...]}: ' + problems[0].message, problems)
