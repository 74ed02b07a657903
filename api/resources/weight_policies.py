"""`/weight-profiles/{name}/policy`: bounds of pillars, and approval by a second person."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.endpoint import Call, endpoint
from api.schemas.weight_policies import PolicyAnswer, PolicyChange
from lei.clock import instant_text
from lei.services.weights.weight_policy import change_policy, find_policies
from lei.storage.weight_policies import WeightPolicy

_PATH = "/weight-profiles/<name>/policy"


@endpoint("GET", _PATH, scope="read", answers={200: PolicyAnswer()})
def show(call: Call, name: str) -> dict[str, Any]:
    """Show what drafts of a profile must keep to, and who has changed that when."""
    with call.context.database.reading() as session:
        return _answer(session, name)


@endpoint("PATCH", _PATH, scope="admin", body=PolicyChange(), answers={200: PolicyAnswer()})
def change(call: Call, name: str) -> dict[str, Any]:
    """Change what drafts of a profile must keep to.

    It is asked of drafts when they are next made, changed, approved or published; published versions stay.
    """
    with call.context.database.writing() as session:
        change_policy(session, name, call.body, call.caller.name, call.context.clock.now())
        return _answer(session, name)


def _answer(session: Session, name: str) -> dict[str, Any]:
    present, *former = find_policies(session, name)
    return {"name": name, **_plain(present), "history": [_plain(policy) for policy in former]}


def _plain(policy: WeightPolicy) -> dict[str, Any]:
    return {
        "bounds": {pillar: {"min": low, "max": high} for pillar, (low, high) in policy.bounds.items()},
        "approvals_required": policy.approvals_required,
        "changed_at": instant_text(policy.changed_at),
        "changed_by": policy.changed_by,
    }
