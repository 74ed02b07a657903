"""Does one step of a worker's work while its lease is kept alive, and says in a sentence why it failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from lei.errors import DeliveryError, LeiError
from lei.services.workers.heartbeat import heartbeat

_LOG = logging.getLogger("lei.worker")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a step failed; permanent: trying again will not help."""

    reason: str
    permanent: bool = False


def attempt(what: str, work: Callable[[], object], renew: Callable[[], bool], beat_seconds: float) -> Failed | None:
    """Do the work, renewing its lease every `beat_seconds`; None when it is done. what: as the log calls it."""
    try:
        with heartbeat(renew, beat_seconds):
            work()
    except LeiError as error:
        return Failed(error.detail, isinstance(error, DeliveryError) and error.permanent)
    except Exception as error:
        _LOG.exception("%s failed", what)
        return Failed(f"The mail could not be written ({type(error).__name__}); the log says where.")
    return None
