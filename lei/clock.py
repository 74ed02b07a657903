"""Where the time comes from: passed in everywhere, so that tests and re-runs can say what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Anything that can tell the present instant."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The machine's present instant in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until somebody sets `instant`."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant.astimezone(UTC)


def day_on(clock: Clock, timezone: ZoneInfo) -> date:
    """The present day where clocks show the time of a zone."""
    return clock.now().astimezone(timezone).date()


def instant_text(instant: datetime | None) -> str | None:
    """An instant as answers write it: RFC 3339 in UTC, with `Z`."""
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
