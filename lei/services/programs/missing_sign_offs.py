"""Who answers for the links of a program, for which quarter they sign, and who of them has not signed yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lei.evidence.links import Link
from lei.periods import Grain, Period, parse_period, period_of_month
from lei.services.programs.program_completeness import owned_links
from lei.storage.program_cycles import Side, SignOff
from lei.storage.program_plans import Owner, Plan
from lei.storage.programs import Program


@dataclass(frozen=True, slots=True)
class MissingSignOff:
    """An owner of a link who has not signed yet what is said of it for a period."""

    link: Link
    side: Side
    owner: Owner
    period: Period


def missing_sign_offs(program: Program, quarter: Period) -> tuple[MissingSignOff, ...]:
    """Who has not signed for the quarter, neither for it nor for its last month or its year; link by link."""
    return tuple(
        MissingSignOff(link, side, owner, quarter)
        for link, side, owner in owners_of(program.plan)
        if not any(_signs(sign_off, link, side, quarter) for sign_off in program.sign_offs)
    )


def quarter_to_sign(program: Program, last: Period) -> Period | None:
    """The last quarter that is over with the month `last`; None for a draft, and before the launch."""
    quarter = period_of_month(last.first_month, Grain.QUARTER)
    quarter = quarter if quarter.last_month == last.first_month else quarter.shift(-1)
    launch = program.plan.launch_month
    if program.frozen_at is None or launch is None or launch > quarter.last_month:
        return None
    return quarter


def sides_of(plan: Plan, email: str) -> list[tuple[Link, Side]]:
    """The links that a person answers for, each with the side that the person is on."""
    wanted = email.strip().casefold()
    return [(link, side) for link, side, owner in owners_of(plan) if owner.email.casefold() == wanted]


def owners_of(plan: Plan) -> Iterator[tuple[Link, Side, Owner]]:
    """All who answer for a link, the business side first; a program that stops at readiness has none for the KPI."""
    for link in owned_links(plan):
        owners = plan.owners.get(link)
        if owners is not None:
            yield link, "business", owners.business
            yield link, "learning", owners.learning


def _signs(sign_off: SignOff, link: Link, side: Side, quarter: Period) -> bool:
    signed = parse_period(sign_off.period)
    covers = signed.first_month <= quarter.last_month <= signed.last_month
    return covers and (sign_off.link, sign_off.side) == (link, side)
