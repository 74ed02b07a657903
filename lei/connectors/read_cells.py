"""Turns the cells of a column into values of its type; what is none is said, never guessed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from lei.connectors.recipe import Column, Input
from lei.periods import FIRST_YEAR, LAST_YEAR

_INTEGER = r"[+-]?\d{1,15}(?:\.0+)?"
_NUMBER = r"[+-]?(?:\d{1,300}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?"
_UNDECODED = "[\udc80-\udcff]"

Bad = tuple["pd.Series[bool]", str]  # which cells, and why


def read_column(cells: list[str], column: Column, given: Input) -> tuple[pd.Series, list[Bad]]:
    """The values of a column (missing ones as NA) and which of its cells cannot be read."""
    # The same few texts come again and again: each is read once.
    codes, texts = pd.factorize(np.array(cells, dtype=object))
    values, bad = _read_texts(pd.Series(texts, dtype=object), column, given)
    spread = [(mask.take(codes).reset_index(drop=True), reason) for mask, reason in bad]
    return values.take(codes).reset_index(drop=True), spread


def _read_texts(text: pd.Series, column: Column, given: Input) -> tuple[pd.Series, list[Bad]]:
    undecoded = _undecoded(text)
    text = text.str.strip() if len(text) else text
    missing = text.isin(["", *given.missing])
    present = text.mask(missing | undecoded)
    bad: list[Bad] = [(undecoded, f"Its bytes are not {given.encoding}.")]
    if column.default is not None:
        present = present.mask(missing, column.default)
    elif column.required:
        bad.append((missing, "A value is needed here."))
    values, wrong = _READERS[column.type](present, column, given)
    bad.append((wrong & present.notna(), _reason(column)))
    return values, [(mask, reason) for mask, reason in bad if mask.any()]


def _undecoded(text: pd.Series) -> pd.Series[bool]:
    if not len(text) or "".join(text).isascii():
        return pd.Series(False, index=text.index)
    return text.str.contains(_UNDECODED, regex=True).astype(bool)


def _reason(column: Column) -> str:
    if column.type == "date":
        return f"No date of the form {column.format}."
    return {"integer": "Not a whole number.", "number": "Not a number."}.get(column.type, "Not a text.")


def _texts(present: pd.Series, _column: Column, _given: Input) -> tuple[pd.Series, pd.Series[bool]]:
    return present, pd.Series(False, index=present.index)


def _numbers(present: pd.Series, column: Column, given: Input) -> tuple[pd.Series, pd.Series[bool]]:
    plain = present
    if given.decimal == "," and present.notna().any():
        # A point in a file with decimal commas parts thousands or is a slip: nobody can know which.
        plain = present.where(~present.str.contains(".", regex=False, na=False)).str.replace(",", ".", regex=False)
    readable = _fullmatch(plain, _INTEGER if column.type == "integer" else _NUMBER)
    values = pd.to_numeric(plain.where(readable), errors="coerce").astype("float64")
    values = values.where(values.abs() < math.inf)
    return values, values.isna()


def _dates(present: pd.Series, column: Column, _given: Input) -> tuple[pd.Series, pd.Series[bool]]:
    # pandas reads "today" and "now" under any format; a date has digits.
    plain = present.where(_fullmatch(present, r".*\d.*"))
    if column.format in ("unix", "unix_ms"):
        seconds = pd.to_numeric(plain.where(_fullmatch(plain, _INTEGER)), errors="coerce")
        moments = pd.to_datetime(seconds, unit="s" if column.format == "unix" else "ms", errors="coerce")
    else:
        zoned = column.format is not None and "%z" in column.format
        moments = pd.to_datetime(plain, format=column.format, errors="coerce", utc=zoned)
        moments = moments.dt.tz_localize(None) if zoned else moments
    days = moments.dt.normalize()
    days = days.where(days.dt.year.between(FIRST_YEAR, LAST_YEAR))
    return days, days.isna()


def _fullmatch(text: pd.Series, pattern: str) -> pd.Series[bool]:
    if not text.notna().any():
        return pd.Series(False, index=text.index)
    return text.str.fullmatch(pattern, na=False).astype(bool)


_READERS: dict[str, Callable[[pd.Series, Column, Input], tuple[pd.Series, pd.Series[bool]]]] = {
    "text": _texts,
    "number": _numbers,
    "integer": _numbers,
    "date": _dates,
}
