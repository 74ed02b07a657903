"""What every way to deliver has in common: it takes one finished message for one recipient, or says why it cannot."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class Transport(Protocol):
    """A way to hand over messages."""

    def send(self, message: EmailMessage) -> None:
        """Hand over one message to the recipient in its `To`.

        Returning means that the other side has taken it. Raises DeliveryError with a sentence, and whether trying again
        could help.
        """
        ...
