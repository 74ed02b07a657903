"""`/weight-profiles`: drafts and published versions of weights."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.schemas.weight_profiles import (
    NewProfile,
    NewVersion,
    ProfileAnswer,
    ProfileList,
    ProfileVersionAnswer,
    Publication,
)
from lei.clock import instant_text
from lei.periods import Grain, Period
from lei.services.manage_weights import (
    Profile,
    add_draft,
    create_profile,
    find_profile,
    find_version,
    list_profiles,
    publish,
)
from lei.services.profile_in_force import shares_of_definition
from lei.storage.weight_profiles import ProfileVersion


@endpoint("GET", "/weight-profiles", scope="read", query=PageParameters(), answers={200: ProfileList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the weight profiles, in the order they were made."""
    after, limit = read_cursor(call.query["cursor"]) or 0, call.query["limit"]
    with call.context.database.reading() as session:
        profiles = list(enumerate(list_profiles(session, call.context.clock.now()), start=1))
    return page(profiles[after : after + limit + 1], limit, lambda item: item[0], lambda item: _profile(item[1]))


@endpoint("POST", "/weight-profiles", scope="weights", body=NewProfile(), answers={201: ProfileVersionAnswer()})
def create(call: Call) -> tuple[dict[str, Any], int]:
    """Add a profile. Its version 1 is a draft: scores use it once it is published, or where `version` names it."""
    sections = {name: content for name, content in call.body.items() if name != "name"}
    with call.context.database.writing() as session:
        made = create_profile(session, call.body["name"], sections, call.caller.name, call.context.clock.now())
    return _version(made), 201


@endpoint("GET", "/weight-profiles/<name>", scope="read", answers={200: ProfileAnswer()})
def show(call: Call, name: str) -> dict[str, Any]:
    """Show a profile with the version that counts now."""
    with call.context.database.reading() as session:
        return _profile(find_profile(session, name, call.context.clock.now()))


@endpoint("GET", "/weight-profiles/<name>/versions/<int:number>", scope="read", answers={200: ProfileVersionAnswer()})
def show_version(call: Call, name: str, number: int) -> dict[str, Any]:
    """Show one version of a profile, draft or published."""
    with call.context.database.reading() as session:
        return _version(find_version(session, name, number, call.context.clock.now()))


@endpoint(
    "POST",
    "/weight-profiles/<name>/versions",
    scope="weights",
    body=NewVersion(),
    answers={201: ProfileVersionAnswer()},
)
def create_version(call: Call, name: str) -> tuple[dict[str, Any], int]:
    """Add a draft to a profile."""
    with call.context.database.writing() as session:
        return _version(add_draft(session, name, call.body, call.caller.name, call.context.clock.now())), 201


@endpoint(
    "POST",
    "/weight-profiles/<name>/versions/<int:number>/publish",
    scope="weights",
    body=Publication(),
    answers={200: ProfileVersionAnswer()},
)
def publish_version(call: Call, name: str, number: int) -> dict[str, Any]:
    """Publish a draft: it counts from `effective_from` on, and earlier periods keep the version they had."""
    now = call.context.clock.now()
    with call.context.database.writing() as session:
        return _version(publish(session, name, number, call.body["effective_from"], call.body["note"], now))


def _profile(profile: Profile) -> dict[str, Any]:
    return _version(profile.present) | {"versions": [_summary(version) for version in profile.versions]}


def _version(version: ProfileVersion) -> dict[str, Any]:
    plain = {"name": version.name, "weights_source": version.weights_source}
    return plain | _summary(version) | shares_of_definition(version.definition)


def _summary(version: ProfileVersion) -> dict[str, Any]:
    begins = version.effective_from
    return {
        "version": version.version,
        "status": version.status,
        "effective_from": None if begins is None else str(Period(begins, Grain.MONTH)),
        "note": version.note,
        "created_at": instant_text(version.created_at),
        "created_by": version.created_by,
        "published_at": instant_text(version.published_at),
    }
