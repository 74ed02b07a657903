"""Two versions of a profile side by side: what differs, and what that does to a score."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from flask.testing import FlaskClient
from pillar_levels import LEVELS

from lei.catalog.measure import Measure
from lei.clock import FixedClock
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.storage.database import Database
from lei.storage.measures import read_measures

Keys = Callable[..., dict[str, str]]
Ask = Callable[..., Any]

PROFILE = "/api/v1/weight-profiles/default_v1"
DEFAULT = dict(zip(LEVELS, (20, 30, 25, 15, 10), strict=True))
# The weights of its measures in the catalogue.
ACCESS = {
    "audience_reach": 20,
    "participation_rate": 20,
    "mandatory_on_time_completion_rate": 14,
    "completion_rate": 14,
    "learning_hours_per_employee": 10,
    "voluntary_learning_share": 8,
    "learner_satisfaction": 8,
    "enrollment_rate": 6,
}
TODAY = 54.5  # 16 + 18 + 12.5 + 6 + 2
PARTS = ("performance", "weighting", "coverage", "goalposts")


def fill(
    database: Database,
    clock: FixedClock,
    period: str = "2026-10",
    leave_out: tuple[str, ...] = (),
    values: Mapping[str, float] = MappingProxyType({}),
) -> None:
    """An organization whose pillars stand at LEVELS, but for measures left out or of other values."""
    with database.writing() as session:
        records = [
            {"measure": m.key, "period": period, "value": values.get(m.key, standing(m)), "sample_size": 500}
            for m in (stored.measure for stored in read_measures(session).values())
            if m.scorable and m.key not in leave_out
        ]
        assert ingest_records(session, records, IngestOptions(source="test", sent_by="test"), clock.now()).rejected == 0


def standing(measure: Measure) -> float:
    low, high = measure.goalpost_0 or 0.0, measure.goalpost_100 or 0.0
    return low + LEVELS[measure.pillar] / 100 * (high - low)


def asking(client: FlaskClient, keys: Keys) -> Ask:
    def send(path: str, body: Any = None) -> Any:
        headers = keys("read", "weights")
        return client.get(path, headers=headers) if body is None else client.post(path, json=body, headers=headers)

    return send


@pytest.fixture
def ask(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Ask:
    """Read an address, or send a body to it."""
    return asking(sqlite_client, sqlite_keys)


def effect(ask: Ask, draft: dict[str, Any]) -> dict[str, Any]:
    """The effect of a draft in October, against version 1; its parts add up."""
    made = ask(f"{PROFILE}/versions", draft)
    assert made.status_code == 201, made.text
    answer = ask(f"{PROFILE}/effect?from=1&to={made.get_json()['version']}&period=2026-10")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    points = math.fsum([found["aggregation"], *(c["points"] for c in found["contributions"])])
    assert points == pytest.approx(found["change"], abs=1e-9)
    for c in found["contributions"]:
        assert math.fsum(c[part] for part in PARTS) == pytest.approx(c["points"], abs=1e-9)
    restated = ask(f"/api/v1/scores?version={found['to']}&from=2026-10&to=2026-10").get_json()["scores"][0]
    assert found["after"] == restated["composite"]
    return found


def sums(found: dict[str, Any]) -> dict[str, float]:
    return {part: math.fsum(c[part] for c in found["contributions"]) for part in PARTS}


class TestDiff:
    def test_it_names_what_differs_in_the_order_of_the_catalogue(self, ask: Ask) -> None:
        ask(
            f"{PROFILE}/versions",
            {
                "missing": {"carry_forward_months": 0, "min_coverage": 50},
                "pillars": {"business_impact": 15} | DEFAULT | {"business_impact": 15, "access_engagement": 15},
                "measures": {"access_engagement": ACCESS | {"completion_rate": 4, "audience_reach": 30}},
                "aggregation": {"pillars": "geometric"},
                "goalposts": {"audience_reach": {"goalpost_0": 50}},
            },
        )
        found = ask(f"{PROFILE}/diff?from=1&to=2").get_json()
        assert [change["sentence"] for change in found["changes"]] == [
            "Learning Access & Engagement: 20 % -> 15 %",
            "Business Impact & Value Realization: 10 % -> 15 %",
            "Audience reach, in Learning Access & Engagement: 20 % -> 30 %",
            "Completion rate (voluntary), in Learning Access & Engagement: 14 % -> 4 %",
            "Mean of the pillars: arithmetic -> geometric",
            "Smallest coverage of a pillar, in percent: 60 -> 50",
            "Months that a stock is carried forward: 2 -> 0",
            "Audience reach, goalpost 0: 40 -> 50",
        ]
        assert found["summary"] == "Version 2 differs from version 1 in 8 places."
        reach = found["changes"][2]
        assert (reach["section"], reach["field"]) == ("measures", "access_engagement.audience_reach")
        assert (reach["before"], reach["after"]) == (pytest.approx(0.2), pytest.approx(0.3))
        back = ask(f"{PROFILE}/diff?from=2&to=1").get_json()["changes"]
        assert [(c["before"], c["after"]) for c in back] == [(c["after"], c["before"]) for c in found["changes"]]

    def test_other_numbers_with_the_same_meaning_are_no_difference(self, ask: Ask) -> None:
        ask(f"{PROFILE}/versions", {"pillars": {key: weight / 7 for key, weight in DEFAULT.items()}})
        found = ask(f"{PROFILE}/diff?from=1&to=2").get_json()
        assert (found["changes"], found["summary"]) == ([], "Version 2 says the same as version 1.")

    def test_of_a_pillar_that_is_new_or_gone_the_measures_are_not_listed(self, ask: Ask) -> None:
        ask(f"{PROFILE}/versions", {"pillars": DEFAULT | {"business_impact": 0, "access_engagement": 30}})
        sentences = [c["sentence"] for c in ask(f"{PROFILE}/diff?from=1&to=2").get_json()["changes"]]
        assert sentences == [
            "Learning Access & Engagement: 20 % -> 30 %",
            "Business Impact & Value Realization: 10 % -> 0 %",
        ]

    def test_small_differences_get_the_digits_they_need(self, ask: Ask) -> None:
        ask(f"{PROFILE}/versions", {"pillars": DEFAULT | {"access_engagement": 20.001, "business_impact": 9.999}})
        sentences = [c["sentence"] for c in ask(f"{PROFILE}/diff?from=1&to=2").get_json()["changes"]]
        assert sentences == [
            "Learning Access & Engagement: 20 % -> 20.001 %",
            "Business Impact & Value Realization: 10 % -> 9.999 %",
        ]

    @pytest.mark.parametrize(
        ("query", "status", "word"),
        [
            ("from=1", 422, "to"),
            ("from=1&to=0", 422, "to"),
            ("from=one&to=1", 422, "from"),
            ("from=1&to=1&colour=blue", 422, "colour"),
            ("from=1&to=9", 404, "no version 9"),
        ],
    )
    def test_what_cannot_be_compared_is_named(self, ask: Ask, query: str, status: int, word: str) -> None:
        answer = ask(f"{PROFILE}/diff?{query}")
        assert (answer.status_code, word in answer.text) == (status, True)


class TestEffect:
    def test_other_weights_of_pillars_show_as_weighting(
        self, client: FlaskClient, keys: Keys, database: Database, clock: FixedClock
    ) -> None:
        fill(database, clock)
        found = effect(asking(client, keys), {"pillars": {"access_engagement": 3, "business_impact": 1}})
        assert (found["before"], found["after"]) == (pytest.approx(TODAY), pytest.approx(65))  # 0.75·80 + 0.25·20
        assert sums(found)["weighting"] == pytest.approx(10.5, abs=1e-9)
        # Change of share x (score - mean of both composites, 59.75).
        shares = dict(zip(LEVELS, (0.55, -0.3, -0.25, -0.15, 0.15), strict=True))
        for pillar, share in shares.items():
            (whole,) = [c for c in found["contributions"] if c["pillar"] == pillar and c["measure"] is None]
            assert whole["weighting"] == pytest.approx(share * (LEVELS[pillar] - 59.75), abs=1e-9)
        assert found["sentence"] == (
            "Version 2 gives 2026-10 65.0 where version 1 gives 54.5: +10.5 points, of which the largest part comes "
            "from Learning Access & Engagement (+11.1)."
        )

    def test_other_means_show_by_themselves(self, ask: Ask, sqlite_database: Database, clock: FixedClock) -> None:
        fill(sqlite_database, clock)
        found = effect(ask, {"pillars": DEFAULT, "aggregation": {"pillars": "geometric"}})
        geometric = math.exp(math.fsum(DEFAULT[p] / 100 * math.log(LEVELS[p]) for p in LEVELS))
        assert found["aggregation"] == pytest.approx(geometric - TODAY, abs=1e-9)
        assert sums(found) == dict.fromkeys(PARTS, pytest.approx(0, abs=1e-9))
        assert "comes from the other means" in found["sentence"]

    def test_other_goalposts_show_as_goalposts(self, ask: Ask, sqlite_database: Database, clock: FixedClock) -> None:
        fill(sqlite_database, clock)
        # 84 is worth 80 between 40 and 95, and 60 between 24 and 124: 4 % of the composite lose 20 points.
        posts = {"audience_reach": {"goalpost_0": 24, "goalpost_100": 124}}
        found = effect(ask, {"pillars": DEFAULT, "goalposts": posts})
        assert found["change"] == pytest.approx(-0.8, abs=1e-9)
        assert sums(found)["goalposts"] == pytest.approx(-0.8, abs=1e-9)

    def test_a_stricter_threshold_shows_as_coverage(
        self, ask: Ask, sqlite_database: Database, clock: FixedClock
    ) -> None:
        # Without reach and participation 60 of 100 of access have data, which 61 percent asked for do not allow.
        fill(sqlite_database, clock, leave_out=("audience_reach", "participation_rate"))
        found = effect(ask, {"pillars": DEFAULT, "missing": {"min_coverage": 61}})
        # (18 + 12.5 + 6 + 2) / 0.8
        assert (found["before"], found["after"]) == (pytest.approx(TODAY), pytest.approx(48.125))
        assert sums(found)["coverage"] == pytest.approx(-6.375, abs=1e-9)

    def test_a_shorter_memory_shows_as_coverage(self, ask: Ask, sqlite_database: Database, clock: FixedClock) -> None:
        # The reach of September, worth 100, is carried into October by version 1 alone: access is 84 there, else 80.
        fill(sqlite_database, clock, "2026-09", values={"audience_reach": 95})
        fill(sqlite_database, clock, leave_out=("audience_reach",))
        found = effect(ask, {"pillars": DEFAULT, "missing": {"carry_forward_months": 0}})
        assert (found["before"], found["change"]) == (pytest.approx(TODAY + 0.8), pytest.approx(-0.8))
        assert sums(found)["coverage"] == pytest.approx(-0.8, abs=1e-9)

    def test_all_at_once_adds_up(self, ask: Ask, sqlite_database: Database, clock: FixedClock) -> None:
        fill(sqlite_database, clock, "2026-09")
        fill(sqlite_database, clock, leave_out=("audience_reach", "completion_rate", "content_reuse_rate"))
        draft = {
            "pillars": {"access_engagement": 5, "capability_readiness": 2, "business_impact": 3},
            "measures": {"business_impact": {"behavior_change_rate": 2, "quality_rate": 1}},
            "aggregation": {"pillars": "geometric", "measures": "geometric"},
            "missing": {"min_coverage": 30, "carry_forward_months": 0},
            "goalposts": {"participation_rate": {"goalpost_0": 5}},
        }
        found = effect(ask, draft)
        assert sums(found)["performance"] == pytest.approx(0, abs=1e-9)

    def test_the_same_weights_make_the_same_score(self, ask: Ask, sqlite_database: Database, clock: FixedClock) -> None:
        fill(sqlite_database, clock)
        found = effect(ask, {"pillars": DEFAULT})
        assert (found["change"], found["sentence"]) == (
            0,
            "Version 2 makes less than 0.1 points of difference to version 1: 2026-10 has 54.5.",
        )

    def test_without_a_score_nothing_is_explained(self, ask: Ask) -> None:
        ask(f"{PROFILE}/versions", {"pillars": DEFAULT})
        found = ask(f"{PROFILE}/effect?from=1&to=2&period=2026-10").get_json()
        assert (found["before"], found["after"], found["change"], found["contributions"]) == (None, None, None, [])
        assert found["sentence"] == "2026-10 has no score under version 1 and version 2."

    @pytest.mark.parametrize(
        ("query", "status", "word"),
        [
            ("from=1&to=1", 422, "period"),
            ("from=1&to=9&period=2026-10", 404, "no version 9"),
            ("from=1&to=1&period=2026-13", 422, "2026-13"),
            ("from=1&to=1&period=2026-10&where=planet:Mars", 422, "planet"),
            ("from=1&to=1&period=2026-10&where=unit:a&where=unit:b", 422, "one unit"),
        ],
    )
    def test_what_cannot_be_explained_is_named(self, ask: Ask, query: str, status: int, word: str) -> None:
        answer = ask(f"{PROFILE}/effect?{query}")
        assert (answer.status_code, word in answer.text) == (status, True), answer.text
