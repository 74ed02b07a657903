"""Approves and publishes drafts: from a month on they count, and what was published before never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, Problem
from lei.periods import Grain, Period
from lei.services.scores.profile_in_force import starts
from lei.services.weights.check_weights import check_profile
from lei.services.weights.draft_state import Act, seen_draft
from lei.services.weights.manage_weights import catalogue_measures, find_profile, find_version
from lei.services.weights.weight_policy import find_policies, refuse_outside_bounds
from lei.storage.ledger import raise_ledger
from lei.storage.weight_profiles import (
    Approval,
    ProfileVersion,
    publish_version,
    record_approvals,
    record_publisher,
)


@dataclass(frozen=True, slots=True)
class Publication:
    """From when a draft counts, and why."""

    effective_from: Period
    note: str


def approve(session: Session, name: str, number: int, comment: str, act: Act) -> ProfileVersion:
    """Record that somebody consents to a draft as it is. Once more by the same person changes nothing.

    Raises what `seen_draft` does, InvalidError for weights outside the bounds, and ConflictError when whoever made the
    draft or changed it last would approve it.
    """
    raise_ledger(session, act.now)
    draft = seen_draft(session, name, number, act)
    if act.by in _hands(draft):
        raise ConflictError(f"'{act.by}' made or changed version {number} of '{name}'; somebody else must approve it.")
    refuse_outside_bounds(session, name, draft.definition["pillars"])
    if act.by not in {approval.approved_by for approval in standing_approvals(draft)}:
        given = Approval(act.by, act.now, comment.strip())
        record_approvals(session, name, number, [*draft.approvals, given])
    return find_version(session, name, number, act.now)


def publish(session: Session, name: str, number: int, publication: Publication, act: Act) -> ProfileVersion:
    """Make a draft count from the first month of `effective_from` on.

    Raises what `seen_draft` does, ConflictError when an approval is missing, InvalidError without a note, when it would
    change periods for which another version was published, when it is outside the bounds, or when the catalogue has
    changed so that its weights make no sense any more.
    """
    raise_ledger(session, act.now)
    draft = seen_draft(session, name, number, act)
    note = publication.note.strip()
    if not note:
        message = "Write a note that says why the weights change."
        raise InvalidError(message, [Problem("note", "required", message)])
    _refuse_rewriting(find_profile(session, name, act.now).versions, publication.effective_from)
    check_profile(draft.definition, catalogue_measures(session))
    refuse_outside_bounds(session, name, draft.definition["pillars"])
    _require_approval(session, draft)
    publish_version(session, name, number, publication.effective_from.first_month, note, act.now)
    record_publisher(session, name, number, act.by)
    return find_version(session, name, number, act.now)


def standing_approvals(version: ProfileVersion) -> list[Approval]:
    """The approvals that count: given to the version as it is now."""
    return [approval for approval in version.approvals if approval.withdrawn_at is None]


def _hands(draft: ProfileVersion) -> set[str]:
    """Who made the draft, and who changed it last."""
    return {draft.created_by, draft.changed_by or draft.created_by}


def _require_approval(session: Session, draft: ProfileVersion) -> None:
    required = find_policies(session, draft.name)[0].approvals_required
    if len(standing_approvals(draft)) < required:
        raise ConflictError(
            f"Version {draft.version} of '{draft.name}' needs approval before it is published, by somebody other than "
            f"{' and '.join(repr(hand) for hand in sorted(_hands(draft)))}, and has none since it was last changed."
        )


def _refuse_rewriting(versions: Sequence[ProfileVersion], effective_from: Period) -> None:
    """A version counts from later than all published ones: what they decided stays as it was published."""
    latest = max((starts(v) for v in versions if v.status == "published"), default=None)
    if latest is not None and effective_from.first_month <= latest:
        earliest = Period(latest + 1, Grain.MONTH)
        message = f"A version is in force from {Period(latest, Grain.MONTH)} on already; choose {earliest} or later."
        raise InvalidError(message, [Problem("effective_from", "too_early", message)])
