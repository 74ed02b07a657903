"""Finds what the people of a program are to be reminded of on a day: reviews, decisions, sign-offs that are missing.

When somebody is reminded is our own policy: of reviews and decisions a week ahead, of sign-offs two weeks after the end
of a quarter. Who was not reminded in time, because no worker ran, still is for a month; what is older is history.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lei.evidence.links import Link
from lei.periods import Grain, Period, parse_period, period_containing
from lei.services.program_completeness import owned_links
from lei.storage.program_cycles import Decision, SignOff
from lei.storage.program_plans import Owner, Plan
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
    for link, side, owner in _owners(program.plan):
        if not any(_signs(sign_off, link, side, quarter) for sign_off in program.sign_offs):
            missing.setdefault(owner.email.casefold(), []).append(link.replace("_", " "))
    for address, links in sorted(missing.items()):
        subject = f"Sign-off missing for {quarter}: {program.plan.name}"
        text = f"Your sign-off for {quarter} is missing: {', '.join(links)}.\n\n{_about(program)}"
        yield NewReminder(f"program/{program.key}/sign-off/{quarter}", due_on, address, subject, text)


def _signs(sign_off: SignOff, link: Link, side: str, quarter: Period) -> bool:
    signed = parse_period(sign_off.period)
    covers = signed.first_month <= quarter.last_month <= signed.last_month
    return covers and (sign_off.link, sign_off.side) == (link, side)


def _owners(plan: Plan) -> Iterator[tuple[Link, str, Owner]]:
    for link in owned_links(plan):
        owners = plan.owners.get(link)
        if owners is not None:
            yield link, "business", owners.business
            yield link, "learning", owners.learning


def _addresses(plan: Plan) -> set[str]:
    return {owner.email.casefold() for _, _, owner in _owners(plan)}


def _cost(decision: Decision) -> str:
    return "" if decision.cost is None else f" (cost: {decision.cost:,.0f} {decision.currency})".replace(" )", ")")


def _about(program: Program) -> str:
    return f"Sent by LEI, because the plan of the program {program.plan.name} names you as an owner."
