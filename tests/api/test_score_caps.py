"""Caps over HTTP: a profile limits the index while compliance is poor, and every answer says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]

ACCESS, IMPACT = "access_engagement", "business_impact"
CAP = {"on": "composite", "at_most": 60, "while": "compliance", "below": 40}
PROFILE: dict[str, Any] = {
    "name": "held",
    "pillars": {ACCESS: 1, IMPACT: 1},
    "measures": {ACCESS: {"reach": 1}, IMPACT: {"result": 1}},
    "caps": [CAP, {"on": ACCESS, "at_most": 70, "while": "compliance", "below": 50}],
}


@pytest.fixture
def read(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Callable[[str], Any]:
    """Scores under the profile: reach 90 and result 80 in both months; compliance, without weight, 30 and then 60."""
    write = sqlite_keys("weights", "ingest")

    def post(path: str, body: object) -> None:
        answer = sqlite_client.post(f"/api/v1{path}", json=body, headers=write)
        assert answer.status_code in (200, 201), answer.text

    for key, pillar in (("reach", ACCESS), ("compliance", ACCESS), ("result", IMPACT)):
        posts = {"direction": "higher_is_better", "goalpost_0": 0, "goalpost_100": 100, "min_group_size": 0}
        post("/measures", {"key": key, "pillar": pillar, "display_name": key, "unit": "percent"} | posts)
    post("/weight-profiles", PROFILE)
    post("/weight-profiles/held/versions/1/publish", {"effective_from": "2026-01", "note": "A promise to the auditor."})
    values = {"reach": (90, 90), "result": (80, 80), "compliance": (30, 60)}
    rows = [
        {"measure": key, "period": month, "value": value, "sample_size": 100}
        for key, both in values.items()
        for month, value in zip(("2026-09", "2026-10"), both, strict=True)
    ]
    post("/observations", {"observations": rows})

    def get(path: str) -> Any:
        return sqlite_client.get(f"/api/v1{path}", headers=sqlite_keys("read", "weights")).get_json()

    return get


def test_active_caps_are_shown_with_what_they_took(read: Callable[[str], Any]) -> None:
    """September: reach 90 held at 70, (70 + 80) / 2 = 75 held at 60. October: nothing is held, 85."""
    september, october = read("/scores?profile=held&from=2026-09&to=2026-10")["scores"]
    assert (september["composite"], september["pillars"][ACCESS]["score"]) == (60, 70)
    whole, pillar = september["caps"]
    assert whole == CAP | {"before": 75, "points": 15, "composite_points": 15, "binding": True}
    assert (pillar["on"], pillar["before"], pillar["points"], pillar["composite_points"]) == (ACCESS, 90, 20, 10)
    assert (october["composite"], october["caps"]) == (85, [])


def test_drivers_tell_caps_apart_from_performance(read: Callable[[str], Any]) -> None:
    (found,) = read("/scores/drivers?profile=held&period=2026-10")["drivers"]
    assert (found["before"], found["after"], found["change"]) == (60, 85, 25)
    assert sum(each["points"] for each in found["contributions"]) == 0
    assert [(cap["on"], cap["while"], cap["points"]) for cap in found["caps"]] == [
        ("composite", "compliance", 15),
        (ACCESS, "compliance", 10),
    ]


def test_a_preview_tries_other_caps(read: Callable[[str], Any], sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    body = {"base": "held", "profile": {"caps": []}, "from": "2026-09", "to": "2026-09"}
    answer = sqlite_client.post("/api/v1/weights/preview", json=body, headers=sqlite_keys("weights")).get_json()
    (pair,) = answer["scores"]
    assert (pair["current"]["composite"], pair["preview"]["composite"], pair["change"]) == (60, 85, 25)
    assert answer["weights"]["caps"] == []
