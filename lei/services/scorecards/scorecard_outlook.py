"""The index and its pillars beside last year, plan, year to date and a forecast: the columns that executives know."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lei.catalog.measure import PILLARS
from lei.errors import InvalidError
from lei.evidence.estimate import TooLittle
from lei.evidence.trend import FARTHEST, trend
from lei.language import N_, _
from lei.periods import Grain, Period, period_containing, period_label
from lei.reports.figures import Outlook, OutlookRow
from lei.reports.outlook_words import outlook_text
from lei.services.scorecards.scorecard_data import ScorecardData
from lei.services.scores.score_report import Score
from lei.services.scores.set_targets import COMPOSITE, target_for

_INDEX_NAME = N_("Learning effectiveness index")
_FULL = 100.0
_NONE = (None, None, None)


@dataclass(frozen=True, slots=True)
class _Forecast:
    """A score ahead with its interval; seasonal: whether it knows the usual course of a year."""

    ends: tuple[float, float, float]
    seasonal: bool


def outlook(data: ScorecardData) -> Outlook:
    """The rows of the index and of the pillars that carry weight; a forecast is made of months alone.

    What is forecast lies as far ahead as a trend may be trusted, three months.
    """
    period = data.request.period
    pillars = () if data.score is None else tuple(pillar.key for pillar in data.score.pillars)
    keys = (COMPOSITE, *pillars)
    forecasts = {key: _forecast([_score(score, key) for _, score in data.history], period) for key in keys}
    rows = tuple(_row(data, key, forecasts[key]) for key in keys)
    known = [found for found in forecasts.values() if found is not None]
    last_year = period_label(data.last_year_period)
    return Outlook(
        rows=rows,
        last_year_label=last_year,
        forecast_label=period_label(period.shift(FARTHEST)) if known else "",
        text=outlook_text(rows[0], last_year),
        seasonal=any(found.seasonal for found in known),
    )


def _row(data: ScorecardData, key: str, forecast: _Forecast | None) -> OutlookRow:
    series = [(period, _score(score, key)) for period, score in data.history]
    now = series[-1][1]
    plan = target_for(data.targets, key, data.request.period)
    year = [score for period, score in series if _same_year(period, data.request.period) and score is not None]
    value, low, high = _NONE if forecast is None else forecast.ends
    return OutlookRow(
        name=_(_INDEX_NAME if key == COMPOSITE else PILLARS[key]),
        now=now,
        last_year=_score(data.at(data.last_year_period), key),
        plan=plan,
        of_plan=None if now is None or not plan else _FULL * now / plan,
        year_to_date=math.fsum(year) / len(year) if year and now is not None else None,
        year_to_date_of=len(year),
        forecast=value,
        forecast_low=low,
        forecast_high=high,
    )


def _score(score: Score | None, key: str) -> float | None:
    if score is None or key == COMPOSITE:
        return None if score is None else score.composite
    return next((pillar.score for pillar in score.pillars if pillar.key == key), None)


def _same_year(period: Period, other: Period) -> bool:
    return period_containing(period.end, Grain.YEAR) == period_containing(other.end, Grain.YEAR)


def _forecast(scores: Sequence[float | None], period: Period) -> _Forecast | None:
    """Score and interval three months ahead, within 0 to 100; None where the months so far say too little."""
    if period.grain is not Grain.MONTH or scores[-1] is None:
        return None
    try:
        found = trend([math.nan if score is None else score for score in scores], ahead=FARTHEST)
    except InvalidError:
        return None  # months that are all alike have no trend, and nothing to learn an interval from
    if isinstance(found, TooLittle):
        return None
    ends = (found.forecast[-1], found.low[-1], found.high[-1])
    value, low, high = (min(max(float(end), 0.0), _FULL) for end in ends)
    return _Forecast((value, low, high), seasonal=bool(found.estimate.details["season"]))
