"""The what-if: scores under other weights beside today's, stored nowhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pillar_levels import LEVELS

from lei.clock import FixedClock
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.storage.database import Database
from lei.storage.measures import read_measures
from lei.storage.weight_profiles import weight_profile_versions

Keys = Callable[..., dict[str, str]]

# By hand, with the weights 20/30/25/15/10: 16 + 18 + 12.5 + 6 + 2.
TODAY = 54.5


@pytest.fixture
def preview(client: FlaskClient, keys: Keys, database: Database, clock: FixedClock) -> Callable[[Any], Any]:
    """Ask for a what-if on an organization whose pillars stand at LEVELS in October."""
    with database.writing() as session:
        measures = [s.measure for s in read_measures(session).values() if s.measure.scorable]
        records = []
        for measure in measures:
            low, high = measure.goalpost_0 or 0.0, measure.goalpost_100 or 0.0
            value = low + LEVELS[measure.pillar] / 100 * (high - low)
            records.append({"measure": measure.key, "period": "2026-10", "value": value, "sample_size": 500})
        result = ingest_records(session, records, IngestOptions(source="test", sent_by="test"), clock.now())
        assert result.rejected == 0

    def ask(body: Any) -> Any:
        return client.post("/api/v1/weights/preview", json=body, headers=keys("weights"))

    return ask


def test_scores_stand_beside_each_other_and_nothing_is_stored(
    preview: Callable[[Any], Any], database: Database
) -> None:
    before = versions(database)
    # Shares laid over 0.2/0.3/0.25/0.15/0.1: business impact from 0.1 to 1.1 makes a sum of 2.
    answer = preview({"profile": {"pillars": {"business_impact": 1.1}}, "from": "2026-10", "to": "2026-10"})
    assert answer.status_code == 200, answer.text
    plain = answer.get_json()
    assert plain["weights"]["pillars"]["business_impact"] == pytest.approx(0.55)
    (pair,) = plain["scores"]
    assert (pair["period"], pair["segment"]) == ("2026-10", {})
    assert pair["current"]["composite"] == pytest.approx(TODAY, abs=1e-9)
    # (0.2·80 + 0.3·60 + 0.25·50 + 0.15·40 + 1.1·20) / 2
    assert pair["preview"]["composite"] == pytest.approx(37.25, abs=1e-9)
    assert pair["change"] == pytest.approx(37.25 - TODAY, abs=1e-9)
    assert pair["preview"]["pillars"] == pytest.approx(LEVELS)
    assert versions(database) == before


def test_a_mean_and_goalposts_can_be_tried(preview: Callable[[Any], Any]) -> None:
    answer = preview({"profile": {"aggregation": {"pillars": "geometric"}}, "from": "2026-10", "to": "2026-10"})
    (pair,) = answer.get_json()["scores"]
    weights = dict(zip(LEVELS, (0.2, 0.3, 0.25, 0.15, 0.1), strict=True))
    expected = math.exp(math.fsum(weights[p] * math.log(LEVELS[p]) for p in LEVELS))
    assert pair["preview"]["composite"] == pytest.approx(expected, abs=1e-9)


def test_no_change_changes_nothing(preview: Callable[[Any], Any]) -> None:
    (pair,) = preview({"profile": {}, "from": "2026-10", "to": "2026-10"}).get_json()["scores"]
    assert pair["change"] == pytest.approx(0, abs=1e-9)


def test_another_profile_can_be_the_base(preview: Callable[[Any], Any]) -> None:
    answer = preview({"base": "equal", "profile": {}, "from": "2026-10", "to": "2026-10"}).get_json()
    assert answer["base"] == "equal"
    assert answer["scores"][0]["current"]["composite"] == pytest.approx(50, abs=1e-9)


def test_a_filter_that_no_segment_has_is_refused(preview: Callable[[Any], Any]) -> None:
    answer = preview({"profile": {}, "where": {"unit": "Mars"}, "from": "2026-10", "to": "2026-10"})
    assert answer.status_code == 422
    assert "Mars" in answer.get_json()["detail"]


def test_a_correction_between_two_what_ifs_is_seen(
    preview: Callable[[Any], Any], database: Database, clock: FixedClock
) -> None:
    question = {"profile": {"pillars": {"business_impact": 1.1}}, "from": "2026-10", "to": "2026-10"}
    preview(question)
    # The pass rate, 12 % of a pillar of 30 %, goes from 60 points to 100.
    record = {"measure": "pass_rate", "period": "2026-10", "value": 100, "sample_size": 500}
    with database.writing() as session:
        ingest_records(session, [record], IngestOptions(source="test", sent_by="test"), clock.now())
    (pair,) = preview(question).get_json()["scores"]
    assert pair["current"]["composite"] == pytest.approx(TODAY + 0.3 * 0.12 * 40, abs=1e-9)


def test_both_sides_say_what_the_scores_say(
    preview: Callable[[Any], Any], client: FlaskClient, keys: Keys, database: Database, clock: FixedClock
) -> None:
    with database.reading() as session:
        measures = [stored.measure for stored in read_measures(session).values() if stored.measure.scorable]
    records = [
        {"measure": m.key, "period": period, "value": m.goalpost_100, "sample_size": size, "dimensions": {"unit": unit}}
        for unit, period, size in (
            ("Sales", "2026-09", 50),
            ("Sales", "2026-10", 3),  # too few to be shown where people are counted
            ("Finance", "2026-10", 60),
            ("Legal", "2026-10", 70),
        )
        for m in measures
    ]
    with database.writing() as session:
        ingest_records(session, records, IngestOptions(source="test", sent_by="test"), clock.now())
    pairs = preview({"profile": {}, "by": ["unit"], "from": "2026-09", "to": "2026-10"}).get_json()["scores"]
    query = "/api/v1/scores?by=unit&from=2026-09&to=2026-10&detail=pillars"
    scores = client.get(query, headers=keys("read")).get_json()["scores"]
    reasons = {(p["segment"]["unit"], p["period"]): p["current"]["reason"] for p in pairs}
    assert reasons["Sales", "2026-09"] is None
    assert reasons["Sales", "2026-10"] == "small_group"
    assert reasons["Legal", "2026-09"] == "no_data"
    assert len(scores) == 6
    for pair, score in zip(pairs, scores, strict=True):
        assert (pair["period"], pair["segment"]) == (score["period"], score["segment"])
        pillars = {key: pillar["score"] for key, pillar in score["pillars"].items()}
        kept = {name: score[name] for name in ("composite", "reason", "status", "band", "coverage")}
        assert pair["current"] == kept | {"pillars": pillars}
        assert numbers(pair["preview"]) == pytest.approx(numbers(pair["current"]), abs=1e-9)
        assert pair["preview"]["reason"] == pair["current"]["reason"]


def numbers(side: dict[str, Any]) -> list[float | None]:
    """The composite, its coverage and the pillars."""
    return [side["composite"], side["coverage"], *side["pillars"].values()]


def versions(database: Database) -> int:
    """How many versions of profiles are stored."""
    with database.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(weight_profile_versions)).scalar_one()


def test_pillars_are_left_out_on_request_and_nothing_else_changes(preview: Callable[[Any], Any]) -> None:
    question = {"profile": {"pillars": {"business_impact": 1.1}}, "from": "2026-10", "to": "2026-10"}
    (with_pillars,) = preview(question).get_json()["scores"]
    (without,) = preview(question | {"detail": "composite"}).get_json()["scores"]
    assert with_pillars["current"].pop("pillars") == pytest.approx(LEVELS)
    assert "business_impact" in with_pillars["preview"].pop("pillars")
    assert without == with_pillars
    assert preview(question | {"detail": "measures"}).status_code == 422
