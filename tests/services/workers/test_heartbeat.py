"""A lease is prolonged for as long as a step of work takes, whatever goes wrong meanwhile."""

from __future__ import annotations

import threading

from lei.errors import UnavailableError
from lei.services.workers.heartbeat import heartbeat

_SECONDS = 30


def test_a_beat_that_fails_is_not_the_last_one() -> None:
    outcomes = iter([UnavailableError("The database is away."), ValueError("Nobody foresaw this."), None])
    beaten = threading.Event()

    def renew() -> bool:
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome
        beaten.set()
        return False

    with heartbeat(renew, 0.001):
        assert beaten.wait(_SECONDS)
