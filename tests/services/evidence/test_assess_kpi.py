"""What may be said of a KPI of a program from stored observations: by design, with checks, and where data mislead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from program_data import KPI, OCTOBER, PLAN, monthly
from sending import Send

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.grade import Grade
from lei.evidence.study_design import PreTrend
from lei.periods import parse_period
from lei.services.catalog.manage_measures import change_fields
from lei.services.evidence.assess_kpi import assess_kpi
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.storage.database import Database
from lei.storage.program_cycles import GradeLimit
from lei.storage.program_plans import (
    Baseline,
    ComparisonGroup,
    ComparisonPlan,
    DropOut,
    KnownChange,
    Plan,
    PlannedKpi,
    StatedBaseline,
    TreatedGroup,
)
from lei.storage.program_records import Record
from lei.storage.programs import Program

ERRORS = "kpi_early_error_rate"
MAY = parse_period("2026-05").first_month
EVERYWHERE = replace(KPI, where={})
NEW, OLD = ("Leeds", "Porto", "Graz"), ("Lille", "Turin", "Oslo")
TWO_GROUPS = ComparisonPlan(
    design="untrained_group",
    treated=tuple(TreatedGroup({"unit": site}, MAY) for site in NEW),
    comparison=tuple(ComparisonGroup({"unit": site}) for site in OLD),
    assigned_by="site",
)
# February to October, three months before and three with no effect expected yet.
FELL = (8.4, 8.5, 8.3, 8.2, 8.0, 7.5, 7.0, 6.8, 6.6)
STAYED = (8.45, 8.55, 8.35, 8.5, 8.4, 8.5, 8.4, 8.5, 8.4)


def program_of(plan: Plan, **changes: Any) -> Program:
    """A program with this plan, frozen before its launch."""
    frozen = datetime(2026, 4, 1, tzinfo=UTC)
    made = Program(1, "onboarding", plan, plan, None, frozen, "a test", frozen_at=frozen, frozen_by="a test")
    return replace(made, **changes)


def assessed(
    database: Database, plan: Plan, kpi: PlannedKpi = EVERYWHERE, floor: int = 5, **changes: Any
) -> KpiAssessment:
    """The KPI of a frozen program in October."""
    with database.reading() as session:
        return assess_kpi(session, program_of(plan, **changes), kpi, OCTOBER, 5)


def compared(plan: ComparisonPlan, **changes: Any) -> Plan:
    return replace(PLAN, kpis=(EVERYWHERE,), comparison_plan=plan, **changes)


def sites(
    names: Sequence[str], values: Sequence[float], sample_size: int = 60, apart: float = 0.2
) -> list[dict[str, Any]]:
    """Sites around these values: lasting differences, and a little of each month's own."""
    rng = np.random.default_rng(len(names[0]))
    return [
        row
        for place, name in enumerate(names)
        for row in monthly(
            ERRORS,
            "2026-02",
            [round(value + 0.4 * (place - 1) + rng.normal(0, 0.05), 4) for value in values],
            sample_size,
            unit=name,
        )
    ]


def codes(assessment: KpiAssessment) -> list[str]:
    return [finding.code for finding in assessment.findings]


def methods(assessment: KpiAssessment) -> list[str]:
    return [result.method for result in assessment.results]


class TestByDesign:
    def test_without_a_comparison(self, database: Database, send: Send) -> None:
        send(sites(NEW, FELL))
        found = assessed(database, PLAN_ALONE)
        assert methods(found) == ["before_after", "interrupted_time_series"]
        assert isinstance(found.chosen, Estimate)
        assert found.chosen.method == "before_after"
        # Mean of August to October minus that of February to April.
        assert found.chosen.effect == pytest.approx(6.8 - 8.4, abs=0.1)
        assert found.decision.grade is Grade.E2

    def test_a_long_baseline_reaches_the_trend(self, sqlite_database: Database) -> None:
        rng = np.random.default_rng(1)
        rows = [
            row
            for site in NEW
            for row in monthly(
                ERRORS, "2025-05", [8.4 + rng.normal(0, 0.1) - 1.5 * (m >= 15) for m in range(18)], unit=site
            )
        ]
        ingest(sqlite_database, rows)
        kpi = replace(EVERYWHERE, baseline=Baseline(parse_period("2025-05").first_month, MAY - 1))
        found = assessed(sqlite_database, replace(PLAN, kpis=(kpi,)), kpi)
        assert found.chosen is not None
        assert (found.chosen.method, found.decision.grade) == ("interrupted_time_series", Grade.E3)
        assert found.series is not None
        assert np.isfinite(found.series.low[15:]).all()
        assert np.isnan(found.series.low[:15]).all()

    def test_an_earlier_cohort_is_no_group_at_the_same_time(self, sqlite_database: Database) -> None:
        ingest(sqlite_database, [*sites(NEW, FELL), *sites(OLD, STAYED)])
        found = assessed(sqlite_database, compared(replace(TWO_GROUPS, design="earlier_cohort")))
        assert "difference_in_differences" not in methods(found)
        assert found.decision.grade is Grade.E2

    def test_starts_at_different_times(self, sqlite_database: Database) -> None:
        later = tuple(TreatedGroup({"unit": site}, MAY + 2) for site in ("Rome", "Bonn", "Brno"))
        plan = replace(TWO_GROUPS, design="phased_rollout", treated=(*TWO_GROUPS.treated, *later))
        fell_later = (8.4, 8.5, 8.3, 8.4, 8.4, 8.3, 8.2, 8.0, 7.5)
        ingest(sqlite_database, [*sites(NEW, FELL), *sites(("Rome", "Bonn", "Brno"), fell_later), *sites(OLD, STAYED)])
        found = assessed(sqlite_database, compared(plan))
        assert methods(found) == ["before_after", "staggered_rollout"]
        assert found.chosen is not None
        assert (found.chosen.method, found.decision.grade) == ("staggered_rollout", Grade.E4)

    def test_chance_decided_with_few_units(self, sqlite_database: Database) -> None:
        ingest(sqlite_database, [*sites(NEW, FELL), *sites(OLD, STAYED)])
        plan = compared(replace(TWO_GROUPS, design="random"), drop_out=DropOut(100, 4, 100, 6))
        found = assessed(sqlite_database, plan)
        assert methods(found)[2:] == ["difference_in_differences", "randomized_comparison"]
        assert isinstance(found.results[-1], TooLittle)
        assert found.chosen is not None
        assert (found.chosen.method, found.decision.grade) == ("difference_in_differences", Grade.E5)

    def test_chance_decided_with_many_units(self, sqlite_database: Database) -> None:
        """Where units stood before is taken off, so the interval is narrower than that of the difference after."""
        rng = np.random.default_rng(3)
        rows = []
        for group, effect in (("new", -1.0), ("old", 0.0)):
            for number in range(50):
                level = 8 + rng.normal(0, 1)
                values = [level + rng.normal(0, 0.2) + (effect if month >= 6 else 0) for month in range(9)]
                rows += monthly(ERRORS, "2026-02", values, 10, role=group, unit=f"{group} {number}")
        ingest(sqlite_database, rows)
        plan = ComparisonPlan(
            design="random",
            treated=(TreatedGroup({"role": "new"}, MAY),),
            comparison=(ComparisonGroup({"role": "old"}),),
            assigned_by="site",
            cluster_dimension="unit",
        )
        found = assessed(sqlite_database, compared(plan, drop_out=DropOut(50, 0, 50, 0)))
        by_method = {result.method: result for result in found.results if isinstance(result, Estimate)}
        plain, adjusted = by_method["randomized_comparison"], by_method["randomized_comparison_adjusted"]
        assert adjusted.standard_error < plain.standard_error / 2
        assert adjusted.effect == pytest.approx(-1.0, abs=0.2)
        assert found.chosen is not None
        assert (found.chosen.method, found.decision.grade) == ("randomized_comparison_adjusted", Grade.E5)


class TestWhatLowersAGrade:
    def told(self, database: Database, plan: Plan, **changes: Any) -> KpiAssessment:
        ingest(database, [*sites(NEW, FELL), *sites(OLD, STAYED)])
        return assessed(database, plan, **changes)

    def test_nothing_does(self, sqlite_database: Database) -> None:
        found = self.told(sqlite_database, compared(TWO_GROUPS))
        assert (found.decision.grade, found.design.pre_trend) == (Grade.E4, PreTrend.PARALLEL)

    def test_stated_baselines_that_differ(self, sqlite_database: Database) -> None:
        tenure = StatedBaseline("tenure", 2.0, 3.0, 2.0)
        found = self.told(sqlite_database, compared(replace(TWO_GROUPS, baselines=(tenure,))))
        assert found.decision.grade < Grade.E4
        assert "baselines_differ" in codes(found)

    def test_a_change_in_the_window_counts_and_a_later_one_does_not(self, sqlite_database: Database) -> None:
        inside, later = KnownChange("Bonus", MAY + 4, "treated"), KnownChange("Prices", MAY + 7, "treated")
        plan = compared(TWO_GROUPS, known_other_changes=(inside, later))
        found = self.told(sqlite_database, plan)
        assert [reason.names for reason in found.decision.downgrade_reasons] == [("Bonus",)]

    def test_two_sites(self, sqlite_database: Database) -> None:
        plan = replace(TWO_GROUPS, treated=TWO_GROUPS.treated[::2])
        found = self.told(sqlite_database, compared(plan))
        assert [reason.code for reason in found.decision.downgrade_reasons] == ["few_sites"]

    def test_a_kpi_that_came_after_the_launch(self, sqlite_database: Database) -> None:
        found = self.told(sqlite_database, compared(TWO_GROUPS), frozen_at=datetime(2026, 6, 1, tzinfo=UTC))
        assert (found.decision.grade, found.design.post_hoc) == (Grade.E2, True)

    def test_a_definition_that_changed(self, sqlite_database: Database) -> None:
        with sqlite_database.writing() as session:
            new = {"definition": "errors per 100 tickets, first 60 days"}
            change_fields(session, ERRORS, new, "a test", datetime(2026, 9, 3, tzinfo=UTC))
        found = self.told(sqlite_database, compared(TWO_GROUPS))
        assert [reason.code for reason in found.decision.downgrade_reasons] == ["definition_changed"]

    def test_a_person(self, sqlite_database: Database) -> None:
        limit = GradeLimit(ERRORS, "E3_pre_post_trend", "Maria Lopez", "The new sites are in a growing market.")
        at = datetime(2026, 10, 1, tzinfo=UTC)
        found = self.told(sqlite_database, compared(TWO_GROUPS), records=(Record("grade_limit", 1, limit, at, "x"),))
        assert found.decision.grade is Grade.E3
        assert found.decision.lowered_by_person is not None
        assert found.decision.lowered_by_person.assigned is Grade.E4

    def test_the_lowest_limit_of_several_counts(self, sqlite_database: Database) -> None:
        at = datetime(2026, 11, 1, tzinfo=UTC)
        grades = ("E3_pre_post_trend", "E1_activity_only", "E4_comparison_group")
        records = tuple(
            Record("grade_limit", number, GradeLimit(ERRORS, grade, "Maria Lopez", "The market grows."), at, "x")
            for number, grade in enumerate(grades, start=1)
        )
        assert self.told(sqlite_database, compared(TWO_GROUPS), records=records).decision.grade is Grade.E1


class TestDataThatMislead:
    def test_identical_sites_have_no_interval(self, sqlite_database: Database) -> None:
        rows = [row for site in NEW for row in monthly(ERRORS, "2026-02", FELL, 60, unit=site)]
        rows += [row for site in OLD for row in monthly(ERRORS, "2026-02", [8.5] * 9, 60, unit=site)]
        ingest(sqlite_database, rows)
        found = assessed(sqlite_database, compared(TWO_GROUPS))
        assert not any(isinstance(result, Estimate) for result in found.results)
        assert found.decision.grade is Grade.E1
        reasons = {one.method: one.reason for one in found.not_computed}
        assert "do not differ" in reasons["difference_in_differences"]

    def test_everything_is_the_same_everywhere(self, sqlite_database: Database) -> None:
        rows = [row for site in (*NEW, *OLD) for row in monthly(ERRORS, "2026-02", [8.0] * 9, 60, unit=site)]
        ingest(sqlite_database, rows)
        found = assessed(sqlite_database, compared(TWO_GROUPS))
        assert not any(isinstance(result, Estimate) for result in found.results)
        assert found.checks.balance is not None
        assert found.checks.balance.comparable

    def test_a_mix_that_changed_is_told(self, sqlite_database: Database) -> None:
        """Every site got better; in total errors rose, because the bad site grew."""
        rows = monthly(ERRORS, "2026-02", [4.0, 4.1, 3.9], 90, unit="Leeds")
        rows += monthly(ERRORS, "2026-08", [3.6, 3.5, 3.4], 10, unit="Leeds")
        rows += monthly(ERRORS, "2026-02", [9.0, 9.1, 8.9], 10, unit="Porto")
        rows += monthly(ERRORS, "2026-08", [8.5, 8.4, 8.6], 90, unit="Porto")
        ingest(sqlite_database, rows)
        plan = ComparisonPlan("none", (TreatedGroup({"unit": "Leeds"}, MAY), TreatedGroup({"unit": "Porto"}, MAY)))
        found = assessed(sqlite_database, compared(plan))
        assert found.checks.mix is not None
        assert found.checks.mix.total == pytest.approx((8.5 * 0.9 + 3.5 * 0.1) - (4 * 0.9 + 9 * 0.1))
        assert found.checks.mix.standardized == pytest.approx(-0.5)
        assert "simpson_reversal" in codes(found)

    def test_nothing_reported(self, sqlite_database: Database) -> None:
        found = assessed(sqlite_database, compared(TWO_GROUPS))
        assert (found.chosen, found.series, found.decision.grade) == (None, None, Grade.E0)

    def test_only_the_trained_reported(self, sqlite_database: Database) -> None:
        ingest(sqlite_database, sites(NEW, FELL))
        found = assessed(sqlite_database, compared(TWO_GROUPS))
        assert found.decision.grade is Grade.E2
        assert "difference_in_differences" not in methods(found)

    def test_before_the_start_nobody_has_taken_part(self, sqlite_database: Database) -> None:
        ingest(sqlite_database, [*sites(NEW, FELL), *sites(OLD, STAYED)])
        with sqlite_database.reading() as session:
            program = program_of(compared(TWO_GROUPS))
            found = assess_kpi(session, program, EVERYWHERE, parse_period("2026-03"), 5)
        assert found.decision.grade is Grade.E0

    def test_months_between_baseline_and_start_count_on_neither_side(self, sqlite_database: Database) -> None:
        """January to March is the baseline; in April something odd happened, and the program started in May."""
        rng = np.random.default_rng(2)
        rows = []
        for place, site in enumerate((*NEW, *OLD)):
            after = 7.0 if site in NEW else 8.0
            values = [8.0 + 0.1 * (place % 3) + rng.normal(0, 0.05) for _ in range(3)] + [30.0] + [after] * 6
            values = [value + 0.02 * (place % 3) for value in values]
            rows += monthly(ERRORS, "2026-01", values, 60, unit=site)
        ingest(sqlite_database, rows)
        january = parse_period("2026-01").first_month
        kpi = replace(EVERYWHERE, baseline=Baseline(january, january + 2))
        found = assessed(sqlite_database, replace(compared(TWO_GROUPS), kpis=(kpi,)), kpi)
        did = next(result for result in found.results if result.method == "difference_in_differences")
        assert isinstance(did, Estimate)
        assert (did.before, did.effect) == (3, pytest.approx(-1.0, abs=0.1))
        assert "months_missing" not in [finding.code for finding in did.findings]
        assert found.series is not None
        assert np.isnan(found.series.treated[3])

    def test_a_quarter_is_no_month(self, sqlite_database: Database) -> None:
        with sqlite_database.reading() as session, pytest.raises(InvalidError, match="month by month"):
            assess_kpi(session, program_of(PLAN_ALONE), EVERYWHERE, parse_period("2026-Q3"), 5)


class TestPrivacy:
    def test_a_small_arm_shows_nothing(self, sqlite_database: Database) -> None:
        rows = [*sites(NEW, FELL), *sites(("Lille",), STAYED, 3)]
        ingest(sqlite_database, rows)
        plan = replace(TWO_GROUPS, comparison=(ComparisonGroup({"unit": "Lille"}),))
        found = assessed(sqlite_database, compared(plan))
        assert found.small_groups
        assert (found.results, found.chosen, found.series) == ((), None, None)
        assert codes(found) == ["group_below_privacy_minimum"]

    def test_small_sites_count_in_their_arm(self, sqlite_database: Database) -> None:
        ingest(sqlite_database, [*sites(NEW, FELL, 4), *sites(OLD, STAYED, 4)])
        found = assessed(sqlite_database, compared(TWO_GROUPS))
        assert not found.small_groups
        assert any(result.method == "difference_in_differences" for result in found.results)
        assert found.series is not None
        assert np.isfinite(found.series.treated).all()

    def test_small_units_are_not_named(self, sqlite_database: Database) -> None:
        """Graz never reported after the launch; with three people it is not named, with sixty it is."""
        for people, named in ((3, False), (60, True)):
            rows = [*sites(NEW[:2], FELL, 60), *sites(OLD, STAYED, 60)]
            rows += monthly(ERRORS, "2026-02", [8.4, 8.3, 8.5], people, unit="Graz")
            ingest(sqlite_database, rows)
            found = assessed(sqlite_database, compared(TWO_GROUPS))
            did = next(result for result in found.results if result.method == "difference_in_differences")
            assert isinstance(did, Estimate)
            left_out = next(finding for finding in did.findings if finding.code == "units_left_out")
            assert (left_out.names == ("Graz",)) is named


PLAN_ALONE = replace(PLAN, kpis=(EVERYWHERE,), comparison_plan=ComparisonPlan("none", TWO_GROUPS.treated))


def ingest(database: Database, rows: list[dict[str, Any]]) -> None:
    """Send observations through the intake."""
    with database.writing() as session:
        options = IngestOptions(source="qa", sent_by="a test")
        assert ingest_records(session, rows, options, datetime(2026, 11, 2, tzinfo=UTC)).rejected == 0
