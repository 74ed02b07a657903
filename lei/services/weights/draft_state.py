"""Which state of a version somebody has seen, so that two people who tune at once never overwrite each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lei.clock import instant_text
from lei.errors import ChangedMeanwhileError, ConflictError
from lei.services.weights.manage_weights import find_version
from lei.storage.weight_profiles import ProfileVersion

ANY_STATE = "*"
_TAG_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something to a version, when, and the tags of the states seen (None: that was not asked for)."""

    by: str
    now: datetime
    seen: Set[str] | None = None


def state_tag(version: ProfileVersion) -> str:
    """A short text that differs whenever anything about the version does: its content, approvals or publication."""
    content = json.dumps(asdict(version), sort_keys=True, default=datetime.isoformat)
    return hashlib.sha256(content.encode()).hexdigest()[:_TAG_LENGTH]


def seen_draft(session: Session, name: str, number: int, act: Act) -> ProfileVersion:
    """The draft that somebody is about to act on.

    Raises NotFoundError, ConflictError when it is published, ChangedMeanwhileError when it is not in a state seen.
    """
    draft = find_version(session, name, number, act.now)
    if draft.status == "published":
        raise ConflictError(f"Version {number} of '{name}' is published already and never changes; make a new version.")
    if act.seen is not None and not act.seen & {state_tag(draft), ANY_STATE}:
        who, when, did = _last_touched(draft)
        raise ChangedMeanwhileError(
            f"'{who}' {did} version {number} of '{name}' at {instant_text(when)}, and you have seen another state of "
            "it; nothing was stored. Read it again, and decide with what it says now."
        )
    return draft


def _last_touched(draft: ProfileVersion) -> tuple[str, datetime, str]:
    # Every change withdraws the approvals, so one that stands is younger than the last change.
    for approval in reversed(draft.approvals):
        if approval.withdrawn_at is None:
            return approval.approved_by, approval.approved_at, "approved"
    if draft.changed_at is not None and draft.changed_by is not None:
        return draft.changed_by, draft.changed_at, "changed"
    return draft.created_by, draft.created_at, "made"
