"""What is remarked on plans that are allowed: limits that their owners should know before they promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lei.services.programs.plan_remarks import remarks_on
from lei.storage.program_plans import (
    Baseline,
    ComparisonGroup,
    ComparisonPlan,
    Plan,
    PlannedKpi,
    TreatedGroup,
    ValuePerUnit,
)

MAY = 2026 * 12 + 4
KPI = PlannedKpi(
    kpi_key="kpi_early_error_rate",
    role="primary",
    kpi_owner="Maria",
    baseline=Baseline(MAY - 6, MAY - 1),
    target=7.0,
    direction="lower_is_better",
    expected_lag_months=1,
    value_per_unit=ValuePerUnit(22, "EUR", "Jon", date(2026, 4, 2)),
)
SITES = ComparisonPlan(
    "untrained_group",
    treated=tuple(TreatedGroup({"unit": name}, MAY) for name in ("Leeds", "Porto", "Graz")),
    comparison=tuple(ComparisonGroup({"unit": name}) for name in ("Lille", "Turin", "Oslo")),
    assigned_by="site",
)
PLAN = Plan("Support", "onboarding", "Errors.", {}, MAY, kpis=(KPI,), comparison_plan=SITES)


def test_a_good_plan_needs_no_remark() -> None:
    assert remarks_on(PLAN) == []


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        (replace(KPI, avoided_because="Too few."), "should be avoided here: Too few."),
        (replace(KPI, kpi_key="kpi_retention", expected_lag_months=6), "none of the KPIs recommended"),
        (replace(KPI, baseline=Baseline(MAY - 5, MAY - 1)), "has 5 months; with 6 or more"),
        (replace(KPI, expected_lag_months=0), "usually moves no sooner than 1 month after learning"),
        (replace(KPI, value_per_unit=None), "without money"),
    ],
)
def test_a_kpi_that_could_be_better(kpi: PlannedKpi, words: str) -> None:
    (remark,) = remarks_on(replace(PLAN, kpis=(kpi,)))
    assert words in remark


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (ComparisonPlan("none"), ["can at most be consistent"]),
        (ComparisonPlan("none", chosen_because_results_were_bad=True), ["consistent", "get better by themselves"]),
        (replace(SITES, volunteers=True), ["volunteer"]),
        (replace(SITES, comparison=SITES.comparison[:2]), ["fewer than 3 sites"]),
        (replace(SITES, comparison=SITES.comparison[:1], cluster_dimension="unit"), []),
        (replace(SITES, comparison=SITES.comparison[:1], assigned_by="person"), []),
    ],
)
def test_a_comparison_that_limits_what_can_be_claimed(comparison: ComparisonPlan, words: list[str]) -> None:
    remarks = remarks_on(replace(PLAN, comparison_plan=comparison))
    assert len(remarks) == len(words)
    assert all(word in remark for word, remark in zip(words, remarks, strict=True))


def test_a_program_without_a_kpi_claims_no_business_result() -> None:
    (remark,) = remarks_on(replace(PLAN, kpis=(), stops_at_readiness=True))
    assert "no business result can be claimed" in remark
    assert remarks_on(Plan("Support", "onboarding", "Errors.", {})) == []
