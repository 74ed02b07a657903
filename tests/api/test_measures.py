"""The catalogue over HTTP: read, extended and changed, with every change a version of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from lei.clock import FixedClock
from lei.storage.database import Database
from lei.storage.ledger import read_ledger
from lei.storage.measures import read_measures

Keys = Callable[..., dict[str, str]]

NEW: dict[str, Any] = {
    "key": "coaching_hours",
    "pillar": "access_engagement",
    "display_name": "Coaching hours",
    "unit": "hours",
    "direction": "higher_is_better",
    "goalpost_0": 0,
    "goalpost_100": 12,
}


def test_the_list_has_the_52_measures_and_no_kpi(client: FlaskClient, keys: Keys) -> None:
    first = client.get("/api/v1/measures?limit=50", headers=keys("read")).get_json()
    rest = client.get(f"/api/v1/measures?limit=50&cursor={first['next_cursor']}", headers=keys("read")).get_json()
    items = [*first["items"], *rest["items"]]
    assert (len(first["items"]), len(items), rest["next_cursor"]) == (50, 52, None)
    assert items[0]["key"] == "audience_reach"
    assert len({item["key"] for item in items}) == 52
    assert not {item["key"] for item in items} & {"kpi_retention", "kpi_time_to_productivity"}


def test_a_measure_has_the_columns_of_the_catalogue_file(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    measure = sqlite_client.get("/api/v1/measures/audience_reach", headers=sqlite_keys("read")).get_json()
    # measures.csv, first row: 20 percent of a pillar that weighs 20 percent are 4 percent of the whole.
    assert (measure["pillar_weight"], measure["weight_in_pillar"], measure["effective_weight"]) == (20, 20, 4)
    assert (measure["goalpost_0"], measure["goalpost_100"], measure["goalpost_basis"]) == (40, 95, "placeholder")
    assert measure["source_system"] == ["lms", "hris"]
    assert measure["linked_kpis"] == ["kpi_time_to_productivity", "kpi_early_error_rate", "kpi_audit_performance"]
    assert (measure["named_in_brief"], measure["curve"], measure["knots"], measure["owner"]) == (True, "linear", [], "")
    assert (measure["version"], measure["kind"], measure["unit_words"]) == (1, "measure", "")


def test_what_must_be_given_suffices_to_add_one(client: FlaskClient, keys: Keys) -> None:
    answer = client.post("/api/v1/measures", json=NEW, headers=keys("weights"))
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    assert {name: made[name] for name in NEW} == NEW
    assert (made["version"], made["effective_weight"], made["min_group_size"]) == (1, 0, 5)
    assert client.get("/api/v1/measures/coaching_hours", headers=keys("read")).get_json() == made


def test_a_change_is_a_new_version_and_the_former_one_stays_readable(
    client: FlaskClient, keys: Keys, database: Database, clock: FixedClock
) -> None:
    before = clock.now()
    clock.instant = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    answer = client.patch("/api/v1/measures/audience_reach", json={"goalpost_100": 90}, headers=keys("weights"))
    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["goalpost_100"], answer.get_json()["version"]) == (90, 2)
    with database.reading() as session:
        assert read_measures(session)["audience_reach"].measure.goalpost_100 == 90
        assert read_measures(session, as_of=before)["audience_reach"].measure.goalpost_100 == 95


def test_a_change_makes_caches_forget_and_no_change_makes_no_version(
    sqlite_client: FlaskClient, sqlite_keys: Keys, sqlite_database: Database
) -> None:
    def data_version() -> int:
        with sqlite_database.reading() as session:
            return read_ledger(session).data_version

    before, headers = data_version(), sqlite_keys("weights")
    same = sqlite_client.patch("/api/v1/measures/audience_reach", json={"goalpost_100": 95}, headers=headers)
    assert same.get_json()["version"] == 1
    sqlite_client.patch("/api/v1/measures/audience_reach", json={"goalpost_100": 90}, headers=headers)
    assert data_version() > before


_UPPER = {"goalpost_100_upper": 96, "goalpost_0_upper": 99}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"goalpost_0": 96}, "goalpost_0"),
        ({"goalpost_100": None}, "goalpost_100"),
        ({"goalpost_0": "40"}, "goalpost_0"),
        ({"goalpost_0": True}, "goalpost_0"),
        ({"goalpost_0": 10**400}, "goalpost_0"),
        ({"direction": "sideways"}, "direction"),
        ({"unit": "furlongs"}, "unit"),
        ({"linked_kpis": ["kpi_nothing"]}, "linked_kpis"),
        ({"source_system": "lms;hris"}, "source_system"),
        ({"curve": "piecewise", "knots": [[1, 2]]}, "knots"),
        ({"curve": "piecewise", "knots": [[1, 0], [2, "x"]]}, "knots.1.1"),
        # What only the engine refuses. Stored, one such measure would leave nobody a score.
        ({"curve": "piecewise", "knots": [[40, 100], [95, 0]]}, "knots"),
        ({"curve": "logarithmic", "direction": "target_is_best", **_UPPER}, "curve"),
        ({"curve": "lognormal", "direction": "target_is_best", **_UPPER}, "curve"),
        ({"curve": "logarithmic", "goalpost_0": math.nextafter(95, 0)}, "curve"),
        ({"knots": [[0, 0], [100, 100]]}, "knots"),
        ({"level": 6}, "level"),
        ({"level": 1.5}, "level"),
        ({"named_in_brief": "yes"}, "named_in_brief"),
        ({"display_name": "  "}, "display_name"),
        ({"pillar": "business_impact"}, "pillar"),
        ({"key": "another"}, "key"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_name(
    sqlite_client: FlaskClient, sqlite_keys: Keys, changes: dict[str, Any], field: str
) -> None:
    answer = sqlite_client.patch("/api/v1/measures/audience_reach", json=changes, headers=sqlite_keys("weights"))
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.get_json()["errors"]]
    after = sqlite_client.get("/api/v1/measures/audience_reach", headers=sqlite_keys("read")).get_json()
    assert after["version"] == 1


@pytest.mark.parametrize("missing", sorted(NEW))
def test_what_is_required_is_required(sqlite_client: FlaskClient, sqlite_keys: Keys, missing: str) -> None:
    body = {name: value for name, value in NEW.items() if name != missing}
    answer = sqlite_client.post("/api/v1/measures", json=body, headers=sqlite_keys("weights"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [missing]


@pytest.mark.parametrize("key", ["A", "1st", "with space", "a" * 101, "x", "", "naïve", "line\n"])
def test_a_key_is_a_plain_word(sqlite_client: FlaskClient, sqlite_keys: Keys, key: str) -> None:
    answer = sqlite_client.post("/api/v1/measures", json=NEW | {"key": key}, headers=sqlite_keys("weights"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["key"]


@pytest.mark.parametrize("key", ["audience_reach", "kpi_retention"])
def test_a_key_is_taken_once_by_measures_and_kpis_alike(
    sqlite_client: FlaskClient, sqlite_keys: Keys, key: str
) -> None:
    answer = sqlite_client.post("/api/v1/measures", json=NEW | {"key": key}, headers=sqlite_keys("weights"))
    assert answer.status_code == 409
    assert key in answer.get_json()["detail"]


def test_an_unknown_measure_is_not_found_with_a_hint(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    answer = sqlite_client.get("/api/v1/measures/audience_rech", headers=sqlite_keys("read"))
    assert answer.status_code == 404
    assert "Did you mean 'audience_reach'?" in answer.get_json()["detail"]


def test_kpis_are_listed_apart_with_their_units(client: FlaskClient, keys: Keys) -> None:
    items = client.get("/api/v1/measures?kind=kpi", headers=keys("read")).get_json()["items"]
    assert len(items) == 32
    assert {item["kind"] for item in items} == {"kpi"}
    words = {item["key"]: (item["unit"], item["unit_words"]) for item in items}
    assert words["kpi_early_error_rate"] == ("ratio", "per 100 cases")
    assert words["kpi_response_time"] == ("hours", "hours")
    assert words["kpi_win_rate"] == ("percent", "percent")
    assert words["kpi_safety_incidents"] == ("ratio", "per 200,000 hours")


OWN_KPI: dict[str, Any] = {
    "key": "kpi_refund_rate",
    "kind": "kpi",
    "display_name": "Refund rate",
    "definition": "refunds per 100 orders",
    "unit": "ratio",
    "unit_words": "per 100 orders",
    "direction": "lower_is_better",
}


def test_an_own_kpi_is_registered_and_its_series_comes_in_like_that_of_a_measure(
    client: FlaskClient, keys: Keys
) -> None:
    made = client.post("/api/v1/measures", json=OWN_KPI, headers=keys("weights"))
    assert made.status_code == 201, made.text
    kpi = made.get_json()
    assert (kpi["pillar"], kpi["goalpost_0"], kpi["level"], kpi["chain_link"]) == ("", None, 4, "business_kpi")
    assert (kpi["lead_lag"], kpi["tdrp_type"], kpi["effective_weight"]) == ("lagging", "outcome", 0)
    row = {"measure": "kpi_refund_rate", "period": "2026-10", "value": 2.5, "sample_size": 900}
    sent = {"observations": [row | {"dimensions": {"unit": "North"}}]}
    assert client.post("/api/v1/observations", json=sent, headers=keys("ingest")).get_json()["created"] == 1
    changed = client.patch(
        "/api/v1/measures/kpi_refund_rate", json={"unit_words": "per 100 sales"}, headers=keys("weights")
    )
    assert (changed.get_json()["version"], changed.get_json()["unit_words"]) == (2, "per 100 sales")


@pytest.mark.parametrize("extra", [{"pillar": "business_impact"}, {"goalpost_0": 1}, {"goalpost_100": None}])
def test_a_kpi_is_never_scored(sqlite_client: FlaskClient, sqlite_keys: Keys, extra: dict[str, Any]) -> None:
    answer = sqlite_client.post("/api/v1/measures", json=OWN_KPI | extra, headers=sqlite_keys("weights"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == list(extra)


def test_what_a_profile_weighs_keeps_its_goalposts(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    answer = sqlite_client.patch(
        "/api/v1/measures/audience_reach",
        json={"weight_in_pillar": 0, "goalpost_0": None, "goalpost_100": None},
        headers=sqlite_keys("weights"),
    )
    assert answer.status_code == 409
    assert "default_v1" in answer.get_json()["detail"]
