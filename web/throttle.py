"""Slows down guessing of passwords: after some failures an address waits."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from threading import Lock

from lei.clock import Clock

_WINDOW = timedelta(minutes=15)
_FAILURES_OF_A_PERSON = 5
_FAILURES_OF_AN_ADDRESS = 50
_REMEMBERED = 10_000


class Throttle:
    """Counts failures of the last quarter of an hour, by person and network address and by network address alone.

    It lives in the memory of the process: several processes let through as many times more, which is still few.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, ...], list[datetime]] = defaultdict(list)
        self._lock = Lock()

    def wait(self, email: str, address: str) -> timedelta:
        """How long this person must wait at this address before the next attempt; zero when not at all."""
        now = self._clock.now()
        with self._lock:
            return max(
                self._remaining((email.lower(), address), _FAILURES_OF_A_PERSON, now),
                self._remaining((address,), _FAILURES_OF_AN_ADDRESS, now),
            )

    def failed(self, email: str, address: str) -> None:
        """Remember a failure."""
        now = self._clock.now()
        with self._lock:
            if len(self._failures) >= _REMEMBERED:
                self._forget_old(now)
            self._failures[email.lower(), address].append(now)
            self._failures[address,].append(now)

    def succeeded(self, email: str, address: str) -> None:
        """Forget the person's failures at this address."""
        with self._lock:
            self._failures.pop((email.lower(), address), None)

    def _remaining(self, who: tuple[str, ...], allowed: int, now: datetime) -> timedelta:
        recent = [instant for instant in self._failures.get(who, ()) if now - instant < _WINDOW]
        return recent[-allowed] + _WINDOW - now if len(recent) >= allowed else timedelta(0)

    def _forget_old(self, now: datetime) -> None:
        old = [who for who, instants in self._failures.items() if now - instants[-1] >= _WINDOW]
        for who in old:
            del self._failures[who]
