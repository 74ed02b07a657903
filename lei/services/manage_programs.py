"""Finds programs and makes them: a program begins as a draft, from its business problem."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.errors import NotFoundError
from lei.storage.programs import Program, read_program


def find_program(session: Session, key: str) -> Program:
    """The program of that key, with its plan, amendments, costs and records; raises NotFoundError."""
    program = read_program(session, key)
    if program is None:
        raise NotFoundError(f"There is no program '{key}'. GET /programs lists all.")
    return program
