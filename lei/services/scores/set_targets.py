"""Sets what the index and its pillars shall reach, and finds the target that goes for a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.errors import Problem, refuse_faults
from lei.periods import Grain, Period, period_of_month
from lei.services.scores.score_report import MOST_DIMENSIONS
from lei.services.words.near_words import no_such_dimension, suggestion
from lei.storage.score_targets import ScoreTarget, add_targets
from lei.storage.segments import canonical, dimension_keys

COMPOSITE = "composite"
SCORES = (COMPOSITE, *PILLARS)
_HIGHEST = 100.0
_LONGER = {Grain.MONTH: (Grain.QUARTER, Grain.YEAR), Grain.QUARTER: (Grain.YEAR,), Grain.YEAR: ()}


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target as somebody states it; value None takes it back."""

    score: str
    period: Period
    where: Mapping[str, str]
    value: float | None


def set_targets(session: Session, targets: Sequence[NewTarget], who: str, now: datetime) -> None:
    """Store targets, all of them or none. Raises InvalidError that names every field at fault, row by row."""
    known = dimension_keys(session)
    problems = [problem for row, target in enumerate(targets, 1) for problem in _problems(target, row, known)]
    refuse_faults(problems)
    add_targets(
        session,
        [ScoreTarget(t.score, canonical(t.where), str(t.period), t.value, now, who) for t in targets],
    )


def target_for(targets: Mapping[tuple[str, str], float], score: str, period: Period) -> float | None:
    """The target of a score for a period: its own, else that of the quarter, else of the year that it lies in.

    targets: by score and period, of one segment.
    """
    longer = (period_of_month(period.last_month, grain) for grain in _LONGER[period.grain])
    found = (targets.get((score, str(each))) for each in (period, *longer))
    return next((value for value in found if value is not None), None)


def _problems(target: NewTarget, row: int, known: Sequence[str]) -> Iterator[Problem]:
    if target.score not in SCORES:
        hint = suggestion(target.score, SCORES, f"There are: {', '.join(SCORES)}.")
        yield Problem("score", "unknown_score", f"There is no score '{target.score}'. {hint}", row, hint)
    if target.value is not None and not 0 <= target.value <= _HIGHEST:
        yield Problem("value", "invalid", "A target is a score from 0 to 100.", row)
    for name, value in target.where.items():
        if name not in known:
            yield no_such_dimension("where", name, known, row)
        elif not value:
            yield Problem("where", "empty", f"Give a value for the dimension '{name}'.", row)
    if len(target.where) > MOST_DIMENSIONS:
        text = f"A score has at most {MOST_DIMENSIONS} dimensions, and so has a target."
        yield Problem("where", "too_many_dimensions", text, row)
