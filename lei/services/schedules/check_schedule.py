"""Says what is wrong with a schedule before it is stored, so that it cannot fail on its day for a slip of the pen."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem, refuse_faults
from lei.language import known_language
from lei.paper import known_page_size
from lei.services.access.check_recipients import RecipientRules, address_fault, domain_problem, recipient_problems
from lei.services.schedules.calendar_words import rule_problems
from lei.services.schedules.check_gate import gate_problems
from lei.services.schedules.public_holidays import holidays_of
from lei.services.schedules.schedule_calendar import check_cron
from lei.services.scores.score_report import MOST_DIMENSIONS
from lei.services.words.near_words import no_such_dimension, suggestion
from lei.storage.schedules import SchedulePlan
from lei.storage.segments import dimension_keys

LONGEST_NAME = 200
LONGEST_CRON = 100


def check_schedule(session: Session, plan: SchedulePlan, rules: RecipientRules) -> None:
    """Raise InvalidError whose problems name every field at fault."""
    problems = [
        *_name_problems(plan.name),
        *_time_problems(plan),
        *_holiday_problems(plan.holidays),
        *_timezone_problems(plan.timezone),
        *recipient_problems(session, plan.recipients, rules),
        *_dimension_problems(plan, dimension_keys(session)),
        *_owner_problems(plan.owner, rules),
        *gate_problems(plan),
        *_appearance_problems(plan),
    ]
    refuse_faults(problems)


def _name_problems(name: str) -> Iterator[Problem]:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        yield Problem("name", "invalid", f"A name has 1 to {LONGEST_NAME} printable characters.")
    elif name.isdecimal():
        yield Problem("name", "invalid", "A name of digits alone would be mistaken for the id of a schedule.")


def _time_problems(plan: SchedulePlan) -> Iterator[Problem]:
    if (plan.cron is None) == (plan.rule is None):
        text = "Say when it runs either by `cron` or by `rule`."
        yield Problem("cron", "one_of", text)
    elif plan.rule is not None:
        yield from rule_problems(plan.rule)
    else:
        yield from _cron_problems(plan.cron or "")


def _holiday_problems(place: str | None) -> Iterator[Problem]:
    try:
        holidays_of(place)
    except ValueError as error:
        yield Problem("holidays", "unknown_place", str(error))


def _cron_problems(cron: str) -> Iterator[Problem]:
    if len(cron) > LONGEST_CRON:
        yield Problem("cron", "invalid", f"A cron expression has at most {LONGEST_CRON} characters.")
        return
    try:
        check_cron(cron)
    except ValueError as error:
        yield Problem("cron", "invalid", str(error))


def _timezone_problems(name: str) -> Iterator[Problem]:
    known = zoneinfo.available_timezones()
    if name not in known:
        hint = suggestion(name.replace(" ", "_"), known, "Give an IANA name such as Europe/Berlin.")
        yield Problem("timezone", "unknown_timezone", f"There is no time zone '{name}'. {hint}", hint=hint)


def _owner_problems(owner: str | None, rules: RecipientRules) -> Iterator[Problem]:
    if owner is None:
        return
    fault = address_fault(owner)
    problem = domain_problem("owner", owner, rules)
    if fault is not None:
        yield Problem("owner", "invalid_address", f"The owner {owner!r} {fault}.")
    elif problem is not None:
        yield problem


def _appearance_problems(plan: SchedulePlan) -> Iterator[Problem]:
    for check, value in ((known_language, plan.language), (known_page_size, plan.page_size)):
        try:
            check(value)
        except InvalidError as error:
            yield from error.problems


def _dimension_problems(plan: SchedulePlan, known: Sequence[str]) -> Iterator[Problem]:
    fields = [("where", name) for name in plan.where] + ([("by", plan.by)] if plan.by is not None else [])
    for field, name in fields:
        if name not in known:
            yield no_such_dimension(field, name, known)
    for name, value in plan.where.items():
        if not value:
            yield Problem("where", "empty", f"Give a value for the dimension '{name}'.")
    if plan.by is not None and plan.by in plan.where:
        yield Problem("by", "twice", f"'{plan.by}' cannot be in `by` and in `where` at once.")
    if len({name for _, name in fields}) > MOST_DIMENSIONS:
        yield Problem("where", "too_many_dimensions", f"Name at most {MOST_DIMENSIONS} dimensions in `where` and `by`.")
