"""The examples of docs/analyses.md: each command, asked of the demo organization, answers with the sentence below."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.storage.database import Database
from tests.api.conftest import key_maker

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "analyses.md").read_text("utf-8")
COMMAND = re.compile(r"```sh\n(?P<command>(?:ask|send) .*?)\n```\n\n> (?P<sentence>.*)")
EXAMPLES = [(match["command"], match["sentence"]) for match in COMMAND.finditer(GUIDE)]


@pytest.fixture(scope="module")
def asking(demo: Database, tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, dict[str, str]]:
    """A client of the demo organization as it stands in November 2026, and the headers of a key."""
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path_factory.mktemp("guide"))})
    clock = FixedClock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    client = create_app(Context(demo, settings, clock)).test_client()
    return client, key_maker(demo, clock)("read", "weights")


def test_the_guide_has_examples() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize(("command", "sentence"), EXAMPLES, ids=[command[:60] for command, _ in EXAMPLES])
def test_an_example(asking: tuple[FlaskClient, dict[str, str]], command: str, sentence: str) -> None:
    assert sentence in said(asking, command)


def test_the_example_with_values(asking: tuple[FlaskClient, dict[str, str]]) -> None:
    (command,) = (each for each, _ in EXAMPLES if "sensitivity" in each)
    sentence = GUIDE.split('Add `"values": true`')[1].split("> ")[1].split("\n")[0]
    with_values = command.replace('"draws": 2000', '"draws": 20000').replace('"seed": 0', '"seed": 0, "values": true')
    assert sentence in said(asking, with_values)


@pytest.mark.parametrize(("concentration", "low", "high"), [(25, 7, 37), (100, 13, 28), (400, 16, 24)])
def test_what_a_concentration_means(concentration: float, low: int, high: int) -> None:
    """A share of 20 % of the whole is Beta(0.2 k, 0.8 k)."""
    rng = np.random.default_rng(1)
    drawn = 100 * rng.beta(0.2 * concentration, 0.8 * concentration, 200_000)
    assert np.percentile(drawn, [2.5, 97.5]) == pytest.approx([low, high], abs=0.6)
    assert f"| {low} and {high} % |" in GUIDE


def said(asking: tuple[FlaskClient, dict[str, str]], command: str) -> str:
    """All that the answer to a command of the guide says."""
    client, headers = asking
    path = re.search(r'"\$lei(?P<path>[^"]*)"$', command)
    assert path is not None, command
    body: Any = json.loads(command.split("'")[1]) if command.startswith("send") else None
    where = f"/api/v1{path['path']}"
    answer = client.get(where, headers=headers) if body is None else client.post(where, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.get_json(), ensure_ascii=False)
