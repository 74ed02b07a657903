"""Writes messages as .eml files into a folder: for installations without a mail server, and for looking at them."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from lei.errors import DeliveryError

_SAFE = re.compile(r"[^A-Za-z0-9@._+-]+")
_LONGEST_ADDRESS = 100


@dataclass(frozen=True, slots=True)
class OutboxTransport:
    """Puts each message into `folder`, which is made when it is not there. The same message again is the same file."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write the message so that a reader sees all of it or nothing.

        Raises DeliveryError when the folder cannot be written to.
        """
        file = self.folder / file_name(message)
        part = file.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(message.as_bytes())
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
        except OSError as error:
            raise DeliveryError(
                f"The message could not be written to the outbox folder {self.folder}: {error.strerror or error}."
            ) from error


def file_name(message: EmailMessage) -> str:
    """Date, recipient and a digest of the message id: readable, sortable, and different for different messages."""
    written = message["Date"].datetime
    recipient = _SAFE.sub("_", message["To"].addresses[0].addr_spec)[:_LONGEST_ADDRESS]
    digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:12]
    return f"{written:%Y-%m-%dT%H%M}_{recipient}_{digest}.eml"
