"""What the first page shows: the index of the organization, what it is made of, its units, the latest scorecards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lei.periods import Grain, Period
from lei.services.feeds.watch_feeds import Feed, silent_feeds
from lei.services.scores.drivers import explain_change
from lei.services.scores.score import default_periods, score
from lei.services.scores.score_report import DriversReport, Score, ScoreQuery, ScoreReport
from lei.storage.measures import read_measures
from lei.storage.rollup_columns import months_with_data
from lei.storage.scorecards import ScorecardSummary, list_scorecards

TREND_PERIODS = 24
UNIT = "unit"
_SCORECARDS = 5
_CHOICES = 60


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known for one period. `report` runs over the periods of the trend and ends with the one shown.

    choices: months that can be shown, the newest first; empty where no data have come in. change: against the period
    before. units: by composite, the highest first, those without one last. silent: feeds that have gone silent by
    today. names: of measures, by key.
    """

    period: Period
    choices: tuple[Period, ...]
    report: ScoreReport
    now: Score
    change: DriversReport
    units: tuple[Score, ...]
    scorecards: tuple[ScorecardSummary, ...]
    silent: tuple[Feed, ...]
    names: Mapping[str, str]


def overview(session: Session, period: Period | None, min_group_size: int, today: date) -> Overview:
    """The overview of a period, of the newest month with data where none is given."""
    if period is None:
        _, period = default_periods(session, Grain.MONTH, None, None, today)
    # Measures are shown of this one period alone; putting those of all into words would take most of the time.
    whole = ScoreQuery(grain=period.grain, first=period.shift(1 - TREND_PERIODS), last=period, detail="pillars")
    # Both periods, as the change asks for them: then the same roll-ups in memory serve both questions.
    now = ScoreQuery(grain=period.grain, first=period.shift(-1), last=period)
    return Overview(
        period=period,
        choices=_choices(session),
        report=score(session, whole, min_group_size),
        now=score(session, now, min_group_size).scores[-1],
        change=explain_change(session, now, period.shift(-1), min_group_size)[0],
        units=_units(session, period, min_group_size),
        scorecards=tuple(list_scorecards(session, _SCORECARDS)),
        silent=silent_feeds(session, today),
        names={key: stored.measure.display_name for key, stored in read_measures(session).items()},
    )


def _choices(session: Session) -> tuple[Period, ...]:
    months = months_with_data(session)
    if months is None:
        return ()
    first = max(months[0], months[1] - _CHOICES + 1)
    return tuple(Period(month, Grain.MONTH) for month in range(months[1], first - 1, -1))


def _units(session: Session, period: Period, min_group_size: int) -> tuple[Score, ...]:
    query = ScoreQuery(grain=period.grain, first=period, last=period, by=(UNIT,), detail="pillars")
    scores = score(session, query, min_group_size).scores
    return tuple(sorted(scores, key=lambda s: (s.composite is None, -(s.composite or 0.0), s.segment[UNIT])))
