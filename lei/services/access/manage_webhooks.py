"""Makes webhooks, gives them new secrets, and ends them."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from lei.delivery.webhook import SECRET_PREFIX, url_fault
from lei.errors import ConflictError, NotFoundError, Problem, refuse_faults
from lei.storage.webhooks import (
    NewWebhook,
    Webhook,
    WebhookContent,
    add_webhook,
    change_webhook,
    read_webhook,
    remove_webhook,
)

LONGEST_NAME = 60
LONGEST_URL = 2000
_NAME = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?", re.ASCII)
_SECRET_BYTES = 32


def create_webhook(session: Session, name: str, url: str, content: WebhookContent, who: str, now: datetime) -> Webhook:
    """Store a webhook with a secret of its own, which nobody is shown a second time.

    Raises InvalidError for a name or address that cannot be used, ConflictError when the name is taken.
    """
    problems = []
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        text = f"A webhook has a name of 1 to {LONGEST_NAME} small letters, digits, - and _, such as intranet."
        problems.append(Problem("name", "invalid", text))
    fault = url_fault(url) if len(url) <= LONGEST_URL else f"has more than {LONGEST_URL} characters"
    if fault is not None:
        problems.append(Problem("url", "invalid", f"The address of a webhook {fault}."))
    refuse_faults(problems)
    if read_webhook(session, name) is not None:
        raise ConflictError(f"There is already a webhook '{name}'. Delete it first, or choose another name.")
    add_webhook(session, NewWebhook(name, url, _new_secret(), content, now, who[:200]))
    return existing_webhook(session, name)


def renew_secret(session: Session, name: str) -> str:
    """Give a webhook a new secret, and enable it; the old one signs nothing any more. Raises NotFoundError."""
    existing_webhook(session, name)
    secret = _new_secret()
    change_webhook(session, name, secret=secret, disabled_at=None, disabled_because=None)
    return secret


def delete_webhook(session: Session, name: str) -> None:
    """Delete a webhook: what still waits for it fails. Raises NotFoundError."""
    if not remove_webhook(session, name):
        raise NotFoundError(f"There is no webhook '{name}'. `lei webhook list` shows all.")


def existing_webhook(session: Session, name: str) -> Webhook:
    """The webhook of this name; raises NotFoundError when there is none."""
    found = read_webhook(session, name)
    if found is None:
        raise NotFoundError(f"There is no webhook '{name}'. `lei webhook list` shows all.")
    return found


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")
