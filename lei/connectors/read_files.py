"""Finds the files of a recipe's inputs and reads them row by row: encoding, fields per row, quotes, headings."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from lei.connectors.conversion import Unreadable
from lei.connectors.recipe import Column, Input, Wide
from lei.errors import InvalidError, MalformedError, NotFoundError, Problem, UsageError

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class RawFile:
    """The rows of one file as texts, in columns: `cells` by column of the recipe, `lines` their lines in the file."""

    file: str
    cells: Mapping[str, list[str]]
    lines: list[int]
    faults: tuple[Unreadable, ...]
    rows: int


def match_files(inputs: Mapping[str, Input], paths: Iterable[Path]) -> tuple[dict[str, list[Path]], tuple[str, ...]]:
    """The files of each input by the pattern of their names; folders stand for the files in them.

    Second come notes on files of a folder that no input reads. Raises UsageError or InvalidError when a file is
    not there, fits no input or several, or an input has no file.
    """
    found: dict[str, list[Path]] = {name: [] for name in inputs}
    notes = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no file '{path}'.")
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            names = [name for name, given in inputs.items() if _fits(file, given.files)]
            if len(names) > 1:
                raise InvalidError(f"The name of '{file.name}' fits several inputs of the recipe: {', '.join(names)}.")
            if names and file not in found[names[0]]:
                found[names[0]].append(file)
            elif not names and path.is_dir():
                notes.append(f"{file.name} was not read: no input of the recipe has such a name.")
            elif not names:
                patterns = ", ".join(given.files for given in inputs.values())
                raise InvalidError(f"The name of '{file.name}' fits no input of the recipe; it reads: {patterns}.")
    lacking = [f"{name} ({inputs[name].files})" for name, files in found.items() if not files]
    if lacking:
        raise InvalidError(f"No file was given for: {', '.join(lacking)}.")
    return found, tuple(notes)


def _fits(file: Path, pattern: str) -> bool:
    return file.is_file() and fnmatchcase(file.name.lower().removesuffix(".gz"), pattern.lower())


def read_rows(file: Path, given: Input, label: str) -> RawFile:
    """All rows of a file, called `label` in the account of rows; those whose fields cannot be told apart are faults.

    Raises MalformedError when the file cannot be read at all, InvalidError when a column is missing.
    """
    text = _text(file, given.encoding)
    reader = csv.reader(_lines(text, given.header_line), delimiter=given.delimiter, strict=True)
    heading = _heading(file, reader)
    if given.wide:
        heading_of_rows, groups = _unfold(heading, given.wide, file)
    else:
        heading_of_rows, groups = heading, []
    places = _places(file, given.columns, heading_of_rows)
    rows, lines, faults = _split(label, reader, len(heading), given.header_line)
    if given.wide:
        rows, lines = _lengthen(rows, lines, groups)
    cells = {name: [row[place] for row in rows] for name, place in places.items()}
    return RawFile(label, cells, lines, tuple(faults), len(lines) + len(faults))


def _text(file: Path, encoding: str) -> str:
    """The file as text. Bytes that are not of the encoding stay as lone surrogates, to be found in their cells."""
    try:
        data = file.read_bytes()
        if data.startswith(_GZIP_MAGIC):
            data = gzip.decompress(data)
        return data.decode(encoding, errors="surrogateescape")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise MalformedError(f"The file '{file.name}' is broken gzip; export or copy it again.") from None
    except UnicodeError:
        raise MalformedError(f"The file '{file.name}' is not written in {encoding}, which the recipe names.") from None
    except OSError as error:
        raise NotFoundError(f"The file '{file}' cannot be read: {error.strerror}.") from None


def _lines(text: str, header_line: int) -> Iterable[str]:
    stream = io.StringIO(text, newline="")
    for _ in range(header_line - 1):
        stream.readline()
    return stream


def _heading(file: Path, reader: Iterable[list[str]]) -> list[str]:
    try:
        heading = next(iter(reader), None)
    except csv.Error as error:
        raise MalformedError(f"The heading of '{file.name}' cannot be read: {error}.") from None
    if not heading:
        raise MalformedError(f"The file '{file.name}' is empty: it does not even have a line of headings.")
    return [name.strip() for name in heading]


def _places(file: Path, columns: Mapping[str, Column], heading: list[str]) -> dict[str, int]:
    """Where each column of the recipe stands in a row."""
    places, problems = {}, []
    for name, column in columns.items():
        found = _find(column.source, heading)
        if len(found) == 1:
            places[name] = found[0]
            continue
        fault = f"has no column '{column.source}'" if not found else f"has several columns '{column.source}'"
        problems.append(Problem(name, "missing_column", f"The file {fault}."))
    if problems:
        lacking = ", ".join(f"'{columns[problem.field].source}'" for problem in problems)
        raise InvalidError(
            f"The file '{file.name}' does not have exactly one column each for: {lacking}. "
            f"Its columns are: {', '.join(heading)}.",
            problems,
        )
    return places


def _find(source: str | int, heading: list[str]) -> list[int]:
    if isinstance(source, int):
        return [source - 1] if 1 <= source <= len(heading) else []
    return [place for place, name in enumerate(heading) if name == source]


def _split(
    label: str, reader: CsvReader, width: int, header_line: int
) -> tuple[list[list[str]], list[int], list[Unreadable]]:
    """The rows with as many fields as the heading, their lines, and the rows that have not."""
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[Unreadable] = []
    before = header_line - 1
    while True:
        line = before + reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            last = before + reader.line_num
            reach = f" (lines {line} to {last} hang together)" if last > line else ""
            faults.append(Unreadable(label, line, "", "", f"The quotes of the row do not match{reach}: {error}."))
            continue
        if row is None:
            return rows, lines, faults
        if len(row) == width:
            rows.append(row)
            lines.append(line)
        elif row:
            reason = f"The row has {len(row)} fields, the heading has {width}."
            faults.append(Unreadable(label, line, "", "", reason))


def _unfold(heading: list[str], wide: Wide, file: Path) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """The headings of the long rows, and for each long row of a wide one: its name and where its cells stand."""
    end = len(heading) - wide.skip_last
    size = len(wide.values)
    if end <= wide.skip_first or (end - wide.skip_first) % size:
        raise InvalidError(
            f"The columns of '{file.name}' after the first {wide.skip_first} and before the last {wide.skip_last} "
            f"do not come in groups of {size}."
        )
    fixed = [*range(wide.skip_first), *range(end, len(heading))]
    groups = [(heading[first], [*fixed, *range(first, first + size)]) for first in range(wide.skip_first, end, size)]
    return [*(heading[place] for place in fixed), *wide.values, wide.name], groups


def _lengthen(
    rows: list[list[str]], lines: list[int], groups: list[tuple[str, list[int]]]
) -> tuple[list[list[str]], list[int]]:
    long = [[*(row[place] for place in places), name] for row in rows for name, places in groups]
    return long, [line for line in lines for _ in groups]
