"""How many requests a key may send in a minute: counted in this process, told in headers of every answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says the rule, `RateLimit` what
remains.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response, g

from lei.errors import TooManyError

WINDOW = timedelta(minutes=1)
_POLICY = "key"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key may still send: of `limit` requests in a window so many remain, until it begins anew in seconds."""

    limit: int
    remaining: int
    seconds: int


class RateLimit:
    """Counts requests of each key in windows of a minute that begin with its first request. 0 stands for no limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._counted: dict[int, tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def take(self, key_id: int, now: datetime) -> Allowance | None:
        """Count a request; None where there is no limit.

        Raises TooManyError when the key has sent its requests; then nothing is counted.
        """
        if self.limit == 0:
            return None
        with self._lock:
            begun, count = self._counted.get(key_id, (now, 0))
            if now - begun >= WINDOW:
                begun, count = now, 0
            seconds = max(1, math.ceil((begun + WINDOW - now).total_seconds()))
            if count >= self.limit:
                raise TooManyError(
                    f"This key has sent the {self.limit:,} requests that LEI_RATE_LIMIT allows a minute; "
                    f"go on in {seconds} seconds. Many observations fit into one request.",
                    seconds,
                )
            self._counted[key_id] = (begun, count + 1)
        return Allowance(self.limit, self.limit - count - 1, seconds)


def tell_rate_limits(app: Flask) -> None:
    """Put what a key may still send into the headers of every answer to it."""
    app.after_request(_tell)


def count_request(limit: RateLimit, key_id: int, now: datetime) -> None:
    """Count the present request and keep what remains for the headers of its answer, also where that is a refusal.

    Raises TooManyError as `RateLimit.take` does.
    """
    try:
        g.allowance = limit.take(key_id, now)
    except TooManyError as error:
        g.allowance = Allowance(limit.limit, 0, error.seconds)
        raise


def _tell(response: Response) -> Response:
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        window = int(WINDOW.total_seconds())
        response.headers["RateLimit-Policy"] = f'"{_POLICY}";q={allowance.limit};w={window}'
        response.headers["RateLimit"] = f'"{_POLICY}";r={allowance.remaining};t={allowance.seconds}'
    return response
