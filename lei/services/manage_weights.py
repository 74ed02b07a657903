"""Makes weight profiles: drafts that may be published; a published version never changes, nor do periods before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import ConflictError, InvalidError, NotFoundError, Problem
from lei.periods import Grain, Period
from lei.services.check_weights import check_profile
from lei.services.profile_in_force import starts, version_in_force, versions_of
from lei.storage.ledger import raise_ledger
from lei.storage.measures import read_measures
from lei.storage.weight_profiles import (
    ProfileVersion,
    add_profile,
    add_version,
    profile_names,
    publish_version,
    read_versions,
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
    """Make a profile; its version 1 is a draft, which counts once it is published.

    Raises InvalidError for a name or weights that cannot be used, ConflictError when the name is taken.
    """
    raise_ledger(session, now)
    if not _NAME.fullmatch(name):
        message = f"'{name}' is no name for a profile: small letters, digits and _, 100 at most, a letter first."
        raise InvalidError(message, [Problem("name", "invalid", message)])
    if name in profile_names(session):
        raise ConflictError(f"There is already a weight profile '{name}'. Add a version to it, or choose another name.")
    draft = _draft(name, 1, check_profile(sections, _measures(session)).as_dict(), created_by, now)
    add_profile(session, name, now)
    add_version(session, draft)
    return draft


def add_draft(
    session: Session, name: str, sections: Mapping[str, Any], created_by: str, now: datetime
) -> ProfileVersion:
    """Add a draft to a profile.

    Raises NotFoundError when there is no such profile, InvalidError for weights that cannot be used.
    """
    raise_ledger(session, now)
    last = find_profile(session, name, now).versions[-1]
    draft = _draft(name, last.version + 1, check_profile(sections, _measures(session)).as_dict(), created_by, now)
    add_version(session, draft)
    return draft


def publish(
    session: Session, name: str, number: int, effective_from: Period, note: str, now: datetime
) -> ProfileVersion:
    """Make a draft count from the first month of `effective_from` on.

    Raises NotFoundError, ConflictError when it is published already, InvalidError when it would change periods for
    which another version was published, or when the catalogue has changed so that its weights make no sense any more.
    """
    raise_ledger(session, now)
    draft = find_version(session, name, number, now)
    if draft.status == "published":
        raise ConflictError(f"Version {number} of '{name}' is published already and never changes; make a new version.")
    if not note.strip():
        message = "Write a note that says why the weights change."
        raise InvalidError(message, [Problem("note", "required", message)])
    _refuse_rewriting(read_versions(session, name), effective_from)
    check_profile(draft.definition, _measures(session))
    publish_version(session, name, number, effective_from.first_month, note.strip(), now)
    return find_version(session, name, number, now)


def _refuse_rewriting(versions: list[ProfileVersion], effective_from: Period) -> None:
    """A version counts from later than all published ones: what they decided stays as it was published."""
    latest = max((starts(v) for v in versions if v.status == "published"), default=None)
    if latest is not None and effective_from.first_month <= latest:
        earliest = Period(latest + 1, Grain.MONTH)
        message = f"A version is in force from {Period(latest, Grain.MONTH)} on already; choose {earliest} or later."
        raise InvalidError(message, [Problem("effective_from", "too_early", message)])


def _draft(name: str, number: int, definition: dict[str, Any], created_by: str, now: datetime) -> ProfileVersion:
    return ProfileVersion(
        name=name,
        version=number,
        status="draft",
        definition=definition,
        weights_source=_CUSTOM,
        note="",
        created_at=now,
        created_by=created_by,
        effective_from=None,
        published_at=None,
    )


def _measures(session: Session) -> list[Measure]:
    return [stored.measure for stored in read_measures(session).values()]
