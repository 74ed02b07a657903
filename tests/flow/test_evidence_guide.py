"""The examples of docs/evidence.md: each command, in its order, is answered with the words below it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lei.clock import FixedClock
from lei.evidence.grade import Grade
from lei.services.evidence.analyses.analyse import METHODS
from tests.flow.onboarding_story import told_until_october

Ask = Callable[..., Any]

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "evidence.md").read_text("utf-8")
COMMAND = re.compile(r"```sh\n(?P<command>(?:ask|send) .*?)\n```\n\n> (?P<words>[^\n]*)", re.DOTALL)
EXAMPLES = [(match["command"], match["words"]) for match in COMMAND.finditer(GUIDE)]


def test_every_example_is_answered_as_the_guide_says(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    assert len(EXAMPLES) == GUIDE.count("```sh") == 8
    for command, words in EXAMPLES:
        assert words in said(ask, command), command


def test_the_guide_names_all_methods_and_grades() -> None:
    for name in (*METHODS, *(grade.key for grade in Grade)):
        assert f"| `{name}` |" in GUIDE, name


def said(ask: Ask, command: str) -> str:
    """All that the answer to a command of the guide says."""
    path = re.search(r'"\$lei(?P<path>[^"]*)"$', command)
    assert path is not None, command
    if command.startswith("ask"):
        answer = ask("GET", path["path"])
    else:
        answer = ask("POST", path["path"], json=json.loads(command.split("'")[1]))
    return json.dumps(answer, ensure_ascii=False)
