"""Runs a web application on waitress, in this process, until somebody asks it to stop."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import waitress
from waitress import wasyncore

from lei.errors import UnavailableError

# The slowest thing that a request does is drawing a scorecard, about a second each.
_THREADS = 8
_CONNECTIONS = 500
# Above every limit of ours, so that the answer to a body that is too large is our own sentence; what is larger still is
# refused before it is read. Bodies wait on disk.
_LARGEST_BODY = 512 * 1024**2
_IDLE_SECONDS = 60
_LOOP_SECONDS = 5
_LAST_ANSWERS_SECONDS = 20
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def listen_on(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; who connects before `serve_until_stopped` waits for it.

    Raises UnavailableError when the address is taken or is not one of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Only now does the system say whether somebody else listens there.
        listener.listen(1)
    except OSError as error:
        raise UnavailableError(
            f"LEI cannot listen on {host}:{port}: {error.strerror or error}. Stop what runs there, or choose --port."
        ) from error
    return listener


def serve_until_stopped(
    application: Any, listener: socket.socket, on_ready: Callable[[], None], trusted_proxy: str | None = None
) -> None:
    """Serve the WSGI application; calls `on_ready` once connections are taken. Returns after SIGTERM or SIGINT.

    Requests that are being worked on when the signal comes are still answered. trusted_proxy: the address that may say,
    by X-Forwarded-For, for whom it asks; from any other that header is dropped.
    """
    # A queue is no news: eight requests at once are being worked on, the others wait for milliseconds.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        application,
        map=sockets,
        sockets=[listener],
        threads=_THREADS,
        connection_limit=_CONNECTIONS,
        channel_timeout=_IDLE_SECONDS,
        max_request_body_size=_LARGEST_BODY,
        ident="LEI",
        asyncore_use_poll=True,
        trusted_proxy=trusted_proxy,
        trusted_proxy_headers={"x-forwarded-for"} if trusted_proxy else set(),
        clear_untrusted_proxy_headers=True,
    )
    stop = _StopSignal(server.pull_trigger)
    previous = {number: signal.signal(number, stop.received) for number in _STOPPING}
    settle_heap()
    try:
        on_ready()
        while not stop.asked:
            wasyncore.loop(timeout=_LOOP_SECONDS, use_poll=True, map=sockets, count=1)
        _answer_the_last(server, sockets)
    finally:
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)
        for number, handler in previous.items():
            signal.signal(number, handler)


def settle_heap() -> None:
    """Take what is loaded out of the garbage collector's sight: it stays for as long as the process runs.

    Looking through all of it again and again made one answer in ten wait for some 80 ms.
    """
    gc.collect()
    gc.freeze()


class _StopSignal:
    """Remembers that a signal came, and wakes the loop that waits for connections."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.asked = False
        self._wake = wake

    def received(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        self._wake()


def _answer_the_last(server: Any, sockets: dict[int, Any]) -> None:
    """Take no more connections, and go on until what was begun is answered, or for so many seconds."""
    server.accepting = False
    server.socket.close()
    server.del_channel()
    until = time.monotonic() + _LAST_ANSWERS_SECONDS
    while time.monotonic() < until and any(
        channel.requests or channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
