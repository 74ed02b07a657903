"""The analyses of scores as a client sees them: what is asked, what is answered, and what nobody gets to know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api.app import create_app
from api.context import Context
from api.openapi import openapi_document
from lei.clock import FixedClock
from lei.config import load_settings
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from tests.api.conftest import key_maker

ACCESS, IMPACT = "access_engagement", "business_impact"
MONTHS = [f"{2025 + month // 12}-{month % 12 + 1:02}" for month in range(8, 22)]  # 2025-09 to 2026-10
PROFILE: dict[str, Any] = {
    "name": "two",
    "pillars": {ACCESS: 1, IMPACT: 1},
    "measures": {ACCESS: {"reach": 1}, IMPACT: {"result": 1}},
}
A, B = {"unit": "A"}, {"unit": "B"}
SENSITIVITY = {"base": "two", "by": ["unit"], "draws": 1000, "seed": 3}
GOAL = {"base": "two", "where": A, "measure": "reach", "target": 60}
FLIP = {"base": "two", "first": A, "second": B, "pillar": ACCESS}
SIGNALS = "/scores/signals?profile=two&by=unit"
ROUTES: list[tuple[str, str, Any]] = [
    ("SensitivityAnswer", "/weights/sensitivity", SENSITIVITY),
    ("SensitivityAnswer", "/weights/sensitivity", SENSITIVITY | {"values": True}),
    ("IntervalsAnswer", "/scores/intervals?profile=two&by=unit&draws=500", None),
    ("GoalAnswer", "/weights/goal-seek", GOAL),
    ("GoalAnswer", "/weights/goal-seek", GOAL | {"where": {"unit": "C"}}),
    ("FlipsAnswer", "/weights/flip-points", FLIP),
    ("FlipsAnswer", "/weights/flip-points", FLIP | {"second": {"unit": "C"}}),
    ("OpportunitiesAnswer", "/scores/opportunities?profile=two&where=unit:A", None),
    ("OpportunitiesAnswer", "/scores/opportunities?profile=two&where=unit:C", None),
    ("SignalsAnswer", SIGNALS, None),
]


class Desk:
    """An application of its own with the profile `two`: both measures score as they are."""

    def __init__(self, folder: Path) -> None:
        clock = FixedClock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
        self.database = Database(f"sqlite:///{folder / 'lei.sqlite3'}")
        set_up_database(self.database, clock.now())
        settings = load_settings({"LEI_DATA_DIR": str(folder)})
        self.client: FlaskClient = create_app(Context(self.database, settings, clock)).test_client()
        self.keys = key_maker(self.database, clock)

    def ask(self, path: str, body: Any = None, scopes: tuple[str, ...] = ("read", "weights")) -> Any:
        """The answer to a GET, or to a POST where there is a body."""
        headers = self.keys(*scopes)
        if body is None:
            return self.client.get(f"/api/v1{path}", headers=headers)
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def write(self, path: str, body: Any) -> None:
        """Something that must be taken."""
        answer = self.ask(path, body, ("weights", "ingest"))
        assert answer.status_code in (200, 201), answer.text


def desk_with(folder: Path, hidden: float) -> Desk:
    """A has 80 and 20 in the newest month, 70 and 20 before; B 50 and 40; C and D, of three people each, `hidden`."""
    desk = Desk(folder)
    posts = {"direction": "higher_is_better", "goalpost_0": 0, "goalpost_100": 100, "unit": "percent"}
    share = {"numerator": "people reached", "denominator": "people", "formula": "100 * numerator / denominator"}
    for key, pillar in (("reach", ACCESS), ("result", IMPACT)):
        desk.write("/measures", {"key": key, "pillar": pillar, "display_name": key.title()} | posts | share)
    desk.write("/weight-profiles", PROFILE)
    desk.write("/weight-profiles/two/versions/1/publish", {"effective_from": "2020-01", "note": "For a test."})
    rows = []
    for month in MONTHS:
        newest = month == MONTHS[-1]
        values = {"A": (80 if newest else 70, 20), "B": (50, 40), "C": (hidden, hidden), "D": (hidden, 100 - hidden)}
        rows += [
            {"measure": key, "period": month, "value": value, "sample_size": 3 if unit in "CD" else 385}
            | {"dimensions": {"unit": unit}}
            for unit, both in values.items()
            for key, value in zip(("reach", "result"), both, strict=True)
        ]
    desk.write("/observations", {"observations": rows})
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """For tests that only ask."""
    desk = desk_with(tmp_path_factory.mktemp("desk"), 10)
    yield desk
    desk.database.close()


@pytest.fixture(scope="module")
def other_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same organization but for the values that are hidden."""
    desk = desk_with(tmp_path_factory.mktemp("other"), 90)
    yield desk
    desk.database.close()


@pytest.mark.parametrize(("noun", "path", "body"), ROUTES, ids=lambda part: part if isinstance(part, str) else "")
def test_an_answer_is_as_declared_and_comes_again(desk: Desk, noun: str, path: str, body: Any) -> None:
    answer = desk.ask(path, body)
    assert answer.status_code == 200, answer.text
    schemas = openapi_document()["components"]
    assert set(answer.get_json()) == set(schemas["schemas"][noun]["properties"])
    # What is not described may not be there either, at any depth.
    strict = {name: schema | {"additionalProperties": False} for name, schema in schemas["schemas"].items()}
    whole = {"$ref": f"#/components/schemas/{noun}", "components": {"schemas": strict}}
    assert [error.message for error in Draft202012Validator(whole).iter_errors(answer.get_json())] == []
    assert desk.ask(path, body).text == answer.text


@pytest.mark.parametrize(("noun", "path", "body"), ROUTES, ids=lambda part: part if isinstance(part, str) else "")
def test_a_hidden_value_changes_no_answer(desk: Desk, other_desk: Desk, noun: str, path: str, body: Any) -> None:
    assert desk.ask(path, body).text == other_desk.ask(path, body).text


def test_sensitivity(desk: Desk) -> None:
    """By hand: A leads where its first weight is above 0.4, two standard deviations away: in 98 % of the draws."""
    found = desk.ask("/weights/sensitivity", SENSITIVITY).get_json()
    assert (found["base"], found["version"], found["period"]) == ("two", 1, "2026-10")
    assert (found["draws"], found["concentration"], found["seed"], found["confidence"]) == (1000, 100, 3, 0.95)
    assert found["values"] is False
    assert found["weights"] == {ACCESS: 0.5, IMPACT: 0.5}
    first, second, third, fourth = found["segments"]
    assert (first["segment"], first["composite"], first["rank"]) == (A, 50, 1)
    assert (second["segment"], second["composite"], second["rank"]) == (B, 45, 2)
    assert (third["composite"], third["reason"], fourth["reason"]) == (None, "small_group", "small_group")
    assert found["neighbours"][0]["probability"] == pytest.approx(0.98, abs=0.015)
    assert found["sentence"].startswith("In 2026-10, A is ahead of B in 9")
    assert [(p["key"], p["weight"], p["points"], p["places"]) for p in found["pillars"]] == [
        (ACCESS, 0.5, 17.5, 1),
        (IMPACT, 0.5, 17.5, 0),
    ]
    assert [measure["key"] for measure in found["measures"]] == ["reach", "result"]
    assert "needs at least 10 units" in found["notes"][0]


def test_sensitivity_of_tried_weights_and_without_measures(desk: Desk) -> None:
    asked = SENSITIVITY | {"profile": {"pillars": {IMPACT: 1.5}}, "top": 0, "period": "2026-09"}
    found = desk.ask("/weights/sensitivity", asked).get_json()
    assert (found["version"], found["weights"], found["measures"]) == (0, {ACCESS: 0.25, IMPACT: 0.75}, [])
    # September: A has 70 and 20, B 50 and 40.
    assert [(unit["segment"], unit["composite"]) for unit in found["segments"][:2]] == [(B, 42.5), (A, 32.5)]


def test_a_question_may_be_left_empty(desk: Desk) -> None:
    """Of the default profile this organization has nothing."""
    answer = desk.ask("/weights/sensitivity", {})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "period"
    assert "so there is nothing to vary" in answer.get_json()["detail"]


def test_intervals(desk: Desk) -> None:
    """20 % of 385 by Wilson: 16.3 to 24.3."""
    found = desk.ask("/scores/intervals?profile=two&where=unit:A&draws=500&seed=9&confidence=0.9").get_json()
    assert (found["draws"], found["seed"], found["confidence"]) == (500, 9, 0.9)
    assert (found["period"], found["profile"], found["version"]) == ("2026-10", "two", 1)
    found = desk.ask("/scores/intervals?profile=two&where=unit:A").get_json()
    (unit,) = found["segments"]
    result = unit["measures"]["result"]
    assert (result["basis"], result["sample_size"], result["value"]) == ("share", 385, 20)
    assert (result["value_low"], result["value_high"]) == pytest.approx((16.3, 24.3), abs=0.05)
    assert unit["composite"]["score"] == 50
    # Two independent standard errors of 2.04 points at half weight each: 1.44, times 1.96.
    assert unit["composite"]["high"] - unit["composite"]["low"] == pytest.approx(2 * 1.96 * 1.44, rel=0.06)


def test_goal_seek(desk: Desk) -> None:
    """A has 80 and 20; for 55 its reach must come to 90, for 60 to 100, and for more nothing helps."""
    found = desk.ask("/weights/goal-seek", GOAL | {"target": 55}).get_json()
    assert (found["outcome"], found["composite"]) == ("reachable", 50)
    (goal,) = found["measures"]
    assert (goal["today"], goal["value"]) == (80, pytest.approx(90))
    assert found["sentence"] == (
        "For a composite of 55 in 2026-10, A needs Reach to rise from 80 % to 90 %, all else unchanged."
    )
    assert desk.ask("/weights/goal-seek", GOAL | {"target": 61}).get_json()["reached"] == 60
    assert desk.ask("/weights/goal-seek", GOAL | {"target": 50}).get_json()["outcome"] == "reached_already"
    both = {key: value for key, value in GOAL.items() if key != "measure"} | {"measures": ["reach", "result"]}
    assert desk.ask("/weights/goal-seek", both).get_json()["share"] == pytest.approx(0.1)


def test_flip_points(desk: Desk) -> None:
    found = desk.ask("/weights/flip-points", FLIP).get_json()
    (flip,) = found["flips"]
    assert (flip["share"], flip["leader_below"], flip["leader_above"]) == (pytest.approx(0.4), "second", "first")
    assert (found["first"], found["second"]) == (
        {"segment": A, "composite": 50},
        {"segment": B, "composite": 45},
    )
    assert (found["weight"], found["level"], found["key"]) == (0.5, "pillar", ACCESS)
    assert [section["leader"] for section in found["sections"]] == ["second", "first"]


def test_opportunities(desk: Desk) -> None:
    found = desk.ask("/scores/opportunities?profile=two&where=unit:A").get_json()
    first = found["opportunities"][0]
    assert (first["measure"], first["from"], first["to"], first["gain"]) == ("reach", 80, 90, pytest.approx(5))
    assert first["placeholder_goalposts"] is True
    assert found["sentence"].startswith("In 2026-10, A gains the most by Reach: from 80 % to 90 % is worth 5.00 points")


def test_signals(desk: Desk) -> None:
    """A stood at 45 for 13 months and is at 50 now: 14 points, mean moving range 5 / 13."""
    found = desk.ask(SIGNALS).get_json()
    assert (found["periods"], found["grain"]) == (MONTHS, "month")
    unit = found["segments"][0]["composite"]
    mean, reach = (13 * 45 + 50) / 14, 2.66 * 5 / 13
    assert unit["limits"] == {
        "mean": pytest.approx(mean),
        "lower": pytest.approx(mean - reach),
        "upper": pytest.approx(mean + reach),
        "step": pytest.approx(3.268 * 5 / 13),
    }
    kinds = {(point["period"], point["kind"]) for point in unit["signals"]}
    assert {("2026-10", "outside"), ("2026-10", "step"), ("2025-09", "run")} <= kinds
    assert (unit["verdict"], unit["change"], unit["like_for_like"]) == ("signal", 5, 5)
    steady = found["segments"][1]["composite"]
    assert (steady["verdict"], steady["signals"]) == ("not_material", [])
    hidden = found["segments"][2]["composite"]
    assert (set(hidden["scores"]), hidden["limits"]) == ({None}, None)


def test_signals_of_some_months(desk: Desk) -> None:
    found = desk.ask(f"{SIGNALS}&from=2026-08&to=2026-09").get_json()
    assert found["periods"] == ["2026-08", "2026-09"]
    assert "Fewer than 12 months" in found["segments"][0]["composite"]["no_limits"]
