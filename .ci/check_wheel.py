"""Says whether a wheel holds every file of the packages: code, data, templates, styles and migrations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("lei", "scoring", "weights", "api", "web", "pdf_templates")


def main(wheel: str) -> None:
    """Compare the wheel with what git tracks; exits with 1 and names the files on a difference."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    expected = {name for name in tracked.split("\0") if name}
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    for name in sorted(expected - packed):
        print(f"not in the wheel: {name}", file=sys.stderr)
    for name in sorted(packed - expected):
        print(f"in the wheel, but not in the repository: {name}", file=sys.stderr)
    if packed != expected:
        sys.exit("The wheel and the repository differ; see [tool.setuptools] in pyproject.toml.")
    print(f"{Path(wheel).name}: {len(packed)} files, as in the repository")


if __name__ == "__main__":
    main(sys.argv[1])
