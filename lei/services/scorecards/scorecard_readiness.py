"""What a scorecard says of readiness: places at risk by their rosters, or groups below the line where none are sent."""

from __future__ import annotations

from collections.abc import Sequence

from lei.language import _, ngettext
from lei.numbers import whole
from lei.periods import Grain, Period
from lei.reports import sentences
from lei.reports.figures import ReadinessPlace, ReadinessRisk
from lei.reports.wording import short_months_text
from lei.services.readiness.forecast_readiness import PlaceReadiness
from lei.services.scorecards.scorecard_data import ScorecardData
from lei.services.scorecards.scorecard_measures import readiness_is_reported
from lei.services.words.segment_words import name_of


def readiness_places(data: ScorecardData) -> tuple[ReadinessPlace, ...]:
    """The roles and sites at risk, the worst first."""
    return () if data.readiness is None else tuple(_place(place) for place in data.readiness.places)


def readiness_text(data: ScorecardData, risks: Sequence[ReadinessRisk]) -> str:
    """How many places or groups are at risk, or that none is, or that nobody reported it.

    Rosters tell of roles at sites; where none of those is at risk, a whole role, unit or region may still be.
    """
    found = data.readiness
    if found is None or not found.places:
        return sentences.readiness(risks, reported=readiness_is_reported(data))
    if not found.more:
        return found.sentence
    # For translators: so many roles and sites beside those that are listed.
    more = ngettext("{count} more at risk.", "{count} more at risk.", found.more).format(count=whole(found.more))
    return f"{found.sentence} {more}"


def _place(place: PlaceReadiness) -> ReadinessPlace:
    ahead = place.ahead[-1] if place.ahead else None
    month = "" if ahead is None else short_months_text((Period(ahead.month, Grain.MONTH),) * 2)
    return ReadinessPlace(
        name=name_of(place.segment),
        now_text=place.now_words,
        ahead_text="" if ahead is None else _("{share}% in {month}").format(share=whole(ahead.readiness), month=month),
        certificates_text="" if not place.certificates else whole(place.certificates),
    )
