"""Public holidays by country or part of one, from the package `holidays`."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from lei.services.words.near_words import suggestion

if TYPE_CHECKING:
    from lei.services.schedules.calendar_days import Holidays

NO_HOLIDAYS: frozenset[date] = frozenset()


@cache
def holidays_of(place: str | None) -> Holidays:
    """The public holidays of a place such as `DE` or `DE-BY`; none where no place is named.

    Raises ValueError with a sentence that a person can act on for a place that is not known.
    """
    if place is None:
        return NO_HOLIDAYS
    # Loaded late: it takes longer than all other imports of a command together, and most schedules name no place.
    import holidays  # noqa: PLC0415

    country, _, part = place.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        hint = suggestion(country, known, "Give an ISO code of two letters, such as DE, or DE-BY for a part.")
        raise ValueError(f"No public holidays are known for '{place}'. {hint}")
    if part and part not in known[country]:
        listed = f"Of {country} there are: {', '.join(known[country])}." if known[country] else f"Write {country}."
        raise ValueError(f"No public holidays are known for the part '{part}' of {country}. {listed}")
    return holidays.country_holidays(country, subdiv=part or None)
