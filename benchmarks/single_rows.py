"""How fast single observations come in: eight clients, one row a request.

In every round a bare Flask view that takes the same bodies and stores nothing, then `lei serve` on SQLite and on
PostgreSQL, each a process of its own behind the same kind of server; the ratio is to the bare view of the same round.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from intake import Server, postgres_schema, serving, show

CLIENTS = 8
WARMING_UP = 3.0
BARE = """
import waitress
from flask import Flask, jsonify, request
app = Flask("bare")
@app.post("/api/v1/observations")
def answer():
    return jsonify(received=len(request.get_json()["observations"]))
server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
print(f"LEI is ready at http://127.0.0.1:{server.effective_port}", flush=True)
server.run()
"""


@contextmanager
def bare_view() -> Iterator[Server]:
    """A Flask view that only counts what it was sent."""
    server = Server([sys.executable, "-c", BARE], dict(os.environ), "")
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


class Sender:
    """A client that reports one value a day for a unit of its own; one in twenty corrects the one before."""

    def __init__(self, name: str) -> None:
        self.name, self.sent = name, 0

    def next_body(self) -> bytes:
        """The next request."""
        correction = self.sent % 20 == 19
        day = self.sent - correction
        row = {
            "measure": "pass_rate",
            "period": f"{2000 + day // 336:04d}-{1 + day // 28 % 12:02d}-{1 + day % 28:02d}",
            "value": 70 + day % 30 + correction,
            "sample_size": 40,
            "dimensions": {"unit": self.name},
        }
        self.sent += 1
        return json.dumps({"observations": [row]}).encode()


def answer_times(server: Server, senders: list[Sender], seconds: float) -> list[float]:
    """Seconds that each answer took, all clients sending without a pause."""
    until = time.perf_counter() + seconds
    times: list[float] = []

    def run(sender: Sender) -> None:
        connection = server.connect()
        while time.perf_counter() < until:
            with suppress(http.client.RemoteDisconnected):
                times.append(server.post(connection, sender.next_body(), "application/json"))
        connection.close()

    threads = [threading.Thread(target=run, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def measure(servers: dict[str, Server], rounds: int, seconds: float) -> None:
    """Each server in turn, round by round; the first one is what the others are compared with."""
    figures: dict[str, list[float]] = {}
    senders = {name: [Sender(f"Unit {number}") for number in range(CLIENTS)] for name in servers}
    for name, server in servers.items():
        answer_times(server, senders[name], WARMING_UP)
    for _ in range(rounds):
        bare = 0.0
        for name, server in servers.items():
            times = answer_times(server, senders[name], seconds)
            rate, cuts = len(times) / seconds, statistics.quantiles(times, n=100)
            bare = bare or rate
            figures.setdefault(f"{name}, requests/s", []).append(rate)
            figures.setdefault(f"{name} / bare", []).append(rate / bare)
            figures.setdefault(f"{name}, p50 in ms", []).append(cuts[49] * 1000)
            figures.setdefault(f"{name}, p99 in ms", []).append(cuts[98] * 1000)
    for name, values in figures.items():
        show(name, values, ".2f" if name.endswith("bare") else ".1f")


def main() -> None:
    """Measure the bare view and both databases in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0, help="for each server and round")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {"bare Flask view": stack.enter_context(bare_view())}
        if asked.only != "postgresql":
            servers["SQLite"] = stack.enter_context(serving(f"sqlite:///{folder / 'lei.sqlite3'}", folder / "sqlite"))
        if asked.only != "sqlite":
            url = stack.enter_context(postgres_schema())
            servers["PostgreSQL"] = stack.enter_context(serving(url, folder / "postgresql"))
        measure(servers, asked.rounds, asked.seconds)


if __name__ == "__main__":
    main()
