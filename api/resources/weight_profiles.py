"""`/weight-profiles`: drafts and published versions of weights."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.endpoint import PREFIX, Call, endpoint
from api.no_content import no_content
from api.pagination import PageParameters, page, read_cursor
from api.preconditions import tagged
from api.schemas.weight_profiles import (
    Consent,
    NewProfile,
    NewVersion,
    ProfileAnswer,
    ProfileList,
    ProfileSections,
    ProfileVersionAnswer,
)
from api.schemas.weight_profiles import Publication as PublicationBody
from lei.clock import instant_text
from lei.periods import Grain, Period
from lei.services.scores.profile_in_force import shares_of_definition
from lei.services.weights.change_draft import adjust_draft, discard_draft, replace_draft
from lei.services.weights.draft_state import Act, state_tag
from lei.services.weights.manage_weights import (
    Profile,
    add_draft,
    create_profile,
    find_profile,
    find_version,
    list_profiles,
)
from lei.services.weights.publish_weights import Publication, approve, publish
from lei.storage.weight_profiles import Approval, ProfileVersion

_VERSION = "/weight-profiles/<name>/versions/<int:number>"


@endpoint("GET", "/weight-profiles", scope="read", query=PageParameters(), answers={200: ProfileList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the weight profiles, in the order they were made."""
    after, limit = read_cursor(call.query["cursor"]) or 0, call.query["limit"]
    with call.context.database.reading() as session:
        profiles = list(enumerate(list_profiles(session, call.context.clock.now()), start=1))
    return page(profiles[after : after + limit + 1], limit, lambda item: item[0], lambda item: _profile(item[1]))


@endpoint(
    "POST",
    "/weight-profiles",
    scope="weights",
    body=NewProfile(),
    answers={201: ProfileVersionAnswer()},
    state_tag="shown",
)
def create(call: Call) -> Response:
    """Add a profile. Its first version is a draft: scores use it once it is published, or where `version` names it."""
    sections = {name: content for name, content in call.body.items() if name != "name"}
    with call.context.database.writing() as session:
        made = create_profile(session, call.body["name"], sections, call.caller.name, call.context.clock.now())
    return _tagged(made, 201)


@endpoint("GET", "/weight-profiles/<name>", scope="read", answers={200: ProfileAnswer()})
def show(call: Call, name: str) -> dict[str, Any]:
    """Show a profile with the version that counts now."""
    with call.context.database.reading() as session:
        return _profile(find_profile(session, name, call.context.clock.now()))


@endpoint("GET", _VERSION, scope="read", answers={200: ProfileVersionAnswer(), 304: ""}, state_tag="shown")
def show_version(call: Call, name: str, number: int) -> Response:
    """Show one version of a profile, draft or published."""
    with call.context.database.reading() as session:
        return _tagged(find_version(session, name, number, call.context.clock.now()))


@endpoint(
    "POST",
    "/weight-profiles/<name>/versions",
    scope="weights",
    body=NewVersion(),
    answers={201: ProfileVersionAnswer()},
    state_tag="shown",
)
def create_version(call: Call, name: str) -> Response:
    """Add a draft to a profile."""
    with call.context.database.writing() as session:
        return _tagged(add_draft(session, name, call.body, call.caller.name, call.context.clock.now()), 201)


@endpoint(
    "PUT", _VERSION, scope="weights", body=NewVersion(), answers={200: ProfileVersionAnswer()}, state_tag="required"
)
def replace_version(call: Call, name: str, number: int) -> Response:
    """Replace the content of a draft as a whole.

    Approvals of the former content are withdrawn. The same content again changes nothing, and the ETag stays.
    """
    with call.context.database.writing() as session:
        return _tagged(replace_draft(session, name, number, call.body, _act(call)))


@endpoint(
    "PATCH",
    _VERSION,
    scope="weights",
    body=ProfileSections(),
    answers={200: ProfileVersionAnswer()},
    state_tag="required",
)
def change_version(call: Call, name: str, number: int) -> Response:
    """Change parts of a draft: they are laid over it key by key, weights as shares, as in a preview.

    Approvals of the former content are withdrawn.
    """
    with call.context.database.writing() as session:
        return _tagged(adjust_draft(session, name, number, call.body, _act(call)))


@endpoint("DELETE", _VERSION, scope="weights", answers={204: ""}, state_tag="required")
def discard_version(call: Call, name: str, number: int) -> Response:
    """Discard a draft. Its number is not given out again; a profile of which nothing is left is gone."""
    with call.context.database.writing() as session:
        discard_draft(session, name, number, _act(call))
    return no_content()


@endpoint(
    "POST",
    f"{_VERSION}/approve",
    scope="weights",
    body=Consent(),
    answers={200: ProfileVersionAnswer()},
    state_tag="honored",
)
def approve_version(call: Call, name: str, number: int) -> Response:
    """Approve a draft as it is: by a key other than that of its author and of who changed it last."""
    with call.context.database.writing() as session:
        return _tagged(approve(session, name, number, call.body["comment"], _act(call)))


@endpoint(
    "POST",
    f"{_VERSION}/publish",
    scope="weights",
    body=PublicationBody(),
    answers={200: ProfileVersionAnswer()},
    state_tag="honored",
)
def publish_version(call: Call, name: str, number: int) -> Response:
    """Publish a draft: it counts from `effective_from` on, and earlier periods keep the version they had."""
    publication = Publication(call.body["effective_from"], call.body["note"])
    with call.context.database.writing() as session:
        return _tagged(publish(session, name, number, publication, _act(call)))


def _act(call: Call) -> Act:
    return Act(call.caller.name, call.context.clock.now(), call.seen)


def _tagged(version: ProfileVersion, status: int = 200) -> Response:
    address = f"{PREFIX}/weight-profiles/{version.name}/versions/{version.version}"
    return tagged(_version(version), state_tag(version), address, status)


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
        "changed_at": instant_text(version.changed_at),
        "changed_by": version.changed_by,
        "approvals": [_approval(approval) for approval in version.approvals],
        "published_at": instant_text(version.published_at),
        "published_by": version.published_by,
        "etag": state_tag(version),
    }


def _approval(approval: Approval) -> dict[str, Any]:
    return {
        "approved_by": approval.approved_by,
        "approved_at": instant_text(approval.approved_at),
        "comment": approval.comment,
        "withdrawn_at": instant_text(approval.withdrawn_at),
    }
