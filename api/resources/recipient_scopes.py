"""`/recipient-scopes`: which segments somebody may be sent scorecards of."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.endpoint import Call, endpoint
from api.no_content import no_content
from api.pagination import PageParameters, page, read_cursor
from api.schemas.recipient_scopes import NewScope, RecipientScopeList
from api.schemas.recipient_scopes import RecipientScope as ScopeSchema
from lei.clock import instant_text
from lei.services.access.manage_recipients import existing_scope, forget_recipient_scope, set_recipient_scope
from lei.storage.recipient_scopes import RecipientScope, list_recipient_scopes

_ONE = "/recipient-scopes/<path:recipient>"


@endpoint("GET", "/recipient-scopes", scope="read", query=PageParameters(), answers={200: RecipientScopeList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the recipients whose scope is limited; all others get whatever a schedule sends to them."""
    limit = call.query["limit"]
    with call.context.database.reading() as session:
        found = list_recipient_scopes(session, read_cursor(call.query["cursor"]), limit + 1)
    return page(found, limit, lambda scope: scope.id, _plain)


@endpoint("GET", _ONE, scope="read", answers={200: ScopeSchema()})
def show(call: Call, recipient: str) -> dict[str, Any]:
    """Show what a recipient may be sent."""
    with call.context.database.reading() as session:
        return _plain(existing_scope(session, recipient))


@endpoint("PUT", _ONE, scope="admin", body=NewScope(), answers={200: ScopeSchema()})
def replace(call: Call, recipient: str) -> dict[str, Any]:
    """Say what a recipient may be sent; it counts at the moment of sending, also for what is under way."""
    with call.context.database.writing() as session:
        now = call.context.clock.now()
        return _plain(set_recipient_scope(session, recipient, call.body["segments"], call.caller.name, now))


@endpoint("DELETE", _ONE, scope="admin", answers={204: ""})
def forget(call: Call, recipient: str) -> Response:
    """Lift the limit: the recipient gets whatever a schedule sends to it."""
    with call.context.database.writing() as session:
        forget_recipient_scope(session, recipient)
    return no_content()


def _plain(scope: RecipientScope) -> dict[str, Any]:
    return {
        "recipient": scope.recipient,
        "segments": [dict(segment) for segment in scope.segments],
        "changed_at": instant_text(scope.changed_at),
        "changed_by": scope.changed_by,
    }
