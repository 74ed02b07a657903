"""Finds what the people of a program are to be reminded of on a day: reviews, decisions, sign-offs that are missing.

When somebody is reminded is our own policy: of reviews and decisions a week ahead, of sign-offs two weeks after the end
of a quarter. Who was not reminded in time, because no worker ran, still is for a month; what is older is history.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lei.periods import Grain, period_containing
from lei.services.programs.missing_sign_offs import missing_sign_offs, owners_of
from lei.storage.program_cycles import Decision
from lei.storage.program_plans import Plan
from lei.storage.programs import Program
from lei.storage.reminders import NewReminder

NOTICE = timedelta(days=7)
TIME_TO_SIGN = timedelta(days=14)
OLDEST = timedelta(days=31)


def due_reminders(program: Program, today: date) -> list[NewReminder]:
    """All that people are to be reminded of on a day, whether they were already or not; nothing of a closed program."""
    if program.closed_at is not None:
        return []
    return [*_reviews(program, today), *_decisions(program, today), *_sign_offs(program, today)]


def _reviews(program: Program, today: date) -> Iterator[NewReminder]:
    done = {review.on for review in program.reviews if review.done}
    planned = {*program.plan.review_dates, *(review.on for review in program.reviews)}
    for on in sorted(planned - done):
        if on - NOTICE <= today <= on + OLDEST:
            subject = f"Review of {program.plan.name} on {on.isoformat()}"
            text = f"The program {program.plan.name} is to be reviewed on {on.isoformat()}.\n\n{_about(program)}"
            for address in sorted(_addresses(program.plan)):
                yield NewReminder(f"program/{program.key}/review", on, address, subject, text)


def _decisions(program: Program, today: date) -> Iterator[NewReminder]:
    for record in program.records:
        decision = record.content
        if not isinstance(decision, Decision) or decision.taken is not None:
            continue
        if decision.due_on - NOTICE <= today <= decision.due_on + OLDEST:
            what = f"program/{program.key}/decision/{record.number}"
            subject = f"Decision due on {decision.due_on.isoformat()}: {decision.what}"
            text = (
                f"{decision.owner}, a decision is asked of you by {decision.due_on.isoformat()}: {decision.what}"
                f"{_cost(decision)}\n\n{_about(program)}"
            )
            yield NewReminder(what, decision.due_on, decision.owner_email, subject, text)


def _sign_offs(program: Program, today: date) -> Iterator[NewReminder]:
    quarter = period_containing(today, Grain.QUARTER).shift(-1)
    due_on = quarter.end + TIME_TO_SIGN
    launch = program.plan.launch_month
    if program.frozen_at is None or launch is None or launch > quarter.last_month or today < due_on:
        return
    if today > due_on + OLDEST:
        return
    missing: dict[str, list[str]] = {}
    for lacking in missing_sign_offs(program, quarter):
        missing.setdefault(lacking.owner.email.casefold(), []).append(lacking.link.replace("_", " "))
    for address, links in sorted(missing.items()):
        subject = f"Sign-off missing for {quarter}: {program.plan.name}"
        text = f"Your sign-off for {quarter} is missing: {', '.join(links)}.\n\n{_about(program)}"
        yield NewReminder(f"program/{program.key}/sign-off/{quarter}", due_on, address, subject, text)


def _addresses(plan: Plan) -> set[str]:
    return {owner.email.casefold() for _, _, owner in owners_of(plan)}


def _cost(decision: Decision) -> str:
    return "" if decision.cost is None else f" (cost: {decision.cost:,.0f} {decision.currency})".replace(" )", ")")


def _about(program: Program) -> str:
    return f"Sent by LEI, because the plan of the program {program.plan.name} names you as an owner."
