"""How long LEI takes to start and how much memory it holds when idle. Run: `.venv/bin/python benchmarks/startup.py`.

- `lei --help`: wall time of the command, median of several runs.
- `lei serve` ready: from the start of the process to its line "LEI is ready", on a database that is there (warm) and
  on none.
- memory: RSS of `lei serve` and all its processes, after it is ready and has answered one request of each health route.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

LEI = Path(sys.executable).parent / "lei"
TARGETS = {"lei --help": "< 0.4 s", "lei serve ready, warm": "< 4 s", "memory of an idle lei serve": "< 200 MB"}


def environment(data: Path) -> dict[str, str]:
    """Ours without any setting of LEI but the data folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LEI_")}
    return own | {"LEI_DATA_DIR": str(data)}


def seconds_of_help(data: Path) -> float:
    """Wall time of `lei --help`, in seconds."""
    started = time.perf_counter()
    subprocess.run([LEI, "--help"], env=environment(data), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def start_and_measure(data: Path) -> tuple[float, float]:
    """Start `lei serve` and stop it: seconds until it was ready, and its memory in MB."""
    started = time.perf_counter()
    server = subprocess.Popen(
        [LEI, "serve", "--port", "0"],
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        for line in server.stdout or ():
            ready = re.search(r"LEI is ready at (\S+)", line)
            if ready:
                seconds = time.perf_counter() - started
                for path in ("/healthz", "/readyz"):
                    urllib.request.urlopen(ready[1] + path).read()  # noqa: S310 - the address is our own
                return seconds, resident_megabytes(server.pid)
        raise SystemExit("lei serve ended before it was ready; start it by hand to see why.")
    finally:
        server.terminate()
        server.communicate()


def resident_megabytes(pid: int) -> float:
    """RSS of a process and all below it, in MB (10^6 bytes); reads Linux's /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        parents[int(stat.parent.name)] = int(fields[1])
    family, grown = {pid}, True
    while grown:
        below = {child for child, parent in parents.items() if parent in family} - family
        family, grown = family | below, bool(below)
    pages = sum(int(Path(f"/proc/{member}/statm").read_text().split()[1]) for member in family)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure and print one line for each target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        cold, _ = start_and_measure(data)
        helps, starts, memories = [], [], []
        for _ in range(runs):  # interleaved, so that a busy minute of the machine touches all of them
            helps.append(seconds_of_help(data))
            seconds, megabytes = start_and_measure(data)
            starts.append(seconds)
            memories.append(megabytes)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {runs} runs: median [least - most]")
    for name, values, unit in (
        ("lei --help", helps, "s"),
        ("lei serve ready, warm", starts, "s"),
        ("memory of an idle lei serve", memories, "MB"),
    ):
        spread = f"{statistics.median(values):.2f} [{min(values):.2f} - {max(values):.2f}] {unit}"
        print(f"{name:<30} {spread:<32} target {TARGETS[name]}")
    print(f"{'lei serve ready, new database':<30} {cold:.2f} s")


if __name__ == "__main__":
    main()
