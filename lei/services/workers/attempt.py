"""Does one step of a worker's work while its lease is kept alive, and says in a sentence why it failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lei.errors import DeliveryError, LeiError
from lei.services.workers.heartbeat import heartbeat

_LOG = logging.getLogger("lei.worker")

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a step failed; permanent: trying again will not help."""

    reason: str
    permanent: bool = False


def attempt(
    what: str,
    work: Callable[[], Done],
    renew: Callable[[], bool],
    beat_seconds: float,
    unforeseen: str = "The mail could not be written",
) -> Done | Failed:
    """Do the work, renewing its lease every `beat_seconds`; what it answers with, or why it failed.

    what: as the log calls it. unforeseen: how the reason begins where an error is none of ours.
    """
    try:
        with heartbeat(renew, beat_seconds):
            return work()
    except LeiError as error:
        return Failed(error.detail, isinstance(error, DeliveryError) and error.permanent)
    except Exception as error:
        _LOG.exception("%s failed", what)
        return Failed(f"{unforeseen} ({type(error).__name__}); the log says where.")
