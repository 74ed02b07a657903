"""Reads everything that a person answers for: each program with its chain, its KPIs and what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lei.errors import InvalidError, NotFoundError, Problem
from lei.language import ENGLISH
from lei.paper import A4
from lei.periods import Grain, Period
from lei.services.chain.program_reading import ProgramReading
from lei.services.chain.read_program import read_program
from lei.services.programs.missing_sign_offs import owners_of, sides_of
from lei.storage.programs import Program, list_programs
from lei.storage.recipient_scopes import RecipientScope


@dataclass(frozen=True, slots=True)
class OwnerRequest:
    """Whose scorecard is wanted, of which month.

    documented: as for `ProgramRequest`. scope: what the person may be sent, where a mail goes out; None: all.
    """

    email: str
    month: Period
    min_group_size: int
    documented: bool = False
    scope: RecipientScope | None = None
    language: str = ENGLISH
    page_size: str = A4


@dataclass(frozen=True, slots=True, eq=False)
class OwnerReading:
    """What a person answers for, as known at the end of `month`, looked at on a day.

    email, name: as the plans have them. programs: those that ran in the month; others: those that did not.
    """

    email: str
    name: str
    month: Period
    today: date
    programs: tuple[ProgramReading, ...]
    others: tuple[Program, ...]


def read_owner(session: Session, request: OwnerRequest, today: date) -> OwnerReading:
    """All programs in which the person answers for a link.

    Raises NotFoundError where no plan names that address, InvalidError where the month is none.
    """
    if request.month.grain is not Grain.MONTH:
        text = "The scorecard of an owner is about a month; give one, such as 2026-10."
        raise InvalidError(text, [Problem("period", "not_allowed", text)])
    mine = [program for program in list_programs(session) if sides_of(program.plan, request.email)]
    if not mine:
        raise NotFoundError(f"No program names '{request.email}' as an owner of a link.")
    scope = request.scope
    mine = [program for program in mine if scope is None or scope.covers(program.plan.where)]
    readings = tuple(
        read_program(session, program, request.month, request.min_group_size, today, documented=request.documented)
        for program in mine
        if program.ran_in(request.month)
    )
    email, name = _who(mine, request.email)
    others = tuple(program for program in mine if not program.ran_in(request.month))
    return OwnerReading(email, name, request.month, today, readings, others)


def _who(programs: list[Program], email: str) -> tuple[str, str]:
    wanted = email.strip().casefold()
    owners = (owner for program in programs for _, _, owner in owners_of(program.plan))
    return next(((o.email, o.name) for o in owners if o.email.casefold() == wanted), (email, email))
