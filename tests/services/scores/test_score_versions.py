"""Scores as they were: facts, goalposts and weights of another day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asking import ACCESS, FLOOR, OUTCOMES, edit_measure, measure, only, scores
from sending import Send, observation, organisation_scoring

from lei.clock import FixedClock
from lei.errors import NotFoundError
from lei.periods import parse_period
from lei.services.scores.score import score
from lei.services.scores.score_report import ScoreQuery
from lei.storage.database import Database
from lei.storage.weight_profiles import ProfileVersion, add_version, publish_version, read_versions


class TestWhatWasKnown:
    def test_as_of_an_instant_a_correction_has_not_happened(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        first = clock.now() - timedelta(days=20)
        send([observation("participation_rate", "2026-10", 20), observation("audience_reach", "2026-10", 60)], at=first)
        send([observation("participation_rate", "2026-10", 35), observation("audience_reach", "2026-10", None)])
        then = only(database, "2026-10", as_of=first + timedelta(days=1))
        now = only(database, "2026-10")
        assert measure(then, "participation_rate").value == 20
        assert measure(then, "audience_reach").value == 60
        assert measure(now, "participation_rate").value == 35
        assert measure(now, "audience_reach").value is None

    def test_before_anything_was_sent_nothing_was_known(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        send([observation("participation_rate", "2026-10", 20)])
        then = only(database, "2026-10", as_of=clock.now() - timedelta(minutes=1))
        assert then.reason == "no_data"

    def test_data_as_of_is_when_the_newest_fact_came_in(self, database: Database, send: Send) -> None:
        came_in = datetime(2026, 11, 3, 4, 5, tzinfo=UTC)
        send([observation("participation_rate", "2026-10", 20)], at=came_in)
        with database.reading() as session:
            period = parse_period("2026-10")
            report = score(session, ScoreQuery(period.grain, period, period), FLOOR)
        assert report.data_as_of == came_in

    def test_what_was_carried_forward_then_is_so_after_it_was_taken_back(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        first = clock.now() - timedelta(days=20)
        send([observation("audience_reach", "2026-08", 60)], at=first)
        send([observation("audience_reach", "2026-08", None)])
        then = measure(only(database, "2026-10", as_of=first + timedelta(days=1)), "audience_reach")
        assert (then.value, then.stale_since) == (60, "2026-08")
        assert measure(only(database, "2026-10"), "audience_reach").value is None

    def test_new_goalposts_leave_the_past_answer_reproducible(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        send([observation("audience_reach", "2026-10", 67.5)])
        then = clock.now() + timedelta(hours=1)
        clock.instant += timedelta(hours=2)
        edit_measure(database, clock, "audience_reach", goalpost_0=35.0, goalpost_100=100.0)
        assert measure(only(database, "2026-10"), "audience_reach").score == pytest.approx(50)
        assert measure(only(database, "2026-10", as_of=then), "audience_reach").score == pytest.approx(50)
        edit_measure(database, clock, "audience_reach", goalpost_0=0.0, goalpost_100=100.0)
        assert measure(only(database, "2026-10"), "audience_reach").score == pytest.approx(67.5)
        assert measure(only(database, "2026-10", as_of=then), "audience_reach").score == pytest.approx(50)


class TestProfiles:
    def test_periods_before_a_version_takes_effect_keep_the_old_one(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        pillars = {ACCESS: 80.0, OUTCOMES: 60.0, "capability_readiness": 40.0}
        send(organisation_scoring("2026-09", pillars) + organisation_scoring("2026-10", pillars))
        with database.writing() as session:
            definition = only_version(database).definition
            definition["pillars"] = {ACCESS: 1, OUTCOMES: 0, "capability_readiness": 0}
            add_version(session, version(clock, 2, definition))
            publish_version(session, "default_v1", 2, parse_period("2026-10").first_month, "activity only", clock.now())
        september, october = scores(database, "2026-09", "2026-10")
        assert september.composite == pytest.approx((20 * 80 + 30 * 60 + 25 * 40) / 75)
        assert (october.composite, october.status) == (pytest.approx(80), "final")
        assert (september.profile_version, october.profile_version) == (1, 2)

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"profile": "defualt_v1"}, "Did you mean 'default_v1'?"),
            ({"version": 9}, "has no version 9"),
        ],
    )
    def test_unknown_profiles_are_named(self, database: Database, asked: dict[str, Any], sentence: str) -> None:
        with pytest.raises(NotFoundError, match=sentence):
            scores(database, "2026-10", **asked)


def only_version(database: Database) -> ProfileVersion:
    with database.reading() as session:
        return read_versions(session, "default_v1")[0]


def version(clock: FixedClock, number: int, definition: dict[str, Any]) -> ProfileVersion:
    return ProfileVersion("default_v1", number, "draft", definition, "custom", "", clock.now(), "a test", None, None)
