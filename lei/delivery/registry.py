"""The ways to deliver: which of them a recipient means, and by which transport the settings send mails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import urlsplit

from lei.config import Settings
from lei.delivery.email import smtp_transport
from lei.delivery.outbox import OutboxTransport
from lei.delivery.transport import Transport

# The scheme of LEI_SMTP_URL, "" where it is not set.
TRANSPORTS: Mapping[str, Callable[[Settings], Transport]] = {
    "smtp": lambda settings: smtp_transport(settings.smtp_url or ""),
    "smtps": lambda settings: smtp_transport(settings.smtp_url or ""),
    "": lambda settings: OutboxTransport(settings.outbox),
}


Way = Literal["mail", "folder", "webhook"]

# How a recipient begins that is no mail address. What follows is a folder, or the name of a webhook.
_WAYS: Mapping[str, Way] = {"folder": "folder", "webhook": "webhook"}


def way_to(recipient: str) -> tuple[Way, str]:
    """The way to a recipient, and the address on that way: ("folder", "/mnt/share"), ("mail", "anna@example.com")."""
    prefix, _, rest = recipient.partition(":")
    return (_WAYS[prefix], rest) if prefix in _WAYS and rest else ("mail", recipient)


def transport_for(settings: Settings) -> Transport:
    """The transport that the settings ask for: a mail server, or the outbox folder where none is set.

    Raises ConfigurationError when LEI_SMTP_URL cannot be used.
    """
    return TRANSPORTS[urlsplit(settings.smtp_url or "").scheme](settings)
