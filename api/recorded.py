"""What all routes over the records of a program have in common: a page of them, a new one, one that is completed."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from api.endpoint import Call
from api.pagination import page, read_cursor
from lei.clock import instant_text
from lei.services.programs.manage_program_records import complete, record
from lei.services.programs.manage_programs import find_program
from lei.services.weights.draft_state import Act
from lei.storage.program_records import Kind, Record, list_records


def recorded_page(call: Call, key: str, kind: Kind, shape: ma.Schema) -> dict[str, Any]:
    """One page of the records of a kind, in the order in which they were made."""
    after, limit = read_cursor(call.query["cursor"]), call.query["limit"]
    with call.context.database.reading() as session:
        found = list_records(session, find_program(session, key).id, kind, after, limit + 1)
    return page(found, limit, lambda item: item.number, lambda item: _plain(item, shape))


def newly_recorded(call: Call, key: str, kind: Kind, shape: ma.Schema) -> tuple[dict[str, Any], int]:
    """The record that the body asks for, made."""
    with call.context.database.writing() as session:
        return _plain(record(session, key, kind, call.body, act_of(call)), shape), 201


def completed(call: Call, key: str, kind: Kind, number: int, shape: ma.Schema) -> dict[str, Any]:
    """A record with what the body adds to it."""
    with call.context.database.writing() as session:
        return _plain(complete(session, key, kind, number, call.body, act_of(call)), shape)


def act_of(call: Call) -> Act:
    """Who acts, when, and which states they have seen."""
    return Act(call.caller.name, call.context.clock.now(), call.seen)


def _plain(found: Record, shape: ma.Schema) -> dict[str, Any]:
    said: dict[str, Any] = shape.dump(found.content)
    return said | {
        "number": found.number,
        "recorded_at": instant_text(found.recorded_at),
        "recorded_by": found.recorded_by,
        "changed_at": instant_text(found.changed_at),
        "changed_by": found.changed_by,
    }
