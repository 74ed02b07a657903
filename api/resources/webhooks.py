"""`/webhooks`: other systems that scorecards are posted to."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.endpoint import Call, endpoint
from api.no_content import no_content
from api.pagination import PageParameters, page, read_cursor
from api.schemas.webhooks import NewWebhook, WebhookList, WebhookWithSecret
from api.schemas.webhooks import Webhook as WebhookSchema
from lei.clock import instant_text
from lei.services.access.manage_webhooks import create_webhook, delete_webhook, existing_webhook, renew_secret
from lei.storage.webhooks import Webhook, list_webhooks


@endpoint("GET", "/webhooks", scope="read", query=PageParameters(), answers={200: WebhookList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the webhooks, in the order of their making."""
    limit = call.query["limit"]
    with call.context.database.reading() as session:
        found = list_webhooks(session, read_cursor(call.query["cursor"]), limit + 1)
    return page(found, limit, lambda hook: hook.id, _plain)


@endpoint("POST", "/webhooks", scope="admin", body=NewWebhook(), answers={201: WebhookWithSecret()})
def create(call: Call) -> tuple[dict[str, Any], int]:
    """Make a webhook; the answer has its secret, this once."""
    body = call.body
    with call.context.database.writing() as session:
        now = call.context.clock.now()
        return _with_secret(
            create_webhook(session, body["name"], body["url"], body["content"], call.caller.name, now)
        ), 201


@endpoint("GET", "/webhooks/<name>", scope="read", answers={200: WebhookSchema()})
def show(call: Call, name: str) -> dict[str, Any]:
    """Show a webhook, without its secret."""
    with call.context.database.reading() as session:
        return _plain(existing_webhook(session, name))


@endpoint("POST", "/webhooks/<name>/renew-secret", scope="admin", answers={200: WebhookWithSecret()})
def renew(call: Call, name: str) -> dict[str, Any]:
    """Give a webhook a new secret, shown this once, and enable it; the old one signs nothing any more."""
    with call.context.database.writing() as session:
        renew_secret(session, name)
        return _with_secret(existing_webhook(session, name))


@endpoint("DELETE", "/webhooks/<name>", scope="admin", answers={204: ""})
def delete(call: Call, name: str) -> Response:
    """Delete a webhook: what still waits for it fails."""
    with call.context.database.writing() as session:
        delete_webhook(session, name)
    return no_content()


def _plain(hook: Webhook) -> dict[str, Any]:
    return {
        "name": hook.name,
        "url": hook.url,
        "content": hook.content,
        "created_at": instant_text(hook.created_at),
        "created_by": hook.created_by,
        "disabled_at": instant_text(hook.disabled_at),
        "disabled_because": hook.disabled_because,
    }


def _with_secret(hook: Webhook) -> dict[str, Any]:
    return _plain(hook) | {"secret": hook.secret}
