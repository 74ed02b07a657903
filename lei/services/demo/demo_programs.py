"""Records the programs of the demo organisation as their people would have: each step on its day, by the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from sqlalchemy.orm import Session

from lei.evidence.links import Link
from lei.periods import Grain, Period, month_start, period_containing
from lei.services.catalog.manage_measures import create_measure
from lei.services.demo.story.program_signals import OWN_MEASURES, SITE_DIMENSION
from lei.services.demo.story.program_stories import Amended, Asked, ProgramStory, Tried
from lei.services.demo.story.programs import program_stories
from lei.services.programs.amend_program import amend_program
from lei.services.programs.change_program import freeze_program
from lei.services.programs.manage_program_records import complete, record, set_costs
from lei.services.programs.manage_programs import create_program
from lei.services.programs.missing_sign_offs import owners_of
from lei.services.weights.draft_state import ANY_STATE, Act
from lei.storage.program_cycles import SignOff
from lei.storage.program_plans import plan_as_dict
from lei.storage.program_records import Content, Kind
from lei.storage.segments import add_dimension

ADMINISTRATOR = "ines.costa@halden.example"
# A plan is drafted and frozen so many days before the month in which its program begins.
DRAFTED, FROZEN = timedelta(days=40), timedelta(days=12)
# People act in the morning, once the figures of the night are in.
_HOUR = time(9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that people did, and when; `take` does it in a session, at an instant that is not later."""

    at: datetime
    take: Callable[[Session, datetime], object]


def register_own_figures(session: Session, now: datetime) -> None:
    """What Halden Group counts beyond the default catalogue: support sites, and measures of single programs."""
    add_dimension(session, *SITE_DIMENSION)
    for fields in OWN_MEASURES:
        create_measure(session, fields, ADMINISTRATOR, now)


def program_steps(last_month: int) -> list[Step]:
    """All that was done for the programs up to the first day after `last_month`, in no order."""
    return [step for story in program_stories(last_month) for step in _steps(story, last_month)]


def _steps(story: ProgramStory, last_month: int) -> Iterator[Step]:
    launch = month_start(story.plan.launch_month or last_month)
    yield _step(launch - DRAFTED, lambda session, now: _draft(session, story, now))
    yield _step(launch - FROZEN, lambda session, now: _freeze(session, story, now))
    for change in story.amended:
        yield _amended(story, change)
    for estimate in story.estimates:
        yield _recorded(story, "estimate", max(estimate.stated_on, launch - FROZEN), estimate)
    for review in story.reviews:
        yield _recorded(story, "review", review.on, review)
    for number, asked in enumerate(story.asked, start=1):
        yield from _decided(story, number, asked)
    for number, tried in enumerate(story.tried, start=1):
        yield from _tried(story, number, tried)
    quarter = period_containing(month_start(last_month + 1), Grain.QUARTER).shift(-1)
    yield _step(month_start(last_month + 1), lambda session, now: _sign(session, story, quarter, now))


def _step(day: date, take: Callable[[Session, datetime], object]) -> Step:
    return Step(datetime.combine(day, _HOUR), take)


def _recorded(story: ProgramStory, kind: Kind, day: date, content: Content) -> Step:
    said = msgspec.to_builtins(content)

    def take(session: Session, now: datetime) -> None:
        record(session, story.key, kind, said, Act(_learning_owner(story), now))

    return _step(day, take)


def _completed(story: ProgramStory, kind: Kind, number: int, day: date, content: Content) -> Step:
    said = msgspec.to_builtins(content)

    def take(session: Session, now: datetime) -> None:
        complete(session, story.key, kind, number, said, Act(_learning_owner(story), now))

    return _step(day, take)


def _amended(story: ProgramStory, change: Amended) -> Step:
    def take(session: Session, now: datetime) -> None:
        act = Act(_learning_owner(story), now, frozenset({ANY_STATE}))
        amend_program(session, story.key, change.sections, change.reason, act)

    return _step(change.on, take)


def _decided(story: ProgramStory, number: int, asked: Asked) -> Iterator[Step]:
    yield _recorded(story, "decision", asked.on, replace(asked.decision, taken=None))
    if asked.decision.taken is not None:
        yield _completed(story, "decision", number, asked.decision.taken.on, asked.decision)


def _tried(story: ProgramStory, number: int, tried: Tried) -> Iterator[Step]:
    experiment = tried.experiment
    yield _recorded(story, "experiment", experiment.started_on, replace(experiment, observed_effect=""))
    if tried.seen_on is not None:
        yield _completed(story, "experiment", number, tried.seen_on, experiment)


def _draft(session: Session, story: ProgramStory, now: datetime) -> None:
    create_program(session, story.key, plan_as_dict(story.plan), _learning_owner(story), now)
    set_costs(session, story.key, story.costs, now)


def _freeze(session: Session, story: ProgramStory, now: datetime) -> None:
    freeze_program(session, story.key, Act(_learning_owner(story), now, frozenset({ANY_STATE})))


def _sign(session: Session, story: ProgramStory, quarter: Period, now: datetime) -> None:
    """Both owners of each link sign for the last quarter, if the program had begun in it; some of them do not yet."""
    if (story.plan.launch_month or quarter.last_month) > quarter.last_month:
        return
    for link, side, owner in owners_of(story.plan):
        if (link, side) not in story.unsigned:
            said = SignOff(link, side, str(quarter), owner.name)
            record(session, story.key, "sign_off", msgspec.to_builtins(said), Act(owner.email, now))


def _learning_owner(story: ProgramStory) -> str:
    return story.plan.owners[Link.LEARNING_ACTIVITY].learning.email
