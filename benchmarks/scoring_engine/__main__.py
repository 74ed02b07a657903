"""Runs all parts, or those named: `python -m benchmarks.scoring_engine [PART...]`, from the root of the repository.

Peers take part where they are installed: `pip install -e .[bench]`. Every row runs its candidates in turn, several
times, and shows medians with the least and the most, because a shared machine is noisy.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable

import numpy as np

from benchmarks.scoring_engine import analyses, composites, cube, draws
from benchmarks.scoring_engine.index import Index, default_index
from benchmarks.scoring_engine.peer_limits import limits
from benchmarks.scoring_engine.peers import versions
from benchmarks.scoring_engine.timing import header

PARTS: dict[str, Callable[[Index], None]] = {
    "one": composites.one_composite,
    "fifty": composites.fifty_units,
    "cube": cube.cube,
    "bounds": cube.bounds,
    "weights": draws.weight_draws,
    "values": draws.value_draws,
    "goalposts": draws.goalposts_of_draws,
    "sobol": analyses.sobol,
    "changes": analyses.changes,
    "importance": analyses.what_decides,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring_engine", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join([*PARTS, 'limits'])}")
    wanted = parser.parse_args().parts or [*PARTS, "limits"]
    if unknown := set(wanted) - {*PARTS, "limits"}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    print(", ".join([f"Python {platform.python_version()}", f"numpy {np.__version__}", *versions()]))
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    index = default_index()
    if set(wanted) & PARTS.keys():
        header()
    for name, part in PARTS.items():
        if name in wanted:
            part(index)
    print(f"\nLoad after: {os.getloadavg()[0]:.1f}\n")
    if "limits" in wanted:
        limits(index)


if __name__ == "__main__":
    main()
