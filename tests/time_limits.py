"""No test hangs in silence: each has its seconds (`timeout` in setup.cfg), then it fails by name, with all stacks.

pytest-timeout interrupts it. What cannot be interrupted (a clean-up that waits too, a lock in C) has the process of the
tests ended soon after, together with all that it started; of a process that ends, pytest-xdist names the test.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading

import pytest
from pytest_timeout import Settings

# From the interruption to the end of the process, and from there to an end that needs no Python.
SECONDS_TO_CLEAN_UP = 60
SECONDS_TO_DIE = 30

_ERRORS = pytest.StashKey[int]()
_LIMIT = pytest.StashKey[Settings]()
_END = pytest.StashKey[threading.Timer]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep a way to the terminal, which pytest closes while a test runs."""
    config.stash[_ERRORS] = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    if hasattr(config, "workerinput"):
        # A group of its own, so that a worker of pytest-xdist can be ended with the servers that its test started.
        os.setpgrp()


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> None:
    """Beside the limit of pytest-timeout, set one that nothing can hold up."""
    item.stash[_LIMIT] = settings
    _stop(item)
    errors = item.config.stash[_ERRORS]
    seconds = settings.timeout + SECONDS_TO_CLEAN_UP
    end = item.stash[_END] = threading.Timer(seconds, _end_process, (item.nodeid, errors))
    end.daemon, end.name = True, "the limit of the test that runs"
    end.start()
    faulthandler.dump_traceback_later(seconds + SECONDS_TO_DIE, exit=True, file=errors)


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_cancel_timer(item: pytest.Item) -> None:
    """Take that one away too."""
    _stop(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Set the limits anew: pytest-timeout takes them away once a test has failed, and its clean-up may hang as well."""
    if _LIMIT in item.stash:
        item.config.hook.pytest_timeout_set_timer(item=item, settings=item.stash[_LIMIT])


def _stop(item: pytest.Item) -> None:
    if _END in item.stash:
        item.stash[_END].cancel()
    faulthandler.cancel_dump_traceback_later()


def _end_process(test: str, errors: int) -> None:
    os.write(errors, f"\n{test} could not be interrupted; its process is ended. All threads:\n".encode())
    faulthandler.dump_traceback(errors)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
