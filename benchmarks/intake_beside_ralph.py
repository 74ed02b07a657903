"""Intake beside a public learning-record store, openfun's Ralph, both over HTTP on this machine.

Ralph brings packages of its own, so it gets an environment outside of the repository:

    python3 -m venv ~/ralph && ~/ralph/bin/pip install 'ralph-malph[full]'
    .venv/bin/python benchmarks/intake_beside_ralph.py --ralph ~/ralph

It runs on its file backend, which needs no other server. As installed, that backend takes one write and refuses the
next (500: its file is there already), so Ralph is measured twice: as it is, its store emptied before each request; and
told to append, so that it keeps what it got, as a store must.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from intake import BATCH, NDJSON, Server, postgres_schema, serving, show
from intake_rows import as_ndjson, rows

# So many statements or observations a request, and how many requests are timed in each round. The last are single ones
# again: by then there is something to look through.
SIZES = (("1", 1, 50), ("100", 100, 10), ("10,000", 10_000, 2), ("again 1", 1, 10))
LARGEST = ("100,000", BATCH, 1)
USER = PASSWORD = "benchmark"  # noqa: S105 - for a server that ends with the benchmark
SERVE = """
import sys, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend
if sys.argv[2] == "append":
    FSLRSBackend.default_operation_type = BaseOperationType.APPEND
class Announced(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"Ready at http://127.0.0.1:{sys.argv[1]}", flush=True)
Announced(uvicorn.Config("ralph.api:app", host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")).run()
"""


@dataclass(frozen=True)
class Contender:
    """A server, what it is sent, and what is done before each request and before each round."""

    server: Server
    body: Callable[[int, int], bytes]
    kind: str
    before_request: Callable[[], None] = lambda: None
    before_round: Callable[[], None] = lambda: None
    sizes: tuple[tuple[str, int, int], ...] = (*SIZES, LARGEST)


def observations(start: int, count: int) -> bytes:
    """Observations as NDJSON, 0.2 kB each."""
    return as_ndjson(rows(start, count))


def statements(start: int, count: int) -> bytes:
    """As many statements, 0.4 kB each: somebody passed a course with a score."""
    found = [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(start + number))),
            "actor": {"objectType": "Agent", "mbox": f"mailto:person{number % 500}@example.com"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
            "object": {"objectType": "Activity", "id": f"https://example.com/courses/{measure}"},
            "result": {"score": {"raw": value, "min": 0, "max": 100}, "success": True},
            "timestamp": f"{day}T08:00:00Z",
        }
        for number, (measure, day, value, *_) in enumerate(rows(start, count))
    ]
    return json.dumps(found).encode()


@contextmanager
def ralph(home: Path, folder: Path, *, appends: bool) -> Iterator[Contender]:
    """Ralph's server, one process as it comes, on an empty folder."""
    store = folder / "statements" / "fs_lrs.jsonl"
    store.parent.mkdir(parents=True)
    environment = os.environ | {
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(store.parent),
    }
    who = ["-u", USER, "-p", PASSWORD, "-s", "all", "-M", "mailto:benchmark@example.com", "-N", "Benchmark"]
    subprocess.run([home / "bin" / "ralph", "auth", *who, "-w"], env=environment, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    mode = "append" if appends else "create"
    server = Server([str(home / "bin" / "python"), "-c", SERVE, port, mode], environment, "")
    secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    server.path = "/xAPI/statements"
    server.headers = {"Authorization": f"Basic {secret}", "X-Experience-API-Version": "1.0.3"}

    def empty() -> None:
        store.unlink(missing_ok=True)

    try:
        if appends:
            yield Contender(server, statements, "application/json", before_round=empty, sizes=SIZES)
        else:
            sizes = (*SIZES[:-1], LARGEST)
            yield Contender(server, statements, "application/json", before_request=empty, sizes=sizes)
    finally:
        server.process.kill()
        server.process.wait()


def rate(contender: Contender, count: int, times: int) -> float:
    """How many a second, in requests of `count`."""
    server, spent = contender.server, 0.0
    connection = server.connect()
    for _ in range(times):
        contender.before_request()
        body = contender.body(server.stored, count)
        server.stored += count
        spent += server.post(connection, body, contender.kind)
    connection.close()
    return times * count / spent


def measure(contenders: dict[str, Contender], rounds: int) -> None:
    """Each in turn, round by round."""
    figures: dict[str, list[float]] = {}
    for contender in contenders.values():
        contender.before_request()
        rate(contender, 1, 1)
    for _ in range(rounds):
        for name, contender in contenders.items():
            contender.before_round()
            for words, count, times in contender.sizes:
                figures.setdefault(f"{name}, {words} a request", []).append(rate(contender, count, times))
    for name, values in figures.items():
        show(name + ", per second", values, ",.0f")
    for name, contender in contenders.items():
        print(f"  {name}: {contender.server.memory('VmHWM'):.0f} MB at most")


def versions(home: Path) -> str:
    """What is compared."""
    code = "import importlib.metadata as m, sys; print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]), sep=', ')"
    command = [home / "bin" / "python", "-c", code, "ralph-malph", "fastapi", "uvicorn", "pydantic"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Measure Ralph and both databases in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ralph", type=Path, required=True, help="the environment that Ralph is installed in")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(versions(asked.ralph))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sqlite = serving(f"sqlite:///{folder / 'lei.sqlite3'}", folder / "sqlite")
        postgresql = serving(stack.enter_context(postgres_schema()), folder / "postgresql")
        contenders = {
            "Ralph, emptied each time": stack.enter_context(ralph(asked.ralph, folder / "emptied", appends=False)),
            "Ralph, appending": stack.enter_context(ralph(asked.ralph, folder / "appending", appends=True)),
            "LEI on SQLite": Contender(stack.enter_context(sqlite), observations, NDJSON),
            "LEI on PostgreSQL": Contender(stack.enter_context(postgresql), observations, NDJSON),
        }
        measure(contenders, asked.rounds)


if __name__ == "__main__":
    main()
