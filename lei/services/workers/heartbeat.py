"""Keeps a lease alive while a step of work takes its time, so that nobody else takes the work for a dead worker's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lei.errors import LeiError

_LOG = logging.getLogger("lei.worker")


@contextmanager
def heartbeat(renew: Callable[[], bool], seconds: float) -> Iterator[None]:
    """Call `renew` every `seconds` while the block runs, until it says that the lease is lost."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(renew, seconds, done), name="lei-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(renew: Callable[[], bool], seconds: float, done: threading.Event) -> None:
    while not done.wait(seconds):
        try:
            if not renew():
                return
        except LeiError as error:
            # The database may be back at the next beat; if it is not, the lease runs out, as it should.
            _LOG.warning("A lease could not be prolonged: %s", error.detail)
        except Exception:
            # Without a further beat the lease would run out under work that goes on, and another would do it again.
            _LOG.exception("A lease could not be prolonged")
