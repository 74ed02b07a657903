"""Adds to what a program gathers: costs, estimates, reviews, decisions, experiments, sign-offs, limits of a grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from lei.errors import ConflictError, NotFoundError, Problem, refuse_faults
from lei.periods import parse_period
from lei.services.access.acts import Act
from lei.services.access.check_recipients import address_fault
from lei.services.programs.manage_programs import find_program
from lei.storage.ledger import raise_ledger
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_cycles import Decision, GradeLimit, SignOff
from lei.storage.program_records import CONTENT, Content, Kind, Record, add_record, change_record, read_record
from lei.storage.programs import Program, keep_costs


def set_costs(session: Session, key: str, costs: Costs, now: datetime) -> Program:
    """Make these the costs of a program; raises NotFoundError."""
    raise_ledger(session, now)
    program = find_program(session, key)
    keep_costs(session, program.id, costs)
    return find_program(session, key)


def record(session: Session, key: str, kind: Kind, said: Mapping[str, Any], act: Act) -> Record:
    """Add a record of a kind to a program.

    Raises NotFoundError, InvalidError for a KPI that is not planned, a sign-off of somebody else or an address that is
    none, ConflictError for a sign-off that is there already.
    """
    raise_ledger(session, act.now)
    program = find_program(session, key)
    content: Content = msgspec.convert(said, CONTENT[kind])
    problems = list(_problems(program, content))
    refuse_faults(problems)
    if isinstance(content, SignOff):
        _refuse_signed(program, content)
    number = add_record(session, program.id, kind, content, act.by, act.now)
    return find_record(session, program, kind, number)


def complete(session: Session, key: str, kind: Kind, number: int, said: Mapping[str, Any], act: Act) -> Record:
    """Add to a record what was not known when it was made: notes, what was decided, which effect was seen.

    Raises NotFoundError when there is no such program or record.
    """
    raise_ledger(session, act.now)
    program = find_program(session, key)
    found = find_record(session, program, kind, number)
    changed: Content = msgspec.convert({**msgspec.to_builtins(found.content), **said}, CONTENT[kind])
    if changed != found.content:
        change_record(session, program.id, replace(found, content=changed), act.by, act.now)
    return find_record(session, program, kind, number)


def find_record(session: Session, program: Program, kind: Kind, number: int) -> Record:
    """One record of a program; raises NotFoundError when there is none."""
    found = read_record(session, program.id, kind, number)
    if found is None:
        raise NotFoundError(f"The program '{program.key}' has no {kind.replace('_', ' ')} {number}.")
    return found


def _problems(program: Program, content: Content) -> Iterator[Problem]:
    if isinstance(content, Estimate | GradeLimit) and program.plan.kpi(content.kpi_key) is None:
        planned = ", ".join(kpi.kpi_key for kpi in program.plan.kpis) or "none"
        text = f"'{content.kpi_key}' is no KPI of this program."
        yield Problem("kpi_key", "not_planned", text, hint=f"Its KPIs: {planned}.")
    if isinstance(content, Decision):
        fault = address_fault(content.owner_email)
        if fault is not None:
            text = f"The address {content.owner_email!r} {fault}."
            yield Problem("owner_email", "invalid_address", text)
        if content.cost is not None and not content.currency:
            yield Problem("currency", "required", "Say in which currency the cost is, such as EUR.")
    if isinstance(content, SignOff):
        yield from _sign_off_problems(program, content)


def _sign_off_problems(program: Program, content: SignOff) -> Iterator[Problem]:
    try:
        parse_period(content.period)
    except ValueError as error:
        yield Problem("period", "invalid", str(error))
    owners = program.plan.owners.get(content.link)
    if owners is None:
        text = f"Nobody is named as owner of '{content.link}', so nobody can sign for it."
        yield Problem("link", "no_owner", text, hint="Name two owners in the plan.")
        return
    owner = owners.business if content.side == "business" else owners.learning
    if content.signed_by != owner.name:
        text = f"The {content.side} owner of '{content.link}' is {owner.name}; nobody else signs for it."
        yield Problem("signed_by", "not_the_owner", text)


def _refuse_signed(program: Program, content: SignOff) -> None:
    signed = {(other.link, other.side, other.period) for other in program.sign_offs}
    if (content.link, content.side, content.period) in signed:
        raise ConflictError(f"The {content.side} owner has signed '{content.link}' for {content.period} already.")
