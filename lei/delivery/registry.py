"""The ways to deliver, and which of them the settings ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def transport_for(settings: Settings) -> Transport:
    """The transport that the settings ask for: a mail server, or the outbox folder where none is set.

    Raises ConfigurationError when LEI_SMTP_URL cannot be used.
    """
    return TRANSPORTS[urlsplit(settings.smtp_url or "").scheme](settings)
