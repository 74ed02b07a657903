"""Somebody else's index through the API alone: the Human Development Index 2022 of the UNDP, to its published figures.

Human Development Report 2023/24, UNDP Human Development Report Office, CC BY 3.0 IGO. Own measures with linear and
logarithmic curves, arithmetic means within the pillars and a geometric mean of them with a floor of 0, no index where a
part is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]
Send = Callable[[str, object], Any]

HEALTH, EDUCATION, INCOME = "access_engagement", "performance_outcomes", "business_impact"
# Key, pillar and goalposts of the technical notes, in the order of the columns of the reference.
MEASURES = (
    ("life_expectancy", HEALTH, 20, 85, "linear"),
    ("expected_schooling", EDUCATION, 0, 18, "linear"),
    ("mean_schooling", EDUCATION, 0, 15, "linear"),
    ("income_per_head", INCOME, 100, 75000, "logarithmic"),
)
PROFILE = {
    "name": "human_development",
    "pillars": {HEALTH: 1, EDUCATION: 1, INCOME: 1},
    "measures": {
        HEALTH: {"life_expectancy": 1},
        EDUCATION: {"expected_schooling": 1, "mean_schooling": 1},
        INCOME: {"income_per_head": 1},
    },
    "aggregation": {"pillars": "geometric", "measures": "arithmetic", "floor": 0},
    "missing": {"min_coverage": 100, "min_pillars": 3, "min_pillar_weight": 100},
}
COUNTRIES = (
    "CHE", "NOR", "HKG", "DEU", "SGP", "USA", "QAT", "CHL", "CHN", "BRA",
    "IND", "KEN", "NGA", "PAK", "YEM", "NER", "TCD", "SSD", "SOM", "MCO",
)  # fmt: skip
PERIOD = "2022-12"


@pytest.fixture
def send(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Send:
    """Post JSON with all that it takes."""

    def post(path: str, body: object) -> Any:
        answer = sqlite_client.post(f"/api/v1{path}", json=body, headers=sqlite_keys("weights", "ingest"))
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    return post


def test_the_human_development_index_of_2022(
    sqlite_client: FlaskClient, sqlite_keys: Keys, send: Send, shared: Path
) -> None:
    reference = json.loads((shared / "reference/scoring/hdi_2019_2022.json").read_text("utf-8"))
    values = {row[0]: row[2:] for row in reference["inputs"]["values"]["rows"] if row[1] == 2022}
    published = {row[0]: row[2] for row in reference["expected"]["hdi"]["rows"] if row[1] == 2022}
    _make_the_index(send)
    _send_values(send, {country: values[country] for country in COUNTRIES})

    address = f"/api/v1/scores?profile=human_development&from={PERIOD}&to={PERIOD}&by=region"
    answer = sqlite_client.get(address, headers=sqlite_keys("read")).get_json()
    found = {score["segment"]["region"]: score for score in answer["scores"]}
    # Monaco has no index: its income or its schooling is not known.
    assert published["MCO"] is None
    assert {country for country in COUNTRIES if found[country]["composite"] is None} == {"MCO"}
    assert (found["MCO"]["status"], found["MCO"]["reason"]) == ("none", "low_coverage")
    assert {c: round(found[c]["composite"] / 100, 3) for c in COUNTRIES if c != "MCO"} == {
        c: published[c] for c in COUNTRIES if c != "MCO"
    }


def test_a_zero_makes_the_index_zero(sqlite_client: FlaskClient, sqlite_keys: Keys, send: Send) -> None:
    """Rwanda 1994: life expectancy below its goalpost. With our own floor of 1 the index would be above 0."""
    _make_the_index(send)
    _send_values(send, {"RWA": [14.098, 5.705266635, 2.083833736, 476.6623367]})
    address = f"/api/v1/scores?profile=human_development&from={PERIOD}&to={PERIOD}&by=region"
    (score,) = sqlite_client.get(address, headers=sqlite_keys("read")).get_json()["scores"]
    assert (score["composite"], score["pillars"][HEALTH]["score"], score["status"]) == (0, 0, "final")
    measures = [each for pillar in score["pillars"].values() for each in pillar["measures"].values()]
    assert sum(each["contribution"] for each in measures) == 0


def _make_the_index(send: Send) -> None:
    for key, pillar, low, high, curve in MEASURES:
        measure = {"key": key, "pillar": pillar, "display_name": key, "unit": "count", "min_group_size": 0}
        posts = {"direction": "higher_is_better", "goalpost_0": low, "goalpost_100": high, "curve": curve}
        send("/measures", measure | posts)
    send("/weight-profiles", PROFILE)
    send("/weight-profiles/human_development/versions/1/publish", {"effective_from": "1990", "note": "As published."})


def _send_values(send: Send, values: dict[str, list[float | None]]) -> None:
    rows = [
        {"measure": measure[0], "period": PERIOD, "value": value, "dimensions": {"region": country}}
        for country, row in values.items()
        for measure, value in zip(MEASURES, row, strict=True)
        if value is not None
    ]
    send("/observations", {"observations": rows})
