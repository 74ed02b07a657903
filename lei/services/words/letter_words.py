"""What every mail about a scorecard says in the same words: what its numbers are about, and instants on a clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from lei.language import _
from lei.periods import day_label


def covers(period: str, made_at: datetime, data_as_of: datetime | None, zone: ZoneInfo) -> str:
    """What the numbers are about, apart from when they were put together. period: as a reader says it."""
    # For translators: {zone} is a time zone such as Europe/Berlin, {made} and {instant} are a day and a time.
    if data_as_of is None:
        text = _("Covers {period}; made on {made} {zone}; no data has come in yet.")
    else:
        text = _("Covers {period}; made on {made} {zone}; data as of {instant}.")
    return text.format(
        period=period,
        made=instant_on(made_at, zone),
        zone=zone.key,
        instant="" if data_as_of is None else instant_on(data_as_of, zone),
    )


def instant_on(instant: datetime, zone: ZoneInfo) -> str:
    """A day and a time on the clock of a zone."""
    local = instant.astimezone(zone)
    return _("{day}, {time}").format(day=day_label(local), time=f"{local:%H:%M}")
