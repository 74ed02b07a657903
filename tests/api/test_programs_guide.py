"""The example of docs/programs.md: each command, in its order, is answered with the words below it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from lei.clock import FixedClock
from lei.services.programs.manage_programs import find_program
from lei.services.programs.plan_remarks import remarks_on
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "programs.md").read_text("utf-8")
COMMAND = re.compile(r"```sh\n(?P<command>(?:ask|send) .*?)\n```\n\n> (?P<words>.*)", re.DOTALL)
EXAMPLES = [
    (match["command"], match["words"].split("\n")[0])
    for match in (COMMAND.match(GUIDE, place.start()) for place in re.finditer("```sh", GUIDE))
    if match is not None
]


def test_the_story_is_planned_backward_through_the_api(
    client: FlaskClient, keys: Keys, clock: FixedClock, database: Database
) -> None:
    clock.instant = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
    assert len(EXAMPLES) == GUIDE.count("```sh") == 12
    for command, words in EXAMPLES:
        assert words in said(client, keys("read", "weights"), command), command
    with database.reading() as session:
        program = find_program(session, "support-onboarding")
    assert program.fixed_before_launch
    (remark,) = remarks_on(program.promised or program.plan)
    assert f'"{remark}"' in GUIDE
    first, second = program.plan.kpis
    assert (first.kpi_key, first.post_hoc, program.is_post_hoc(first)) == ("kpi_early_error_rate", False, False)
    assert (second.kpi_key, second.post_hoc, program.is_post_hoc(second)) == ("kpi_employee_satisfaction", True, True)
    assert program.promised is not None
    assert program.promised.kpis == (first,)
    # 19,400 spent, and 180 people for 6 hours at 20
    assert program.costs is not None
    assert (program.costs.participants_time, program.costs.fully_loaded) == (21600, 41000)
    assert [estimate.isolation_factor for estimate in program.estimates] == [0.6]
    groups = program.plan.comparison_plan
    assert groups is not None
    assert [group.where["unit"] for group in groups.treated] == ["Leeds", "Porto", "Graz"]


def said(client: FlaskClient, headers: dict[str, str], command: str) -> str:
    """All that the answer to a command of the guide says."""
    path = re.search(r'"\$lei(?P<path>[^"]*)"$', command)
    assert path is not None, command
    method = re.search(r"--request (?P<method>\w+)", command)
    body: Any = json.loads(re.split(r"^send |--data ", command)[1].split("'")[1])
    extra = {"If-Match": "*"} if "If-Match" in command else {}
    answer = client.open(
        f"/api/v1{path['path']}", method=method["method"] if method else "POST", json=body, headers=headers | extra
    )
    return json.dumps(answer.get_json(), ensure_ascii=False)
