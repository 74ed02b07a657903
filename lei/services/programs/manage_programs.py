"""Finds programs and makes them: a program begins as a draft, from its business problem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, NotFoundError, Problem
from lei.services.programs.check_program import checked_plan
from lei.services.words.near_words import suggestion
from lei.storage.ledger import raise_ledger
from lei.storage.programs import Program, add_program, list_programs, read_program

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}", re.ASCII)


def find_program(session: Session, key: str) -> Program:
    """The program of that key, with its plan, amendments, costs and records; raises NotFoundError."""
    program = read_program(session, key)
    if program is None:
        hint = suggestion(key, [other.key for other in list_programs(session)], "")
        raise NotFoundError(f"There is no program '{key}'. {hint}".rstrip())
    return program


def create_program(session: Session, key: str, sections: Mapping[str, Any], created_by: str, now: datetime) -> Program:
    """Make a program; it is a draft until it is frozen.

    Its segment in the data is that of its name, unless `where` says otherwise. Raises InvalidError for a plan that does
    not begin with its KPI, or makes no sense; ConflictError when the key is taken.
    """
    raise_ledger(session, now)
    if not _KEY.fullmatch(key):
        text = f"'{key}' is no key for a program: small letters, digits, - and _, 100 at most."
        raise InvalidError(text, [Problem("key", "invalid", text, hint="Such as support-onboarding.")])
    if read_program(session, key) is not None:
        raise ConflictError(f"There is already a program '{key}'. Change that one, or choose another key.")
    plan = checked_plan(session, whole_sections(sections), None, today_of(now))
    add_program(session, key, plan, created_by, now)
    return find_program(session, key)


def whole_sections(sections: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of a whole plan: without `where` the program is found in the data by its name."""
    return {"where": {"program": sections["name"]}, **sections}


def today_of(now: datetime) -> date:
    """The day that launches are compared with; as `Program.fixed_before_launch`, in UTC."""
    return now.date()
