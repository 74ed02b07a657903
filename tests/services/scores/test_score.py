"""Scores of the whole organization: the worked examples, what is missing, and the roll-up over time.

All expected numbers are worked out by hand from the goalposts of the default catalogue (`lei/catalog/measures.csv`) and
the rules in `docs/scoring-method.md`.
"""

from __future__ import annotations

import pytest
from asking import ACCESS, OUTCOMES, measure, only, scores
from sending import Send, observation, organisation_scoring

from lei.periods import parse_period
from lei.services.scores.score import score_grid
from lei.services.scores.score_answer import report_of_grid
from lei.services.scores.score_report import ScoreQuery
from lei.storage.database import Database
from lei.storage.measures import read_measures
from lei.storage.weight_profiles import read_versions
from weights.profile import parse_profile


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
        # The example of docs/scoring-method.md section 2: 72/61/48/55/30 by 20/30/25/15/10 is 55.95
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
    """The example of docs/scoring-method.md section 5, with the months between."""

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

    def test_a_what_if_carries_as_far_back_as_its_own_rules_say(self, database: Database, send: Send) -> None:
        send([observation("role_readiness_rate", "2024-12", 30)])
        period = parse_period("2026-10")
        with database.reading() as session:
            measures = [s.measure for s in read_measures(session).values()]
            rules = read_versions(session, "default_v1")[0].definition
            rules = rules | {"missing": rules["missing"] | {"carry_forward_months": 24}}
            profile = parse_profile(rules, {m.key: m.pillar for m in measures if m.scorable})
            query = ScoreQuery(period.grain, period, period)
            (found,) = report_of_grid(score_grid(session, query, 5, profile)).scores
        assert measure(found, "role_readiness_rate").stale_since == "2024-12"
        assert measure(only(database, "2026-10"), "role_readiness_rate").reason == "no_data"

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
