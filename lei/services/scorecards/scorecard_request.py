"""Which scorecard is wanted, and about which period where nobody said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lei.language import ENGLISH
from lei.periods import Grain, Period, period_containing, period_of_month
from lei.services.scores.score_report import DEFAULT_PROFILE
from lei.storage.rollup_columns import months_with_data

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class ScorecardRequest:
    """Which scorecard is wanted. `where` is empty for the whole organization; without a title it gets one.

    documented: the organization permits documented estimates of the credited share above the usual ceiling.
    """

    period: Period
    where: Mapping[str, str]
    title: str | None = None
    profile: str = DEFAULT_PROFILE
    documented: bool = False
    page_size: str = "A4"
    language: str = ENGLISH


def default_period(session: Session, grain: Grain, today: date) -> Period:
    """The last complete period that has data; the last complete one where there is no data at all.

    today: the day in the installation's own time zone.
    """
    complete = period_containing(today, grain).shift(-1)
    months = months_with_data(session)
    if months is None:
        return complete
    return min(complete, period_of_month(months[1], grain))
