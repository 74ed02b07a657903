"""The money of a program from its plan, costs and estimates, and every reason for which none is stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from program_data import KPI, PLAN

from lei.catalog.loader import default_kpis
from lei.evidence.claims import Subject, Units
from lei.evidence.estimate import Estimate as Effect
from lei.evidence.estimate import TooLittle
from lei.evidence.grade import Grade
from lei.evidence.grades import GradeDecision
from lei.evidence.study_design import Arm, StudyDesign
from lei.periods import parse_period
from lei.services.chain.program_money import KpiMoney
from lei.services.chain.value_program import improved_as_printed, money_of, newest_estimates
from lei.services.evidence.kpi_assessment import Checks, KpiAssessment
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_records import Record
from lei.storage.programs import Program

# Errors fell by 4/3 per 100 tickets, 0.585 to 2.081
EFFECT = Effect("difference_in_differences", -4 / 3, -2.0814, -0.5852, 0.27, 0.008, 270, 270, before=3, after=3)
COSTS = Costs(
    "EUR",
    design=9000,
    delivery=6000,
    platform=2000,
    administration=1000,
    evaluation=1400,
    participants=180,
    hours_per_participant=6,
    hourly_rate=20,
    budget=42_000,
)
ESTIMATE = Estimate("kpi_early_error_rate", "Maria Lopez", date(2026, 10, 1), 0.6, 0.8, "Reviews of errors")


def assessed(grade: Grade = Grade.E4, **changes: Any) -> KpiAssessment:
    """What was found of the KPI, at a grade."""
    (kpi,) = (kpi for kpi in default_kpis() if kpi.key == KPI.kpi_key)
    window = parse_period("2026-08"), parse_period("2026-10")
    subject = Subject(
        kpi_key=kpi.key,
        kpi_name="early errors",
        unit="per 100 tickets",
        lower_is_better=True,
        population="the sites with the new onboarding",
        units=Units.SITES,
        window=window,
    )
    plain: dict[str, Any] = {
        "planned": KPI,
        "kpi": kpi,
        "subject": subject,
        "window": window,
        "results": (),
        "not_computed": (),
        "chosen": EFFECT,
        "design": StudyDesign(treated=Arm(90)),
        "decision": GradeDecision(grade, grade, {}),
        "checks": Checks(),
        "series": None,
    }
    return KpiAssessment(**{**plain, **changes})


def program(*estimates: Estimate, costs: Costs | None = COSTS) -> Program:
    """A program with these estimates."""
    made = date(2026, 4, 1)
    now: Any = made
    records = tuple(
        Record(number, "estimate", estimate, now, "a test", None, None) for number, estimate in enumerate(estimates, 1)
    )
    return Program(1, "onboarding", PLAN, None, costs, now, "a test", records=records)


def valued(assessment: KpiAssessment, *estimates: Estimate, documented: bool = False, **more: Any) -> KpiMoney:
    """The money of the one KPI."""
    (found,) = money_of(program(*estimates, **more), [assessment], documented=documented).kpis
    return found


def test_a_measured_difference_is_credited_in_full() -> None:
    """240 units a month x 12 x 22 x 0.8 = 50,688 beside 41,000."""
    found = valued(assessed(), ESTIMATE).stated
    assert found is not None
    assert found.adjusted_benefit.value == pytest.approx(50_688)
    assert found.cost.total == 41_000


def test_the_range_is_that_of_the_printed_interval() -> None:
    """−2.1 to −0.6 per 100 of 18,000 tickets: 108 to 378 fewer a month."""
    improved = improved_as_printed(EFFECT, 180, lower_is_better=True)
    assert improved.per_month == pytest.approx(240)
    assert improved.interval == pytest.approx((108, 378))


def test_an_interval_that_rounding_would_move_past_the_effect_still_holds_it() -> None:
    narrow = replace(EFFECT, ci_low=-1.34, ci_high=-1.3333)
    improved = improved_as_printed(narrow, 180, lower_is_better=True)
    assert improved.interval is not None
    assert improved.interval[0] <= improved.per_month <= improved.interval[1]


def test_before_and_after_alone_is_an_estimated_value_under_a_ceiling() -> None:
    """E2: 63,360 x 0.25 x 0.8 = 12,672."""
    money = valued(assessed(Grade.E2), ESTIMATE)
    assert money.stated is not None
    assert money.stated.adjusted_benefit.value == pytest.approx(12_672)
    assert money.sentence.startswith("Estimated value: EUR 12,672 in the first year (")
    assert "The credited share was estimated at 60%; at this grade 25% is the most that counts." in money.lines


def test_a_documented_estimate_counts_where_the_organization_permits_it() -> None:
    """63,360 x 0.6 x 0.8 = 30,412.80; without its basis an estimate is not documented."""
    money = valued(assessed(Grade.E2), ESTIMATE, documented=True)
    assert money.stated is not None
    assert money.stated.adjusted_benefit.value == pytest.approx(30_412.8)
    assert "The credited share (60%) is an estimate." in money.lines
    bare = valued(assessed(Grade.E2), replace(ESTIMATE, basis=" "), documented=True)
    assert bare.stated is not None
    assert bare.stated.adjusted_benefit.value == pytest.approx(12_672)


@pytest.mark.parametrize(
    ("assessment", "reason"),
    [
        (assessed(Grade.E1), "grade_too_low"),
        (assessed(Grade.E0, chosen=None), "grade_too_low"),
        (assessed(small_groups=True), "small_group"),
        (assessed(chosen=TooLittle("before_after", {"people": 20}, {"people": 3})), "no_number"),
        (assessed(planned=replace(KPI, value_per_unit=None)), "no_unit_value"),
        (assessed(planned=replace(KPI, units_per_month=None)), "nothing_counted"),
        (assessed(planned=replace(KPI, units_per_month=0.0)), "nothing_counted"),
    ],
)
def test_none_is_stated_for_a_reason(assessment: KpiAssessment, reason: str) -> None:
    money = valued(assessment, ESTIMATE)
    assert (money.withheld, money.stated, money.lines) == (reason, None, ())
    assert money.sentence.startswith("No money is stated: ")


def test_none_is_stated_without_cost_or_in_two_currencies_or_without_anybody_asked() -> None:
    assert valued(assessed(), ESTIMATE, costs=None).withheld == "no_cost"
    assert valued(assessed(), ESTIMATE, costs=Costs("EUR", budget=42_000)).withheld == "no_cost"
    assert valued(assessed(), ESTIMATE, costs=replace(COSTS, currency="USD")).withheld == "two_currencies"
    assert valued(assessed()).withheld == "nobody_asked_confidence"
    assert valued(assessed(Grade.E3)).withheld == "nobody_asked_isolation"


def test_who_estimates_again_replaces_what_they_said() -> None:
    later = replace(ESTIMATE, estimator="maria lopez", stated_on=date(2026, 11, 1), confidence_factor=0.5)
    other = replace(ESTIMATE, estimator="Ines Costa")
    elsewhere = replace(ESTIMATE, estimator="Tom Reed", kpi_key="kpi_win_rate")
    assert newest_estimates(program(later, ESTIMATE, other, elsewhere), KPI.kpi_key) == (later, other)


def test_the_spending_is_told_against_the_budget() -> None:
    spend = money_of(program(), []).spend
    assert spend is not None
    assert spend.share == pytest.approx(41 / 42)
    assert spend.line == "Spent: EUR 41,000 of a budget of EUR 42,000 (98%)."
    assert money_of(program(costs=None), []).spend is None
