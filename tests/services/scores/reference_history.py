"""Observations as they were sent, corrected, taken back and reverted, kept the slow way: the history of each one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from lei.periods import Occasion, parse_occasion

Segment = tuple[tuple[str, str], ...]


class Key(NamedTuple):
    """What makes it the same observation."""

    source: str
    measure: str
    segment: Segment
    occasion: Occasion


class Fact(NamedTuple):
    """An observation that holds: its key, the value and how many stand behind it."""

    key: Key
    value: float
    n: int


class Entry(NamedTuple):
    """A change of one observation: which batch made it and when; `said` is None where it was taken back."""

    batch: int
    at: datetime
    said: tuple[float, int] | None


class History:
    """All that was sent, in order; nothing is ever forgotten."""

    def __init__(self) -> None:
        self.entries: dict[Key, list[Entry]] = defaultdict(list)
        self.segments: set[Segment] = set()
        self._reverts: dict[int, int] = {}

    def send(self, batch: int, at: datetime, records: Iterable[Mapping[str, Any]], default_source: str) -> None:
        """Take a batch in: what says the same as before changes nothing."""
        for record in records:
            segment = tuple(sorted(record["dimensions"].items()))
            self.segments.add(segment)
            key = Key(
                record.get("source") or default_source, record["measure"], segment, parse_occasion(record["period"])
            )
            said = None if record["value"] is None else (record["value"], record["sample_size"])
            self._change(key, batch, at, said)

    def revert(self, batch: int, by: int, at: datetime) -> bool:
        """Undo a batch, or a revert: what it changed is as the last upload that stands has left it.

        False where there is nothing to undo.
        """
        root = batch
        while root in self._reverts:
            root = self._reverts[root]
        mine = [key for key, entries in self.entries.items() if any(e.batch == root for e in entries)]
        if batch in self._reverts.values() or not mine:
            return False
        self._reverts[by] = batch
        for key in mine:
            standing = [e.said for e in self.entries[key] if e.batch not in self._reverts and self._stands(e.batch)]
            self._change(key, by, at, standing[-1] if standing else None)
        return True

    def _stands(self, batch: int) -> bool:
        return not any(self._stands(by) for by, reverted in self._reverts.items() if reverted == batch)

    def facts(self, as_of: datetime | None) -> list[Fact]:
        """What held at an instant: the newest entry of each observation by then, unless it was taken back."""
        found = []
        for key, entries in self.entries.items():
            known = [e for e in entries if as_of is None or e.at <= as_of]
            if known and known[-1].said is not None:
                found.append(Fact(key, *known[-1].said))
        return found

    def _change(self, key: Key, batch: int, at: datetime, said: tuple[float, int] | None) -> None:
        entries = self.entries[key]
        if said != (entries[-1].said if entries else None):
            entries.append(Entry(batch, at, said))
