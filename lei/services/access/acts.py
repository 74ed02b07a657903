"""Who does something, when, and which states they have seen: so that two people never overwrite each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

ANY_STATE = "*"
_TAG_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, and the tags of the states seen (None: that was not asked for)."""

    by: str
    now: datetime
    seen: Set[str] | None = None

    def knows(self, tag: str) -> bool:
        """Whether the state with this tag may be acted on: it was seen, or nobody asked what was."""
        return self.seen is None or bool(self.seen & {tag, ANY_STATE})


def tag_of(state: Any) -> str:
    """A short text that differs whenever anything in the state does: plain data, days and instants."""
    content = json.dumps(state, sort_keys=True, default=_written)
    return hashlib.sha256(content.encode()).hexdigest()[:_TAG_LENGTH]


def _written(value: object) -> str:
    if isinstance(value, date):  # an instant is one, too
        return value.isoformat()
    raise TypeError(f"A state holds no {type(value).__name__}.")
