"""Changes and discards drafts of weight profiles: only by who has seen what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lei.services.scores.profile_in_force import shares_of_definition
from lei.services.weights.check_weights import check_changes, check_profile
from lei.services.weights.draft_state import Act, seen_draft
from lei.services.weights.manage_weights import catalogue_measures, find_version
from lei.services.weights.weight_policy import refuse_outside_bounds
from lei.storage.ledger import raise_ledger
from lei.storage.weight_profiles import ProfileVersion, change_version, discard_version
from weights.compare import differences
from weights.profile import WeightProfile


def replace_draft(session: Session, name: str, number: int, sections: Mapping[str, Any], act: Act) -> ProfileVersion:
    """Give a draft another content as a whole. The same content again changes nothing.

    Raises what `seen_draft` does, and InvalidError for weights that cannot be used or are outside the bounds.
    """
    raise_ledger(session, act.now)
    draft = seen_draft(session, name, number, act)
    return _keep(session, draft, check_profile(sections, catalogue_measures(session)), act)


def adjust_draft(session: Session, name: str, number: int, changes: Mapping[str, Any], act: Act) -> ProfileVersion:
    """Lay a partial profile over a draft, key by key; its weights are shares, as answers show them.

    Raises what `replace_draft` does.
    """
    raise_ledger(session, act.now)
    draft = seen_draft(session, name, number, act)
    measures = catalogue_measures(session)
    return _keep(
        session, draft, check_changes(check_profile(draft.definition, measures).shares(), changes, measures), act
    )


def discard_draft(session: Session, name: str, number: int, act: Act) -> None:
    """Take a draft out of use. Its number is not given out again; a profile without any version left is gone.

    Raises what `seen_draft` does.
    """
    raise_ledger(session, act.now)
    seen_draft(session, name, number, act)
    discard_version(session, name, number, act.by, act.now)


def _keep(session: Session, draft: ProfileVersion, profile: WeightProfile, act: Act) -> ProfileVersion:
    definition = profile.as_dict()
    if not differences(shares_of_definition(draft.definition), shares_of_definition(definition)):
        return draft
    refuse_outside_bounds(session, draft.name, profile.pillars)
    change_version(session, draft, definition, act.by, act.now)
    return find_version(session, draft.name, draft.version, act.now)
