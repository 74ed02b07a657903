"""Changes programs: drafts in all they say, frozen ones only in what is no promise; closes them, discards drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError
from lei.periods import month_of
from lei.services.programs.check_program import checked_plan
from lei.services.programs.manage_programs import find_program, today_of, whole_sections
from lei.services.programs.program_completeness import missing_parts
from lei.services.programs.program_state import seen_program
from lei.services.weights.draft_state import Act
from lei.storage.program_plans import RUNNING
from lei.storage.programs import Program, delete_program, keep_frozen, keep_plan, mark_closed


def adjust_program(session: Session, key: str, sections: Mapping[str, Any], act: Act) -> Program:
    """Replace these sections of a plan; the same content again changes nothing.

    Raises what `seen_program` does, ConflictError for a promise of a frozen plan, InvalidError for a plan that makes no
    sense.
    """
    program = seen_program(session, key, act)
    refuse_closed(program)
    promises = sorted(set(sections) - RUNNING)
    if program.frozen_at is not None and promises:
        raise ConflictError(
            f"The plan of '{key}' is frozen: {', '.join(promises)} can be changed only by an amendment with its reason "
            "(POST amendments), which is kept beside the plan."
        )
    plan = checked_plan(session, sections, program, today_of(act.now))
    if plan != program.plan:
        keep_plan(session, program.id, plan, act.by, act.now)
    return find_program(session, key)


def replace_program(session: Session, key: str, sections: Mapping[str, Any], act: Act) -> Program:
    """Give a draft another plan as a whole.

    Raises what `seen_program` does, ConflictError when it is frozen, InvalidError for a plan that makes no sense.
    """
    program = seen_program(session, key, act)
    _refuse_frozen(program, "takes no other plan; amend it")
    plan = checked_plan(session, whole_sections(sections), None, today_of(act.now))
    if plan != program.plan:
        keep_plan(session, program.id, plan, act.by, act.now)
    return find_program(session, key)


def freeze_program(session: Session, key: str, act: Act) -> Program:
    """Freeze the plan of a draft: from now on its promises change only by amendments.

    One that is frozen when the program has begun already is no plan any more: its KPIs are post hoc. Raises what
    `seen_program` does, ConflictError when it is frozen already, InvalidError that lists all that is missing.
    """
    program = seen_program(session, key, act)
    _refuse_frozen(program, "is so since then; what changes now is an amendment")
    missing = missing_parts(program.plan)
    if missing:
        raise InvalidError(f"The plan of '{key}' is not complete: {len(missing)} parts are missing.", missing)
    plan = checked_plan(session, {}, program, today_of(act.now))
    keep_frozen(session, program.id, plan, act.by, act.now)
    return find_program(session, key)


def close_program(session: Session, key: str, act: Act) -> Program:
    """Close a program that was launched: its plan changes no more, and nobody is reminded of anything.

    Raises what `seen_program` does, ConflictError when it was not launched or is closed.
    """
    program = seen_program(session, key, act)
    refuse_closed(program)
    launch = program.plan.launch_month
    if program.frozen_at is None or launch is None or launch > month_of(today_of(act.now)):
        raise ConflictError(f"'{key}' was not launched yet, so there is nothing to close.")
    mark_closed(session, program.id, act.by, act.now)
    return find_program(session, key)


def discard_program(session: Session, key: str, act: Act) -> None:
    """Remove a draft with all that was recorded around it.

    Raises what `seen_program` does, ConflictError when it is frozen: what was promised stays on record.
    """
    program = seen_program(session, key, act)
    _refuse_frozen(program, "stays on record; close it instead")
    delete_program(session, program.id)


def refuse_closed(program: Program) -> None:
    """Raise ConflictError when the program is closed."""
    if program.closed_at is not None:
        raise ConflictError(f"The program '{program.key}' is closed; its plan changes no more.")


def _refuse_frozen(program: Program, then: str) -> None:
    if program.frozen_at is not None:
        raise ConflictError(f"The plan of '{program.key}' was frozen by '{program.frozen_by}' and {then}.")
