"""How tests ask for scores, and change what they are made by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lei.clock import FixedClock
from lei.periods import parse_period
from lei.services.scores.score import score
from lei.services.scores.score_report import MeasureScore, Score, ScoreQuery
from lei.storage.database import Database
from lei.storage.ledger import raise_ledger
from lei.storage.measures import change_measure, read_measures

FLOOR = 5
ACCESS = "access_engagement"
OUTCOMES = "performance_outcomes"


def scores(database: Database, first: str, last: str | None = None, **asked: Any) -> list[Score]:
    """The scores from the first period to the last, of one period where there is no last."""
    start, end = parse_period(first), parse_period(last or first)
    with database.reading() as session:
        query = ScoreQuery(grain=start.grain, first=start, last=end, **asked)
        return list(score(session, query, FLOOR).scores)


def only(database: Database, period: str, **asked: Any) -> Score:
    """The only score there is."""
    (found,) = scores(database, period, **asked)
    return found


def measure(found: Score, key: str) -> MeasureScore:
    """One measure of a score."""
    for candidate in (*(m for pillar in found.pillars for m in pillar.measures), *found.context):
        if candidate.key == key:
            return candidate
    raise AssertionError(f"{key} is not in the answer")


def edit_measure(database: Database, clock: FixedClock, key: str, **changes: Any) -> None:
    """Change a measure as somebody would: a new version from now on."""
    with database.writing() as session:
        stored = read_measures(session)[key]
        raise_ledger(session, clock.now())
        change_measure(session, stored, replace(stored.measure, **changes), clock.now(), "a test")
