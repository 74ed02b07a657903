"""`GET /readiness`: rosters sent as observations, places at risk, and questions that mean nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema, fields

from api.schemas.readiness import PlaceAnswer, ReadinessAnswer

Keys = Callable[..., dict[str, str]]

MONTHS = [f"2026-{month:02d}" for month in range(3, 11)]


@pytest.fixture
def rosters(sqlite_client: FlaskClient, sqlite_keys: Keys) -> FlaskClient:
    """Three roles in North: one under the line, one above it, one of four people; eight months of each."""
    people = {"Nurse": (40, 50.0), "Driver": (40, 80.0), "Cook": (4, 50.0)}
    rows = [
        {
            "measure": "role_readiness_rate",
            "period": month,
            "value": rate,
            "sample_size": size,
            "dimensions": {"role": role, "unit": "North"},
        }
        for role, (size, rate) in people.items()
        for month in MONTHS
    ]
    answer = sqlite_client.post("/api/v1/observations", json={"observations": rows}, headers=sqlite_keys("ingest"))
    assert answer.get_json()["created"] == 24, answer.text
    return sqlite_client


def ask(client: FlaskClient, keys: Keys, query: str = "") -> Any:
    """The answer of the route."""
    return client.get(f"/api/v1/readiness{query}", headers=keys("read"))


def test_the_newest_month_by_role_and_unit(rosters: FlaskClient, sqlite_keys: Keys) -> None:
    found = ask(rosters, sqlite_keys).get_json()
    assert (found["period"], found["by"], found["line"]) == ("2026-10", ["role", "unit"], 60)
    places = {place["segment"]["role"]: place for place in found["places"]}
    assert (places["Nurse"]["readiness"], places["Nurse"]["risk"]) == (50, "now")
    assert [month["month"] for month in places["Nurse"]["forecast"]] == ["2026-11", "2026-12", "2027-01"]
    # Nothing ever changed: the forecast is exact, and so was every test of it.
    last = {"readiness": 50, "ci_low": 50, "ci_high": 50, "ready": 20, "expiring": 0, "mean_error": 0, "back_tests": 5}
    assert places["Nurse"]["forecast"][2] == last | {"month": "2027-01"}
    assert found["at_risk"] == [{"role": "Nurse", "unit": "North"}]


def test_a_small_group_is_not_told(rosters: FlaskClient, sqlite_keys: Keys) -> None:
    """The role of four hides the smallest of the others, too."""
    found = ask(rosters, sqlite_keys).get_json()
    hidden = [place for place in found["places"] if place["reason"] == "small_group"]
    assert "Cook" in {place["segment"]["role"] for place in hidden}
    for place in hidden:
        told = [place[name] for name in ("readiness", "ready", "required", "certificates_expiring", "roster_of")]
        assert told == [None] * 5
        assert (place["forecast"], place["readiness_words"]) == ([], "")


def test_one_role_alone(rosters: FlaskClient, sqlite_keys: Keys) -> None:
    found = ask(rosters, sqlite_keys, "?where=role:Nurse&period=2026-09").get_json()
    assert [(place["roster_of"], place["segment"]) for place in found["places"]] == [
        ("2026-09", {"role": "Nurse", "unit": "North"})
    ]


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("?period=2026-Q3", "period", "month by month"),
        ("?period=soon", "period", "soon"),
        ("?by=planet", "by", "There is no dimension 'planet'"),
        ("?by=role&where=role:Nurse", "by", "cannot be in `by` and in `where`"),
        ("?where=unit:Mars", "where", "There is no unit 'Mars'"),
        ("?grain=month", "grain", "There is no query parameter 'grain'"),
    ],
)
def test_what_means_nothing_is_refused(
    rosters: FlaskClient, sqlite_keys: Keys, query: str, field: str, sentence: str
) -> None:
    answer = ask(rosters, sqlite_keys, query)
    assert answer.status_code == 422
    problem = answer.get_json()
    assert sentence in problem["detail"]
    assert problem["errors"][0]["field"] == field


def test_the_answer_has_the_declared_fields(rosters: FlaskClient, sqlite_keys: Keys) -> None:
    found = ask(rosters, sqlite_keys).get_json()
    assert set(found) == names(ReadinessAnswer())
    for place in found["places"]:
        assert set(place) == names(PlaceAnswer())
        for month in place["forecast"]:
            forecast = PlaceAnswer().fields["forecast"]
            assert isinstance(forecast, fields.List)
            assert isinstance(forecast.inner, fields.Nested)
            assert set(month) == names(forecast.inner.schema)


def names(schema: Schema) -> set[str]:
    """The fields of a schema."""
    return set(schema.fields)


def test_figures_of_rosters_are_listed_and_none_can_be_added(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    listed = sqlite_client.get("/api/v1/measures?kind=roster", headers=sqlite_keys("read")).get_json()["items"]
    assert [item["key"] for item in listed] == [
        "roster_required_heads",
        "roster_expiring_in_1_month",
        "roster_expiring_in_2_months",
        "roster_expiring_in_3_months",
        "roster_attrition_rate",
        "roster_renewal_rate",
        "roster_planned_arrivals",
    ]
    assert {(item["pillar"], item["effective_weight"]) for item in listed} == {("", 0.0)}
    new = {"key": "roster_own", "kind": "roster", "display_name": "Own", "unit": "count"}
    answer = sqlite_client.post(
        "/api/v1/measures", json=new | {"direction": "higher_is_better"}, headers=sqlite_keys("weights")
    )
    assert answer.status_code == 422
    assert "kind" in answer.get_json()["detail"]
