"""`/programs`: plans of programs, from draft to frozen promise, and what was amended since."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from api.endpoint import PREFIX, Call, endpoint
from api.no_content import no_content
from api.pagination import PageParameters, page, read_cursor
from api.preconditions import tagged
from api.recorded import act_of
from api.schemas.program_plans import PlanAnswer, PlanSections
from api.schemas.programs import AmendmentList, NewAmendment, NewProgram, ProgramAnswer, ProgramList
from lei.clock import instant_text
from lei.services.programs.amend_program import amend_program
from lei.services.programs.change_program import adjust_program, close_program, discard_program, freeze_program
from lei.services.programs.manage_programs import create_program, find_program
from lei.services.programs.plan_remarks import remarks_on
from lei.services.programs.program_state import program_tag
from lei.storage.program_amendments import Amendment
from lei.storage.program_plans import Plan
from lei.storage.programs import Program, list_programs

_PROGRAM = "/programs/<key>"
_PLAN = PlanAnswer()


@endpoint("GET", "/programs", scope="read", query=PageParameters(), answers={200: ProgramList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the programs, in the order they were made."""
    limit, today = call.query["limit"], call.context.today()
    with call.context.database.reading() as session:
        found = list_programs(session, read_cursor(call.query["cursor"]), limit + 1)
    return page(found, limit, lambda program: program.id, lambda program: plain_program(program, today))


@endpoint("POST", "/programs", scope="weights", body=NewProgram(), answers={201: ProgramAnswer()}, state_tag="shown")
def create(call: Call) -> Response:
    """Begin a program with its business problem and type. It is a draft until it is frozen.

    A program is planned backward: KPI, then behavior, then competencies, then content. What comes out of this order is
    refused with a sentence that says what is asked first.
    """
    sections = {name: content for name, content in call.body.items() if name != "key"}
    act = act_of(call)
    with call.context.database.writing() as session:
        return _tagged(call, create_program(session, call.body["key"], sections, act.by, act.now), 201)


@endpoint("GET", _PROGRAM, scope="read", answers={200: ProgramAnswer(), 304: ""}, state_tag="shown")
def show(call: Call, key: str) -> Response:
    """Show a program: the plan in force, and the one that was promised."""
    with call.context.database.reading() as session:
        return _tagged(call, find_program(session, key))


@endpoint("PATCH", _PROGRAM, scope="weights", body=PlanSections(), answers={200: ProgramAnswer()}, state_tag="required")
def change(call: Call, key: str) -> Response:
    """Replace sections of a plan.

    Of a frozen plan only activities, known other changes, owners, review dates, drop-out and intangibles: the rest are
    promises, which only an amendment changes.
    """
    with call.context.database.writing() as session:
        return _tagged(call, adjust_program(session, key, call.body, act_of(call)))


@endpoint("DELETE", _PROGRAM, scope="weights", answers={204: ""}, state_tag="required")
def discard(call: Call, key: str) -> Response:
    """Discard a draft. A frozen program stays on record."""
    with call.context.database.writing() as session:
        discard_program(session, key, act_of(call))
    return no_content()


@endpoint("POST", f"{_PROGRAM}/freeze", scope="weights", answers={200: ProgramAnswer()}, state_tag="honored")
def freeze(call: Call, key: str) -> Response:
    """Freeze a complete plan: from now on its promises change only by amendments. Lists what is missing.

    Frozen before the launch month, the KPIs were fixed before launch; later, they are marked as post hoc.
    """
    with call.context.database.writing() as session:
        return _tagged(call, freeze_program(session, key, act_of(call)))


@endpoint("POST", f"{_PROGRAM}/close", scope="weights", answers={200: ProgramAnswer()}, state_tag="honored")
def close(call: Call, key: str) -> Response:
    """Close a program that was launched: its plan changes no more, and nobody is reminded of anything."""
    with call.context.database.writing() as session:
        return _tagged(call, close_program(session, key, act_of(call)))


@endpoint(
    "POST",
    f"{_PROGRAM}/amendments",
    scope="weights",
    body=NewAmendment(),
    answers={201: ProgramAnswer()},
    state_tag="honored",
)
def amend(call: Call, key: str) -> Response:
    """Amend a frozen plan. What was promised stays readable; what touches a KPI or a window is marked as post hoc."""
    changes, reason = call.body["changes"], call.body["reason"]
    with call.context.database.writing() as session:
        return _tagged(call, amend_program(session, key, changes, reason, act_of(call)), 201)


@endpoint("GET", f"{_PROGRAM}/amendments", scope="read", query=PageParameters(), answers={200: AmendmentList()})
def amendments(call: Call, key: str) -> dict[str, Any]:
    """List the amendments of a plan, the oldest first."""
    after, limit = read_cursor(call.query["cursor"]) or 0, call.query["limit"]
    with call.context.database.reading() as session:
        made = find_program(session, key).amendments
    return page(made[after : after + limit + 1], limit, lambda amendment: amendment.number, _amendment)


def _tagged(call: Call, program: Program, status: int = 200) -> Response:
    address = f"{PREFIX}/programs/{program.key}"
    return tagged(plain_program(program, call.context.today()), program_tag(program), address, status)


def plain_program(program: Program, today: date) -> dict[str, Any]:
    """The program as it is answered."""
    return {
        "key": program.key,
        "status": program.status_on(today),
        "fixed_before_launch": program.fixed_before_launch,
        **_plan(program.plan),
        "remarks": remarks_on(program.plan),
        "promised": None if program.promised is None else _plan(program.promised),
        "amendments": len(program.amendments),
        "created_at": instant_text(program.created_at),
        "created_by": program.created_by,
        "changed_at": instant_text(program.changed_at),
        "changed_by": program.changed_by,
        "frozen_at": instant_text(program.frozen_at),
        "frozen_by": program.frozen_by,
        "closed_at": instant_text(program.closed_at),
        "closed_by": program.closed_by,
        "etag": program_tag(program),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    shown: dict[str, Any] = _PLAN.dump(plan)
    return shown


def _amendment(amendment: Amendment) -> dict[str, Any]:
    return {
        "number": amendment.number,
        "sections": list(amendment.sections),
        "plan": _plan(amendment.plan),
        "reason": amendment.reason,
        "post_hoc": amendment.post_hoc,
        "made_at": instant_text(amendment.made_at),
        "made_by": amendment.made_by,
    }
