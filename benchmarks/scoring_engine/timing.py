"""Times tasks side by side, in turn and several times, and prints them as rows of a table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Task = Callable[[], Any]


@dataclass(frozen=True)
class Candidate:
    """Something that does a work; `share`: how much of it one run does, where doing all of it would take too long."""

    name: str
    task: Task
    share: float = 1.0


@dataclass
class Times:
    """Seconds of a candidate for the whole work, round by round: on the clock, and of the processor."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def measure(self, candidate: Candidate) -> None:
        start, used = time.perf_counter(), time.process_time()
        candidate.task()
        self.processor.append((time.process_time() - used) / candidate.share)
        self.clock.append((time.perf_counter() - start) / candidate.share)


def side_by_side(work: str, candidates: Sequence[Candidate], runs: int) -> None:
    """Runs the candidates in turn, `runs` times after once to warm up, and prints a row for each; the first is ours.

    Ratios are taken within each round and are those of the processor's time, which a busy machine does not stretch.
    """
    for candidate in candidates:
        candidate.task()
    found = [Times() for _ in candidates]
    for _ in range(runs):
        for candidate, times in zip(candidates, found, strict=True):
            times.measure(candidate)
    for candidate, times in zip(candidates, found, strict=True):
        ratios = [theirs / ours for theirs, ours in zip(times.processor, found[0].processor, strict=True)]
        ratio = "1" if times is found[0] else _spread(ratios, 1)
        cells = (work, candidate.name, _spread(times.clock, 1e3), _spread(times.processor, 1e3), ratio)
        print(f"| {' | '.join(cells)} |", flush=True)


def header() -> None:
    """Prints the head of the table that `side_by_side` fills."""
    print("| work | by | clock, ms: median [least - most] | processor, ms | processor / ours |")
    print("| --- | --- | --- | --- | --- |", flush=True)


def _spread(numbers: Sequence[float], scale: float) -> str:
    median, least, most = (_short(each * scale) for each in (statistics.median(numbers), min(numbers), max(numbers)))
    return f"{median} [{least} - {most}]"


def _short(number: float) -> str:
    """Three digits that count: 0.0123, 1.23, 12.3, 1,230."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
