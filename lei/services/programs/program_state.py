"""Which state of a program somebody has seen, so that two people who plan at once never overwrite each other."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from sqlalchemy.orm import Session

from lei.clock import instant_text
from lei.errors import ChangedMeanwhileError
from lei.services.programs.manage_programs import find_program
from lei.services.weights.draft_state import ANY_STATE, Act
from lei.storage.ledger import raise_ledger
from lei.storage.program_plans import plan_as_dict
from lei.storage.programs import Program

_TAG_LENGTH = 32


def program_tag(program: Program) -> str:
    """A short text that differs whenever the plan does, and when it is frozen or closed; records do not count."""
    state = (program.id, plan_as_dict(program.plan), program.changed_at, program.frozen_at, program.closed_at)
    content = json.dumps(state, sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()[:_TAG_LENGTH]


def seen_program(session: Session, key: str, act: Act) -> Program:
    """The program that somebody is about to act on; others who write wait until the transaction ends.

    Raises NotFoundError, ChangedMeanwhileError when it is not in a state seen.
    """
    raise_ledger(session, act.now)
    program = find_program(session, key)
    if act.seen is not None and not act.seen & {program_tag(program), ANY_STATE}:
        who, when = program.changed_by or program.created_by, program.changed_at or program.created_at
        raise ChangedMeanwhileError(
            f"'{who}' changed the program '{key}' at {instant_text(when)}, and you have seen another state of it; "
            "nothing was stored. Read it again, and decide with what it says now."
        )
    return program


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"A program holds no {type(value).__name__}.")
