"""Weight profiles over HTTP: drafts, publication, and history that never changes."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from lei.clock import FixedClock

Keys = Callable[..., dict[str, str]]

PILLARS = {
    "access_engagement": 1,
    "performance_outcomes": 1,
    "capability_readiness": 1,
    "operational_efficiency": 1,
    "business_impact": 4,
}

CAP = {"on": "composite", "at_most": 60, "while": "mandatory_on_time_completion_rate", "below": 40}


@pytest.fixture
def post(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Callable[..., Any]:
    """Send JSON to a path below /weight-profiles."""

    def send(path: str, body: object) -> Any:
        return sqlite_client.post(f"/api/v1/weight-profiles{path}", json=body, headers=sqlite_keys("weights"))

    return send


def test_the_default_profile_is_shown_as_shares(client: FlaskClient, keys: Keys) -> None:
    profile = client.get("/api/v1/weight-profiles/default_v1", headers=keys("read")).get_json()
    # 20/30/25/15/10 of 100, the default weights of the pillars.
    assert profile["pillars"] == {
        "access_engagement": 0.2,
        "performance_outcomes": 0.3,
        "capability_readiness": 0.25,
        "operational_efficiency": 0.15,
        "business_impact": 0.1,
    }
    assert (profile["version"], profile["status"], profile["weights_source"]) == (1, "published", "default_v1")
    assert [version["version"] for version in profile["versions"]] == [1]
    for weights in profile["measures"].values():
        assert math.isclose(math.fsum(weights.values()), 1, abs_tol=1e-12)
    assert profile["measures"]["access_engagement"]["audience_reach"] == pytest.approx(0.2)
    assert profile["missing"] == {
        "min_coverage": 60,
        "min_pillars": 3,
        "min_pillar_weight": 70,
        "carry_forward_months": 2,
    }
    assert profile["caps"] == []


def test_the_list_pages_through_the_presets(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers = sqlite_keys("read")
    first = sqlite_client.get("/api/v1/weight-profiles?limit=2", headers=headers).get_json()
    rest = sqlite_client.get(
        f"/api/v1/weight-profiles?limit=2&cursor={first['next_cursor']}", headers=headers
    ).get_json()
    assert [item["name"] for item in first["items"]] == ["default_v1", "equal"]
    assert [item["name"] for item in rest["items"]] == ["outcome_first"]
    assert rest["next_cursor"] is None


def test_a_profile_begins_as_a_draft_and_counts_once_published(client: FlaskClient, keys: Keys) -> None:
    write, read = keys("weights"), keys("read")
    made = client.post("/api/v1/weight-profiles", json={"name": "impact", "pillars": PILLARS}, headers=write)
    assert made.status_code == 201, made.text
    assert (made.get_json()["version"], made.get_json()["status"]) == (1, "draft")
    assert made.get_json()["pillars"]["business_impact"] == 0.5
    # Measures that were not named weigh what the catalogue says: 18 of 100 for behavior change.
    assert made.get_json()["measures"]["business_impact"]["behavior_change_rate"] == pytest.approx(0.18)

    body = {"effective_from": "2026-Q3", "note": "The board asked for results."}
    published = client.post("/api/v1/weight-profiles/impact/versions/1/publish", json=body, headers=write)
    assert published.status_code == 200, published.text
    assert published.get_json()["effective_from"] == "2026-07"
    assert published.get_json()["note"] == "The board asked for results."
    assert published.get_json()["published_at"] == "2026-11-21T10:00:00Z"
    again = client.post("/api/v1/weight-profiles/impact/versions/1/publish", json=body, headers=write)
    assert again.status_code == 409
    shown = client.get("/api/v1/weight-profiles/impact/versions/1", headers=read).get_json()
    assert shown == published.get_json()


def test_a_new_version_leaves_the_published_one_alone(sqlite_client: FlaskClient, sqlite_keys: Keys, post: Any) -> None:
    read = sqlite_keys("read")
    before = sqlite_client.get("/api/v1/weight-profiles/default_v1/versions/1", headers=read).get_json()
    draft = post("/default_v1/versions", {"pillars": PILLARS})
    assert (draft.status_code, draft.get_json()["version"], draft.get_json()["status"]) == (201, 2, "draft")
    still = sqlite_client.get("/api/v1/weight-profiles/default_v1", headers=read).get_json()
    assert still["version"] == 1
    post("/default_v1/versions/2/publish", {"effective_from": "2026-10", "note": "From October."})
    now = sqlite_client.get("/api/v1/weight-profiles/default_v1", headers=read).get_json()
    assert (now["version"], [version["status"] for version in now["versions"]]) == (2, ["published", "published"])
    assert sqlite_client.get("/api/v1/weight-profiles/default_v1/versions/1", headers=read).get_json() == before


def test_published_history_cannot_be_rewritten(post: Any) -> None:
    for number, month in ((2, "2026-10"), (3, "2026-10"), (4, "2026-09")):
        post("/default_v1/versions", {"pillars": PILLARS})
        answer = post(f"/default_v1/versions/{number}/publish", {"effective_from": month, "note": "Again."})
        assert answer.status_code == (200 if number == 2 else 422), answer.text
        if number > 2:
            assert answer.get_json()["errors"][0]["field"] == "effective_from"
            assert "2026-11 or later" in answer.get_json()["detail"]


def test_of_a_pillar_whose_measures_are_named_only_those_count(post: Any) -> None:
    body = {
        "name": "narrow",
        "pillars": {"access_engagement": 1, "business_impact": 3},
        "measures": {"access_engagement": {"audience_reach": 3, "completion_rate": 1}},
        "aggregation": {"pillars": "geometric"},
        "missing": {"min_coverage": 50},
        "caps": [CAP],
        "goalposts": {"audience_reach": {"goalpost_0": 50}},
    }
    made = post("", body)
    assert made.status_code == 201, made.text
    plain = made.get_json()
    assert plain["pillars"] == {"access_engagement": 0.25, "business_impact": 0.75}
    assert plain["measures"]["access_engagement"] == {"audience_reach": 0.75, "completion_rate": 0.25}
    assert len(plain["measures"]["business_impact"]) == 11
    assert plain["caps"] == [CAP]
    assert plain["aggregation"] == {"pillars": "geometric", "measures": "arithmetic", "floor": 1}
    assert (plain["missing"]["min_coverage"], plain["missing"]["carry_forward_months"]) == (50, 2)
    # Completed from the catalogue, so that the profile means the same whatever the catalogue becomes.
    posts = plain["goalposts"]["audience_reach"]
    assert (posts["goalpost_0"], posts["goalpost_100"], posts["direction"]) == (50, 95, "higher_is_better")


@pytest.mark.parametrize(
    ("sections", "field", "word"),
    [
        ({"pillars": {"business_impact": -1}}, "pillars.business_impact", "0 or more"),
        ({"pillars": {"business_impact": 0}}, "pillars", "greater than 0"),
        ({"pillars": {}}, "pillars", "greater than 0"),
        ({"pillars": {"business_impact": "10"}}, "pillars.business_impact", "must be a number"),
        ({"pillars": {"business_impact": True}}, "pillars.business_impact", "must be a number"),
        ({"pillars": {"business_impact": 1e300}}, "pillars.business_impact", "A weight"),
        ({"pillars": {"busines_impact": 1}}, "pillars.busines_impact", "no pillar"),
        ({"pillars": [1, 2]}, "pillars", "object"),
        ({}, "pillars", "Missing"),
        ({"pillars": PILLARS, "measures": {"business_impact": {"audience_reach": 1}}}, None, "belongs to the pillar"),
        ({"pillars": PILLARS, "measures": {"business_impact": {"nothing": 1}}}, None, "no scored measure"),
        ({"pillars": PILLARS, "measures": {"business_impact": {"enrollment_count": 1}}}, None, "no scored measure"),
        ({"pillars": PILLARS, "measures": {"business_impact": {}}}, "measures.business_impact", "greater than 0"),
        ({"pillars": PILLARS, "measures": {"nothing": {"x": 1}}}, "measures.nothing", "no pillar"),
        ({"pillars": PILLARS, "aggregation": {"pillars": "mode"}}, "aggregation.pillars", "must be one of"),
        ({"pillars": PILLARS, "aggregation": {"pillars": 11}}, "aggregation.pillars", "from -10 to 10"),
        (
            {"pillars": PILLARS, "aggregation": {"measures": {"business_impact": "mode"}}},
            "aggregation.measures.business_impact",
            "must be one of",
        ),
        (
            {"pillars": PILLARS, "aggregation": {"measures": {"nothing": 2}}},
            None,
            "no pillar",
        ),
        ({"pillars": PILLARS, "aggregation": {"floor": 100}}, "aggregation.floor", "99"),
        ({"pillars": PILLARS, "missing": {"min_pillars": 0}}, "missing.min_pillars", "1"),
        ({"pillars": PILLARS, "caps": [{"on": "composite"}]}, None, "caps.0"),
        ({"pillars": PILLARS, "caps": [CAP | {"while": "nothing"}]}, "caps.0.while", "'nothing'"),
        ({"pillars": PILLARS, "caps": [CAP | {"on": "learning"}]}, "caps.0.on", "'learning'"),
        ({"pillars": PILLARS, "caps": [CAP | {"at_most": 101}]}, "caps.0.at_most", "100"),
        ({"pillars": PILLARS, "missing": {"min_coverage": 101}}, "missing.min_coverage", "100"),
        ({"pillars": PILLARS, "missing": {"carry_forward_months": 1.5}}, "missing.carry_forward_months", "whole"),
        ({"pillars": PILLARS, "goalposts": {"nothing": {}}}, "goalposts.nothing", "no scored measure"),
        (
            {"pillars": PILLARS, "goalposts": {"audience_reach": {"goalpost_0": 99}}},
            "goalposts.audience_reach.goalpost_0",
            "below",
        ),
        (
            {"pillars": PILLARS, "goalposts": {"audience_reach": {"curve": "piecewise", "knots": [[0, 9], [1, 8]]}}},
            "goalposts.audience_reach.knots",
            "against 'higher_is_better'",
        ),
        ({"pillars": PILLARS, "goalposts": {"audience_reach": {"unit": "days"}}}, None, "no field"),
        ({"pillars": PILLARS, "colour": "blue"}, "colour", "no field"),
    ],
)
def test_weights_that_make_no_sense_are_refused_by_name(
    sqlite_client: FlaskClient, sqlite_keys: Keys, post: Any, sections: dict[str, Any], field: str | None, word: str
) -> None:
    for path, body in (("", {"name": "wrong"} | sections), ("/default_v1/versions", sections)):
        answer = post(path, body)
        assert answer.status_code == 422, answer.text
        error = answer.get_json()["errors"][0]
        assert field in (None, error["field"]), answer.text
        assert word in error["message"]
    stored = sqlite_client.get("/api/v1/weight-profiles", headers=sqlite_keys("read")).get_json()["items"]
    assert [(item["name"], len(item["versions"])) for item in stored] == [
        ("default_v1", 1),
        ("equal", 1),
        ("outcome_first", 1),
    ]


def test_goalposts_of_a_profile_outlive_a_change_of_the_catalogue(
    sqlite_client: FlaskClient, sqlite_keys: Keys, post: Any
) -> None:
    post("", {"name": "own", "pillars": PILLARS, "goalposts": {"audience_reach": {"goalpost_0": 50}}})
    write, read = sqlite_keys("weights"), sqlite_keys("read")
    # Together with the profile's 50 this would be upside down.
    assert (
        sqlite_client.patch("/api/v1/measures/audience_reach", json={"goalpost_100": 45}, headers=write).status_code
        == 200
    )
    assert sqlite_client.get("/api/v1/scores?profile=own&version=1", headers=read).status_code == 200
    assert post("/own/versions/1/publish", {"effective_from": "2026-10", "note": "Still sound."}).status_code == 200


def test_a_draft_is_unknown_before_it_was_made(
    sqlite_client: FlaskClient, sqlite_keys: Keys, post: Any, clock: FixedClock
) -> None:
    clock.instant += timedelta(hours=2)
    measure = {"key": "new", "pillar": "business_impact", "display_name": "New", "unit": "percent"}
    measure |= {"direction": "higher_is_better", "goalpost_0": 0, "goalpost_100": 1}
    sqlite_client.post("/api/v1/measures", json=measure, headers=sqlite_keys("weights"))
    post("", {"name": "own", "pillars": PILLARS, "measures": {"business_impact": {"new": 1}}})
    scores, read = "/api/v1/scores?profile=own&version=1", sqlite_keys("read")
    assert sqlite_client.get(scores, headers=read).status_code == 200
    earlier = sqlite_client.get(f"{scores}&as_of=2026-11-21T11:00:00Z", headers=read)
    assert earlier.status_code == 404
    assert "no version 1 yet" in earlier.get_json()["detail"]


@pytest.mark.parametrize("name", ["With Capitals", "a/b", "", "x" * 101, "späte"])
def test_a_name_is_a_plain_word(post: Any, name: str) -> None:
    answer = post("", {"name": name, "pillars": PILLARS})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "name"


def test_a_name_is_taken_once(post: Any) -> None:
    answer = post("", {"name": "equal", "pillars": PILLARS})
    assert answer.status_code == 409
    assert "equal" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"effective_from": "2026-13", "note": "x"}, "effective_from"),
        ({"effective_from": "2026-10-05", "note": "x"}, "effective_from"),
        ({"effective_from": 2026, "note": "x"}, "effective_from"),
        ({"effective_from": "2026-10", "note": " "}, "note"),
        ({"effective_from": "2026-10"}, "note"),
        ({"note": "x"}, "effective_from"),
    ],
)
def test_a_publication_says_from_when_and_why(post: Any, body: dict[str, Any], field: str) -> None:
    post("/default_v1/versions", {"pillars": PILLARS})
    answer = post("/default_v1/versions/2/publish", body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == field


def test_what_is_unknown_is_not_found(sqlite_client: FlaskClient, sqlite_keys: Keys, post: Any) -> None:
    read = sqlite_keys("read")
    unknown = sqlite_client.get("/api/v1/weight-profiles/defalt_v1", headers=read)
    assert (unknown.status_code, "Did you mean 'default_v1'?" in unknown.get_json()["detail"]) == (404, True)
    assert sqlite_client.get("/api/v1/weight-profiles/equal/versions/2", headers=read).status_code == 404
    assert sqlite_client.get(f"/api/v1/weight-profiles/equal/versions/{10**30}", headers=read).status_code == 404
    assert post("/nothing/versions", {"pillars": PILLARS}).status_code == 404
    publication = {"effective_from": "2026-10", "note": "x"}
    assert post("/equal/versions/7/publish", publication).status_code == 404
