"""The examples of docs/readiness.md: each command, in its order, is answered with the words below it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "readiness.md").read_text("utf-8")
COMMAND = re.compile(r"```sh\n(?P<command>(?:ask|send) .*?)\n```\n\n> (?P<words>.*)", re.DOTALL)
EXAMPLES = [
    (match["command"], match["words"].split("\n")[0])
    for match in (COMMAND.match(GUIDE, place.start()) for place in re.finditer("```sh", GUIDE))
    if match is not None
]


def test_rosters_and_drift_through_the_api(client: FlaskClient, keys: Keys) -> None:
    assert len(EXAMPLES) == GUIDE.count("```sh") == 8
    for command, words in EXAMPLES:
        assert words in said(client, keys("read", "ingest", "scorecards"), command), command


def said(client: FlaskClient, headers: dict[str, str], command: str) -> str:
    """All that the answer to a command of the guide says."""
    path = re.search(r'"\$lei(?P<path>[^"]*)"$', command)
    assert path is not None, command
    where, quoted = f"/api/v1{path['path']}", command.split("'")
    if command.startswith("send"):
        body: Any = json.loads(quoted[1])
        answer = client.post(where, json=body, headers=headers)
    elif "text/csv" in command:
        answer = client.post(where, data=quoted[1], content_type="text/csv", headers=headers)
    else:
        answer = client.get(where, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return json.dumps(answer.get_json(), ensure_ascii=False)
