"""Two workers that begin at the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from due_day import MakeWorker
from postbox import Postbox

from lei.services.workers.worker import Worker

_SECONDS = 60


def at_once(make_worker: MakeWorker, postbox: Postbox, work: Callable[[Worker], object]) -> None:
    """Both do the work, and neither fails."""
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def begin(owner: str) -> None:
        try:
            worker = make_worker(owner, postbox.url)
            together.wait(_SECONDS)
            work(worker)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=begin, args=(owner,)) for owner in ("worker-1", "worker-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    assert failed == []
