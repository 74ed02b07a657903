"""The tour of the README does what it says: its commands are taken from it and run against a real `lei serve`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
STOPS = ("connect", "send", "correct", "history", "scores", "drivers", "scorecard")
BLOCK = re.compile(r"<!-- tour: (?P<stop>\w+) -->\n```sh\n(?P<commands>.*?)\n```", re.DOTALL)
SECONDS_TO_START = 240


def tour_of_the_readme() -> dict[str, str]:
    """The commands of each stop, in the order of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return {match["stop"]: match["commands"] for match in BLOCK.finditer(text)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A `lei serve --demo` of its own: its address and the API key that it printed."""
    if shutil.which("curl") is None:
        pytest.skip("The tour of the README needs curl, and this machine has none.")
    data = tmp_path_factory.mktemp("tour")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEI_")}
    lei = str(Path(sys.executable).parent / "lei")
    with (data / "log").open("w") as log:
        server = subprocess.Popen(
            [lei, "serve", "--demo", "--port", "0"],
            env=environment | {"LEI_DATA_DIR": str(data / "var")},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=data,
        )
    watchdog = threading.Timer(SECONDS_TO_START, server.kill)
    watchdog.start()
    try:
        printed = "".join(read_until_ready(server))
        watchdog.cancel()
        address = re.search(r"LEI is ready at (\S+)", printed)
        key = re.search(r"API key\s+(\S+)", printed)
        assert address, f"It did not start: {printed}\n{(data / 'log').read_text()}"
        assert key, f"It printed no API key: {printed}"
        yield address[1], key[1]
    finally:
        watchdog.cancel()
        server.terminate()
        server.communicate(timeout=30)


def read_until_ready(server: subprocess.Popen[str]) -> Iterator[str]:
    """What the server prints, up to the line that says that it takes connections."""
    for line in server.stdout or ():
        yield line
        if line.startswith("LEI is ready"):
            return


@pytest.fixture(scope="module")
def walked(served: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path]:
    """What each stop of the tour printed, and the folder in which the tour was walked."""
    address, key = served
    tour = tour_of_the_readme()
    tour["connect"] = tour["connect"].replace("http://127.0.0.1:8000", address).replace("paste-the-API-key-here", key)
    script = "\n".join(f"echo '=== {stop}'\n{commands}" for stop, commands in tour.items())
    folder = tmp_path_factory.mktemp("walked")
    command = ["sh", "-eu", "-c", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    _, *parts = re.split(r"^=== (\w+)$", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True)), folder


def answers(text: str) -> list[Any]:
    """Every JSON document that a stop printed."""
    decoder, found = json.JSONDecoder(), []
    while text := text.strip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def test_every_stop_is_in_the_readme() -> None:
    assert tuple(tour_of_the_readme()) == STOPS


def test_sending_three_observations_creates_three(walked: tuple[dict[str, str], Path]) -> None:
    [answer] = answers(walked[0]["send"])
    assert (answer["received"], answer["created"], answer["rejected"]) == (3, 3, 0)
    assert answer["periods"] == ["2026-09"]


def test_the_dry_run_says_the_same_as_the_correction_and_stores_nothing(walked: tuple[dict[str, str], Path]) -> None:
    tried, corrected = answers(walked[0]["correct"])
    assert tried["corrected"] == corrected["corrected"] == 1  # had the dry run stored it, the second were `unchanged`
    assert tried["batch_id"] is None
    assert isinstance(corrected["batch_id"], int)


def test_history_shows_the_value_that_was_replaced(walked: tuple[dict[str, str], Path]) -> None:
    [answer] = answers(walked[0]["history"])
    assert sorted(item["value"] for item in answer["items"]) == [71.5, 74.0]


def test_the_newest_month_of_the_demo_has_a_score_and_five_pillars(walked: tuple[dict[str, str], Path]) -> None:
    [answer] = answers(walked[0]["scores"])
    [score] = answer["scores"]
    assert 0 < score["composite"] < 100
    assert len(score["pillars"]) == 5
    assert answer["profile"] == "default_v1"


def test_the_drivers_add_up_to_the_change(walked: tuple[dict[str, str], Path]) -> None:
    [answer] = answers(walked[0]["drivers"])
    [whole] = answer["drivers"]
    assert whole["segment"] == {}
    assert len(whole["contributions"]) > 10
    assert sum(part["points"] for part in whole["contributions"]) == pytest.approx(whole["change"], abs=1e-9)


def test_the_scorecard_is_a_pdf(walked: tuple[dict[str, str], Path]) -> None:
    assert (walked[1] / "scorecard.pdf").read_bytes().startswith(b"%PDF-")
