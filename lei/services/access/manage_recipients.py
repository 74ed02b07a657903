"""Says which segments a recipient may be sent scorecards of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lei.delivery.registry import way_to
from lei.errors import NotFoundError, Problem, refuse_faults
from lei.services.access.check_recipients import address_fault
from lei.services.scores.score_report import MOST_DIMENSIONS
from lei.storage.recipient_scopes import (
    RecipientScope,
    clear_recipient_scope,
    read_recipient_scope,
    write_recipient_scope,
)
from lei.storage.segments import dimension_keys

MOST_SEGMENTS = 100


def set_recipient_scope(
    session: Session, recipient: str, segments: Sequence[Mapping[str, str]], who: str, now: datetime
) -> RecipientScope:
    """From now on the recipient is sent nothing but these segments and what lies within them; without any, nothing.

    It counts at the moment of sending, also for what is under way. Raises InvalidError for a recipient that is none or
    a dimension that does not exist.
    """
    problems = [*_recipient_problems(recipient), *_segment_problems(segments, dimension_keys(session))]
    refuse_faults(problems)
    write_recipient_scope(session, recipient, segments, who, now)
    return existing_scope(session, recipient)


def existing_scope(session: Session, recipient: str) -> RecipientScope:
    """The scope that was set for a recipient; raises NotFoundError when none was."""
    scope = read_recipient_scope(session, recipient)
    if scope is None:
        raise NotFoundError(f"No scope was set for {recipient}: it gets whatever a schedule sends to it.")
    return scope


def forget_recipient_scope(session: Session, recipient: str) -> None:
    """From now on the recipient gets whatever a schedule sends to it. Raises NotFoundError when no scope was set."""
    if not clear_recipient_scope(session, recipient):
        raise NotFoundError(f"No scope was set for {recipient}.")


def _recipient_problems(recipient: str) -> Iterator[Problem]:
    fault = address_fault(recipient) if way_to(recipient)[0] == "mail" else None
    if fault is not None:
        yield Problem("recipient", "invalid_address", f"The recipient {recipient!r} {fault}.")


def _segment_problems(segments: Sequence[Mapping[str, str]], known: Sequence[str]) -> Iterator[Problem]:
    if len(segments) > MOST_SEGMENTS:
        yield Problem("segments", "too_many", f"Name at most {MOST_SEGMENTS} segments.")
    for segment in segments[:MOST_SEGMENTS]:
        for name in segment:
            if name not in known:
                text = f"There is no dimension '{name}'. There are: {', '.join(known)}."
                yield Problem("segments", "unknown_dimension", text)
        if len(segment) > MOST_DIMENSIONS:
            text = f"Scorecards name at most {MOST_DIMENSIONS} dimensions, so a scope with more covers none."
            yield Problem("segments", "too_many_dimensions", text)
