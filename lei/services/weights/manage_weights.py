"""Finds weight profiles and adds to them: a new profile or version begins as a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import ConflictError, InvalidError, NotFoundError, Problem
from lei.services.scores.profile_in_force import version_in_force, versions_of
from lei.services.weights.check_weights import check_profile
from lei.services.weights.weight_policy import refuse_outside_bounds
from lei.storage.ledger import raise_ledger
from lei.storage.measures import read_measures
from lei.storage.weight_profiles import (
    ProfileVersion,
    add_profile,
    add_version,
    next_version,
    profile_names,
)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)
_CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile: its versions, oldest first, and the one that counts now (the newest draft where none is published)."""

    name: str
    versions: tuple[ProfileVersion, ...]
    present: ProfileVersion


def list_profiles(session: Session, now: datetime) -> list[Profile]:
    """All profiles, in the order they were made."""
    return [find_profile(session, name, now) for name in profile_names(session)]


def find_profile(session: Session, name: str, now: datetime) -> Profile:
    """The profile of that name; raises NotFoundError when there is none."""
    versions = versions_of(session, name)
    return Profile(name, tuple(versions), version_in_force(versions, now) or versions[-1])


def find_version(session: Session, name: str, number: int, now: datetime) -> ProfileVersion:
    """One version of a profile; raises NotFoundError when there is no such profile or version."""
    for version in find_profile(session, name, now).versions:
        if version.version == number:
            return version
    raise NotFoundError(f"The weight profile '{name}' has no version {number}.")


def create_profile(
    session: Session, name: str, sections: Mapping[str, Any], created_by: str, now: datetime
) -> ProfileVersion:
    """Make a profile; its first version is a draft, which counts once it is published.

    Raises InvalidError for a name or weights that cannot be used, ConflictError when the name is taken.
    """
    raise_ledger(session, now)
    if not _NAME.fullmatch(name):
        message = f"'{name}' is no name for a profile: small letters, digits and _, 100 at most, a letter first."
        raise InvalidError(message, [Problem("name", "invalid", message)])
    if name in profile_names(session):
        raise ConflictError(f"There is already a weight profile '{name}'. Add a version to it, or choose another name.")
    add_profile(session, name, now)
    return _add(session, name, sections, created_by, now)


def add_draft(
    session: Session, name: str, sections: Mapping[str, Any], created_by: str, now: datetime
) -> ProfileVersion:
    """Add a draft to a profile.

    Raises NotFoundError when there is no such profile, InvalidError for weights that cannot be used.
    """
    raise_ledger(session, now)
    find_profile(session, name, now)
    return _add(session, name, sections, created_by, now)


def catalogue_measures(session: Session) -> list[Measure]:
    """The measures that weights are checked against."""
    return [stored.measure for stored in read_measures(session).values()]


def _add(session: Session, name: str, sections: Mapping[str, Any], created_by: str, now: datetime) -> ProfileVersion:
    profile = check_profile(sections, catalogue_measures(session))
    refuse_outside_bounds(session, name, profile.pillars)
    draft = ProfileVersion(
        name=name,
        version=next_version(session, name),
        status="draft",
        definition=profile.as_dict(),
        weights_source=_CUSTOM,
        note="",
        created_at=now,
        created_by=created_by,
        effective_from=None,
        published_at=None,
    )
    add_version(session, draft)
    return find_version(session, name, draft.version, now)
