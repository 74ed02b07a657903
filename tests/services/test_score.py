"""Scores out of observations: roll-ups over time and segments, what is missing, what was known when.

All expected numbers are worked out by hand from the goalposts in `measures.md` and the rules beside them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sending import Send, observation, organisation_scoring

from lei.clock import FixedClock
from lei.errors import InvalidError, NotFoundError
from lei.periods import parse_period
from lei.services.score import score
from lei.services.score_report import MeasureScore, Score, ScoreQuery
from lei.storage.database import Database
from lei.storage.ledger import raise_ledger
from lei.storage.measures import change_measure, read_measures
from lei.storage.weight_profiles import ProfileVersion, add_version, publish_version, read_versions

FLOOR = 5
ACCESS = "access_engagement"
OUTCOMES = "performance_outcomes"


def scores(database: Database, first: str, last: str | None = None, **asked: Any) -> list[Score]:
    start, end = parse_period(first), parse_period(last or first)
    with database.reading() as session:
        query = ScoreQuery(grain=start.grain, first=start, last=end, **asked)
        return list(score(session, query, asked.pop("floor", FLOOR)).scores)


def only(database: Database, period: str, **asked: Any) -> Score:
    (found,) = scores(database, period, **asked)
    return found


def measure(found: Score, key: str) -> MeasureScore:
    for candidate in (*(m for pillar in found.pillars for m in pillar.measures), *found.context):
        if candidate.key == key:
            return candidate
    raise AssertionError(f"{key} is not in the answer")


class TestTheWholeOrganisation:
    def test_the_worked_example_of_the_catalogue(self, database: Database, send: Send) -> None:
        pillars = dict(
            zip(
                (ACCESS, OUTCOMES, "capability_readiness", "operational_efficiency", "business_impact"),
                (72.0, 61.0, 48.0, 55.0, 30.0),
                strict=True,
            )
        )
        send(organisation_scoring("2026-10", pillars))
        found = only(database, "2026-10")
        # measures.md section 1: 72/61/48/55/30 by 20/30/25/15/10 is 55.95, printed there as 56.0
        assert found.composite == pytest.approx(55.95, abs=1e-9)
        assert {pillar.key: pillar.score for pillar in found.pillars} == pytest.approx(pillars, abs=1e-9)
        assert (found.status, found.band, found.coverage) == ("final", "developing", pytest.approx(100))

    def test_a_cost_of_165_an_hour_scores_50(self, database: Database, send: Send) -> None:
        send([observation("cost_per_learning_hour", "2026-10", 165)])
        assert measure(only(database, "2026-10"), "cost_per_learning_hour").score == pytest.approx(50, abs=1e-12)

    def test_forty_learning_hours_score_92_3(self, database: Database, send: Send) -> None:
        send([observation("learning_hours_per_employee", "2026-10", 40)])
        found = measure(only(database, "2026-10"), "learning_hours_per_employee").score
        assert found == pytest.approx(100 * (100 - 40) / (100 - 35), abs=1e-12)

    def test_without_data_there_is_no_score_but_a_reason(self, database: Database) -> None:
        found = only(database, "2026-10")
        assert (found.composite, found.reason, found.status, found.band) == (None, "no_data", "none", None)

    def test_weights_are_renormalised_over_what_is_there(self, database: Database, send: Send) -> None:
        # audience_reach 20 and participation_rate 20 and mandatory 14 and completion 14: 68 of 100
        send(
            [
                observation("audience_reach", "2026-10", 67.5),  # (67.5 - 40) / 55 = 50
                observation("participation_rate", "2026-10", 60),  # 100
                observation("mandatory_on_time_completion_rate", "2026-10", 80),  # 0
                observation("completion_rate", "2026-10", 50),  # 50
            ]
        )
        pillar = only(database, "2026-10").pillar(ACCESS)
        assert pillar.coverage == pytest.approx(68)
        assert pillar.score == pytest.approx((20 * 50 + 20 * 100 + 14 * 0 + 14 * 50) / 68)

    def test_a_pillar_below_the_smallest_coverage_has_no_score(self, database: Database, send: Send) -> None:
        send([observation("audience_reach", "2026-10", 67.5), observation("participation_rate", "2026-10", 60)])
        pillar = only(database, "2026-10").pillar(ACCESS)
        assert (pillar.score, pillar.reason, pillar.coverage) == (None, "low_coverage", pytest.approx(40))

    def test_three_pillars_with_seventy_percent_make_a_provisional_composite(
        self, database: Database, send: Send
    ) -> None:
        send(organisation_scoring("2026-10", {ACCESS: 80.0, OUTCOMES: 60.0, "capability_readiness": 40.0}))
        found = only(database, "2026-10")
        assert found.status == "provisional"
        assert found.missing_pillars == ("operational_efficiency", "business_impact")
        assert found.composite == pytest.approx((20 * 80 + 30 * 60 + 25 * 40) / 75)

    def test_two_pillars_make_none(self, database: Database, send: Send) -> None:
        send(organisation_scoring("2026-10", {ACCESS: 80.0, OUTCOMES: 60.0}))
        found = only(database, "2026-10")
        assert (found.composite, found.reason) == (None, "low_coverage")

    def test_contributions_sum_to_the_composite(self, database: Database, send: Send) -> None:
        send(organisation_scoring("2026-10", dict.fromkeys((ACCESS, OUTCOMES, "capability_readiness"), 70.0)))
        found = only(database, "2026-10")
        points = sum(m.contribution for pillar in found.pillars for m in pillar.measures)
        assert points == pytest.approx(70, abs=1e-9)

    def test_goalposts_that_are_placeholders_are_marked(self, database: Database, send: Send) -> None:
        send([observation("audience_reach", "2026-10", 60), observation("cost_per_learning_hour", "2026-10", 165)])
        found = only(database, "2026-10")
        assert "placeholder_goalposts" in measure(found, "audience_reach").flags
        assert "placeholder_goalposts" not in measure(found, "cost_per_learning_hour").flags

    def test_few_cases_are_shown_and_flagged(self, database: Database, send: Send) -> None:
        send([observation("audience_reach", "2026-10", 60, sample_size=29)])
        found = measure(only(database, "2026-10"), "audience_reach")
        assert found.value == 60
        assert "low_n" in found.flags

    def test_context_measures_are_shown_and_never_scored(self, database: Database, send: Send) -> None:
        send([observation("enrollment_count", "2026-10", 412)])
        found = measure(only(database, "2026-10"), "enrollment_count")
        assert (found.value, found.score) == (412, None)


class TestTheStoryOfTheOnboardingProgram:
    """kpi-chain.md section 14: the index part."""

    PILLARS = (ACCESS, OUTCOMES, "capability_readiness", "operational_efficiency", "business_impact")
    LEI = (48.2, 50.4, 53.6, 56.6, 58.9, 60.1)

    @pytest.fixture
    def story(self, database: Database, send: Send) -> Database:
        ends = {"2026-05": (58, 47, 49, 55, 20), "2026-10": (73, 61, 61, 57, 34)}
        between = {f"2026-0{month}": (lei,) * 5 for month, lei in zip(range(6, 10), self.LEI[1:5], strict=True)}
        for period, pillars in (ends | between).items():
            send(organisation_scoring(period, dict(zip(self.PILLARS, map(float, pillars), strict=True))))
        return database

    def test_the_index_rises_as_told(self, story: Database) -> None:
        assert [s.composite for s in scores(story, "2026-05", "2026-10")] == pytest.approx(self.LEI, abs=1e-9)

    def test_october_stays_developing(self, story: Database) -> None:
        # 60.1 passes the border by less than a point, in its first month
        assert only(story, "2026-10").band == "developing"


class TestTime:
    def test_a_quarter_weighs_its_months_by_sample_size(self, database: Database, send: Send) -> None:
        for period, value, n in (("2026-07", 30, 100), ("2026-08", 40, 300), ("2026-09", 50, 600)):
            send([observation("participation_rate", period, value, sample_size=n)])
        found = measure(only(database, "2026-Q3"), "participation_rate")
        assert found.value == pytest.approx((30 * 100 + 40 * 300 + 50 * 600) / 1000)
        assert found.sample_size == 1000

    def test_counts_add_up(self, database: Database, send: Send) -> None:
        for period, value in (("2026-07", 30), ("2026-08", 40), ("2026-09", 50)):
            send([observation("enrollment_count", period, value)])
        assert measure(only(database, "2026-Q3"), "enrollment_count").value == 120

    def test_a_stock_takes_its_newest_value(self, database: Database, send: Send) -> None:
        for period, value, n in (("2026-07", 30, 100), ("2026-08", 40, 300)):
            send([observation("role_readiness_rate", period, value, sample_size=n)])
        found = measure(only(database, "2026-Q3"), "role_readiness_rate")
        assert (found.value, found.sample_size) == (40, 300)

    def test_a_stock_is_carried_forward_two_months_and_marked(self, database: Database, send: Send) -> None:
        send([observation("role_readiness_rate", "2026-07", 30), observation("participation_rate", "2026-07", 30)])
        august, september, october = (measure(s, "role_readiness_rate") for s in scores(database, "2026-08", "2026-10"))
        assert (august.value, august.stale_since) == (30, "2026-07")
        assert "stale" in september.flags
        assert (october.value, october.reason) == (None, "no_data")
        assert measure(only(database, "2026-08"), "participation_rate").value is None

    def test_days_make_a_month(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10-05", 20, sample_size=10),
                observation("participation_rate", "2026-10-25", 50, sample_size=20),
                observation("role_readiness_rate", "2026-10-05", 20, sample_size=10),
                observation("role_readiness_rate", "2026-10-25", 50, sample_size=20),
            ]
        )
        found = only(database, "2026-10")
        assert measure(found, "participation_rate").value == pytest.approx((20 * 10 + 50 * 20) / 30)
        assert measure(found, "role_readiness_rate").value == 50

    def test_a_month_reported_as_such_is_not_added_to_its_days(self, database: Database, send: Send) -> None:
        send([observation("enrollment_count", "2026-10-05", 7), observation("enrollment_count", "2026-10", 90)])
        assert measure(only(database, "2026-10"), "enrollment_count").value == 90

    def test_a_quarter_reported_as_such_wins_over_its_months(self, database: Database, send: Send) -> None:
        send([observation("enrollment_count", f"2026-0{month}", 10) for month in (7, 8, 9)])
        send([observation("enrollment_count", "2026-Q3", 31)])
        assert measure(only(database, "2026-Q3"), "enrollment_count").value == 31
        assert measure(only(database, "2026-09"), "enrollment_count").value == 10
        assert measure(only(database, "2026"), "enrollment_count").value == 31

    def test_a_quarter_alone_serves_the_month_that_it_ends_in(self, database: Database, send: Send) -> None:
        send([observation("cost_per_learning_hour", "2026-Q3", 165)])
        values = [measure(s, "cost_per_learning_hour").value for s in scores(database, "2026-07", "2026-09")]
        assert values == [None, None, 165]


class TestSegments:
    def test_what_was_reported_for_the_scope_wins_over_what_is_below(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10", 33),
                observation("participation_rate", "2026-10", 50, unit="A"),
            ]
        )
        found = measure(only(database, "2026-10"), "participation_rate")
        assert (found.value, found.basis, found.sample_size) == (33, "reported", 100)

    def test_else_the_segments_below_are_rolled_up(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10", 30, sample_size=100, unit="A"),
                observation("participation_rate", "2026-10", 50, sample_size=300, unit="B"),
            ]
        )
        found = measure(only(database, "2026-10"), "participation_rate")
        assert (found.value, found.basis, found.sample_size) == (pytest.approx(45), "rolled_up", 400)

    def test_units_and_regions_are_the_same_people_and_counted_once(self, database: Database, send: Send) -> None:
        send(
            [observation("enrollment_count", "2026-10", 10, unit=unit) for unit in "ABC"]
            + [observation("enrollment_count", "2026-10", 15, region=region) for region in ("EMEA", "APAC")]
        )
        assert measure(only(database, "2026-10"), "enrollment_count").value == 30

    def test_a_finer_report_of_a_part_does_not_hide_the_rest(self, database: Database, send: Send) -> None:
        send(
            [
                observation("enrollment_count", "2026-10", 40, sample_size=40, unit="A"),
                observation("enrollment_count", "2026-10", 60, sample_size=60, unit="B"),
                observation("enrollment_count", "2026-10", 5, sample_size=5, unit="A", program="Safety"),
            ]
        )
        assert measure(only(database, "2026-10"), "enrollment_count").value == 100

    def test_units_that_report_in_different_depth_are_all_counted(self, database: Database, send: Send) -> None:
        send(
            [
                observation("enrollment_count", "2026-10", 40, unit="A"),
                observation("enrollment_count", "2026-10", 25, unit="B", program="Safety"),
                observation("enrollment_count", "2026-10", 35, unit="B", program="Sales"),
            ]
        )
        assert measure(only(database, "2026-10"), "enrollment_count").value == 100

    def test_scores_by_a_dimension(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 10 * i, unit=unit) for i, unit in enumerate("ABC", start=2)])
        found = {
            s.segment["unit"]: measure(s, "participation_rate").value for s in scores(database, "2026-10", by=("unit",))
        }
        assert found == {"A": 20, "B": 30, "C": 40}

    def test_a_split_names_who_is_silent_now_but_not_who_ended_long_ago(self, database: Database, send: Send) -> None:
        for period, program in (("2024-01", "Ended"), ("2026-06", "Silent"), ("2026-10", "Running")):
            send([observation("participation_rate", period, 20, program=program)])
        found = {s.segment["program"]: s.pillars[0].reason for s in scores(database, "2026-10", by=("program",))}
        assert found == {"Running": "low_coverage", "Silent": "no_data"}

    def test_scores_where_a_dimension_has_a_value(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 20, unit="A", region=region) for region in ("EMEA", "APAC")])
        found = only(database, "2026-10", where={"unit": "A"}, by=())
        assert found.segment == {"unit": "A"}
        assert measure(found, "participation_rate").sample_size == 200

    def test_a_value_that_nobody_sent_is_refused_with_the_ones_there_are(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 20, unit="Sales")])
        with pytest.raises(InvalidError, match=r"There is no unit 'Slaes'\. There are: Sales\."):
            scores(database, "2026-10", where={"unit": "Slaes"})

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"by": ("floor_color",)}, "There is no dimension 'floor_color'"),
            ({"by": ("unit", "region"), "where": {"role": "Agent"}}, "two dimensions at most"),
            ({"by": ("unit",), "where": {"unit": "A"}}, "at once"),
        ],
    )
    def test_questions_that_are_refused(self, database: Database, asked: dict[str, Any], sentence: str) -> None:
        with pytest.raises(InvalidError, match=sentence):
            scores(database, "2026-10", **asked)


class TestSources:
    def test_two_sources_are_different_people_and_the_overlap_is_told(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10", 20, sample_size=100, source="lms"),
                observation("participation_rate", "2026-10", 50, sample_size=200, source="lxp"),
            ]
        )
        found = measure(only(database, "2026-10"), "participation_rate")
        assert (found.value, found.sample_size) == (pytest.approx(40), 300)
        assert found.sources == ("lms", "lxp")
        assert "combined_sources" in found.flags

    def test_a_measure_may_name_the_source_it_trusts(self, database: Database, send: Send, clock: FixedClock) -> None:
        edit_measure(database, clock, "participation_rate", preferred_sources=("lxp", "lms"))
        send(
            [
                observation("participation_rate", "2026-10", 20, source="lms"),
                observation("participation_rate", "2026-10", 50, source="lxp"),
                observation("participation_rate", "2026-09", 30, source="lms"),
            ]
        )
        september, october = (measure(s, "participation_rate") for s in scores(database, "2026-09", "2026-10"))
        assert (september.value, october.value) == (30, 50)
        assert "combined_sources" not in october.flags


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


def edit_measure(database: Database, clock: FixedClock, key: str, **changes: Any) -> None:
    with database.writing() as session:
        stored = read_measures(session)[key]
        raise_ledger(session, clock.now())
        change_measure(session, stored, replace(stored.measure, **changes), clock.now(), "a test")


def only_version(database: Database) -> ProfileVersion:
    with database.reading() as session:
        return read_versions(session, "default_v1")[0]


def version(clock: FixedClock, number: int, definition: dict[str, Any]) -> ProfileVersion:
    return ProfileVersion("default_v1", number, "draft", definition, "custom", "", clock.now(), "a test", None, None)
