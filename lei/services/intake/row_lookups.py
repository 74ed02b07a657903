"""Look-ups of one batch: what was met before is found at once, what is new is read and checked once.

Each is a dict that raises KeyError for what is wrong, so that the row at fault goes to the schema of record.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from lei.periods import parse_occasion
from lei.services.intake.intake_rules import DimensionValues
from lei.services.words.names import printable, refuse_text
from lei.storage.segments import canonical

# Bounds the memory of a body in which hardly anything repeats.
_MOST_CACHED = 100_000

_decode_dimensions = msgspec.json.Decoder(dict[str, str] | None).decode


def unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of a JSON object; raises ValueError when one is given twice, instead of keeping the last."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the field '{printable(twice)}' is given twice")
    return fields


class Occasions(dict[str, tuple[int, int, int]]):
    """(month, span, day) of each period that was met and is right; KeyError for the others."""

    def __init__(self, latest_month: int, closed_until: int | None) -> None:
        super().__init__()
        self._latest = latest_month
        self._closed_until = -1 if closed_until is None else closed_until

    def __missing__(self, text: str) -> tuple[int, int, int]:
        try:
            occasion = parse_occasion(text)
        except ValueError:
            raise KeyError(text) from None
        if not self._closed_until < occasion.month <= self._latest:
            raise KeyError(text)
        self[text] = found = (occasion.month, occasion.span, occasion.day)
        return found


class Sources(dict[str | None, int]):
    """The number of each source; None is the sender's default, number 0. `only`: no other source is known."""

    def __init__(self, default: str, only: str | None) -> None:
        super().__init__({default: 0})
        self.names = [default]
        self._only = only

    def __missing__(self, name: str | None) -> int:
        if name is None:
            self[None] = self[self.names[0]]
            return self[None]
        if refuse_text(name) is not None or self._only not in (None, name):
            raise KeyError(name)
        self[name] = number = len(self.names)
        self.names.append(name)
        return number


class Segments(dict[Any, int]):
    """The number of each segment by whatever names it: JSON text, pairs, or the cells of a CSV row."""

    def __init__(self, dimensions: frozenset[str], values: DimensionValues) -> None:
        super().__init__()
        self._dimensions = dimensions
        self._values = values
        self._numbers: dict[str, int] = {}
        self.columns: tuple[str, ...] = ()

    @property
    def canonicals(self) -> list[str]:
        """The canonical texts, in the order of their numbers."""
        return list(self._numbers)

    def number(self, values: Mapping[str, str]) -> int:
        """The number of a combination that is known to be right."""
        return self._numbers.setdefault(canonical(values), len(self._numbers))

    def __missing__(self, name: Any) -> int:
        values = self._read(name)
        if any(key not in self._dimensions or refuse_text(text) is not None for key, text in values.items()):
            raise KeyError(name)
        if self._values.meet(values):
            raise KeyError(name)
        if len(self) >= _MOST_CACHED:
            self.clear()
        self[name] = number = self.number(values)
        return number

    def _read(self, name: Any) -> Mapping[str, str]:
        if isinstance(name, bytes):
            try:
                values = _decode_dimensions(name) or {}
                # The quick decoder keeps the last of two values; so many colons need a closer look.
                if name.count(b":") > len(values):
                    json.loads(name, object_pairs_hook=unique_fields)
            except (msgspec.DecodeError, ValueError):
                raise KeyError(name) from None
            return values
        if name and isinstance(name[0], tuple):
            return dict(name)
        return {column: cell for column, cell in zip(self.columns, name, strict=True) if cell}
