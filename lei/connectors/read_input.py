"""Reads all files of one input into a table of typed columns, with the account of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lei.connectors.conversion import FileCount, Unreadable
from lei.connectors.read_cells import read_column
from lei.connectors.read_files import RawFile, read_rows
from lei.connectors.recipe import Input

FILE, LINE = "_file", "_line"  # where a row stands; names of recipes' columns start with a letter
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ReadInput:
    """The readable rows of an input, and what became of the others, file by file."""

    frame: pd.DataFrame
    files: tuple[FileCount, ...]
    unreadable: tuple[Unreadable, ...]


def read_input(name: str, given: Input, paths: Sequence[Path]) -> ReadInput:
    """All rows of the input's files. Errors as `read_files.read_rows`."""
    raw = [read_rows(path, given, label) for path, label in zip(paths, _labels(paths), strict=True)]
    typed = [_typed(file, given) for file in raw]
    frame = pd.concat([frame for frame, _ in typed], ignore_index=True)
    unreadable = [fault for _, faults in typed for fault in faults]
    unrepeated = kept = frame
    if given.key:
        unrepeated = frame[~frame.duplicated(list(given.columns))]
        clash = unrepeated.duplicated(list(given.key), keep=False)
        unreadable += _clashes(unrepeated[clash], given)
        kept = unrepeated[~clash].reset_index(drop=True)
    counts = tuple(_count(name, file, frame, unrepeated, kept) for file in raw)
    return ReadInput(kept, counts, tuple(unreadable))


def _labels(paths: Sequence[Path]) -> list[str]:
    """The names of the files, or their whole paths where names are not enough to tell them apart."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _typed(raw: RawFile, given: Input) -> tuple[pd.DataFrame, list[Unreadable]]:
    """The rows of a file whose cells can all be read, and the cells that cannot."""
    faults = list(raw.faults)
    values, wrong = {}, pd.Series(False, index=range(len(raw.lines)))
    for name, column in given.columns.items():
        cells = raw.cells[name]
        values[name], bad = read_column(cells, column, given)
        for mask, reason in bad:
            wrong |= mask
            faults += [
                Unreadable(raw.file, raw.lines[row], str(column.source), _shown(cells[row]), reason)
                for row in mask.index[mask]
            ]
    frame = pd.DataFrame(values)
    frame[FILE], frame[LINE] = raw.file, raw.lines
    return frame[~wrong], sorted(faults, key=lambda fault: fault.line)


def _shown(cell: str) -> str:
    """A cell as it can be printed: lone surrogates (undecodable bytes) as question marks, not too long."""
    text = cell.encode("utf-8", errors="replace").decode("utf-8")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _clashes(rows: pd.DataFrame, given: Input) -> list[Unreadable]:
    keys = ", ".join(str(given.columns[name].source) for name in given.key)
    reason = f"Other rows have the same key ({keys}) and say something else."
    return [Unreadable(file, line, keys, "", reason) for file, line in zip(rows[FILE], rows[LINE], strict=True)]


def _count(name: str, raw: RawFile, frame: pd.DataFrame, unrepeated: pd.DataFrame, kept: pd.DataFrame) -> FileCount:
    readable, once, used = (int((rows[FILE] == raw.file).sum()) for rows in (frame, unrepeated, kept))
    return FileCount(raw.file, name, raw.rows, used, raw.rows - used - (readable - once), readable - once)
