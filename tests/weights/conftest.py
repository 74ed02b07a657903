"""The published cases that several tests of weights read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def ahp(shared: Path) -> dict[str, Any]:
    """Cases published with AHPy 2.1 and pymcdm 1.4 (both MIT), two of them Saaty's own."""
    found: dict[str, Any] = json.loads((shared / "reference/scoring/ahp_weights.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def objective(shared: Path) -> dict[str, Any]:
    """Cases published with pymcdm 1.4 (MIT) and scikit-criteria 0.10 (BSD-3), from the papers that they cite."""
    found: dict[str, Any] = json.loads((shared / "reference/scoring/objective_weights.json").read_text("utf-8"))
    return found
