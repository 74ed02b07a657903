"""Values the change of a program's KPIs: money beside full cost and range, or the reason why none is stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from lei.evidence.amounts import decimals_for
from lei.evidence.benefit import UnitsImproved, UnitValue, units_improved
from lei.evidence.costs import LEAST_COST, FullCost
from lei.evidence.estimate import Estimate as Effect
from lei.evidence.finding_words import finding_sentences
from lei.evidence.grade import Grade
from lei.evidence.methods import is_correlation
from lei.evidence.money import Valuation, ValueCase, value_of_program
from lei.evidence.money_words import WithheldCode, spend_line, value_lines, value_sentence, withheld_sentence
from lei.periods import Period
from lei.services.chain.program_money import KpiMoney, ProgramMoney, Spend
from lei.services.evidence.assess_kpis import assess_kpis
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_plans import PlannedKpi
from lei.storage.programs import Program


def value_program(
    session: Session, program: Program, last: Period, min_group_size: int, *, documented: bool = False
) -> ProgramMoney:
    """The money of each KPI of a program with the data up to and including the month `last`, the primary one first.

    documented: the organisation permits a documented estimate of the credited share above the ceiling of the grade.
    Raises InvalidError where `last` is no month.
    """
    return money_of(program, assess_kpis(session, program, last, min_group_size), documented=documented)


def money_of(program: Program, assessed: Sequence[KpiAssessment], *, documented: bool = False) -> ProgramMoney:
    """As `value_program`, from what is known of its KPIs."""
    cost = None if program.costs is None else full_cost(program.costs)
    budget = None if program.costs is None else program.costs.budget
    return ProgramMoney(
        kpis=tuple(_kpi_money(program, assessment, cost, documented=documented) for assessment in assessed),
        spend=None if cost is None else Spend(cost, budget, spend_line(cost, budget)),
        intangibles=program.plan.intangibles,
    )


def full_cost(costs: Costs) -> FullCost | None:
    """The costs of a program as money is compared with them; None where nothing is stated but a budget."""
    if costs.fully_loaded < LEAST_COST:
        return None
    return FullCost(
        currency=costs.currency,
        design=costs.design,
        delivery=costs.delivery,
        platform=costs.platform,
        administration=costs.administration,
        evaluation=costs.evaluation,
        participants=costs.participants,
        hours_each=costs.hours_per_participant,
        hourly_rate=costs.hourly_rate,
    )


def newest_estimates(program: Program, kpi_key: str) -> tuple[Estimate, ...]:
    """The newest estimate of each estimator for a KPI: who estimates again replaces what they said before."""
    newest: dict[str, Estimate] = {}
    for estimate in sorted(program.estimates, key=lambda each: each.stated_on):
        if estimate.kpi_key == kpi_key:
            newest[estimate.estimator.strip().casefold()] = estimate
    return tuple(newest.values())


def _kpi_money(program: Program, assessment: KpiAssessment, cost: FullCost | None, *, documented: bool) -> KpiMoney:
    planned, estimates = assessment.planned, newest_estimates(program, assessment.planned.kpi_key)
    effect, grade = assessment.chosen, assessment.decision.grade
    missing = _missing(assessment, cost)
    if missing is not None or cost is None or not isinstance(effect, Effect):
        reason = missing or "no_number"
        return KpiMoney(planned.kpi_key, grade, None, reason, estimates, withheld_sentence(reason), ())
    case = ValueCase(
        grade=grade,
        improved=improved_as_printed(effect, planned.units_per_month or 0.0, assessment.subject.lower_is_better),
        cost=cost,
        unit_value=_unit_value(planned),
        isolation=tuple(estimate.isolation_factor for estimate in estimates),
        confidence=tuple(estimate.confidence_factor for estimate in estimates),
        documented=documented and all(estimate.basis.strip() for estimate in estimates),
        intangibles=program.plan.intangibles,
    )
    value = value_of_program(case)
    if not isinstance(value, Valuation):
        return KpiMoney(planned.kpi_key, grade, value, value.reason, estimates, withheld_sentence(value.reason), ())
    names = [estimate.estimator for estimate in estimates]
    lines = (*value_lines(value, names), *finding_sentences(value.findings))
    return KpiMoney(planned.kpi_key, grade, value, None, estimates, value_sentence(value), lines)


def _missing(assessment: KpiAssessment, cost: FullCost | None) -> WithheldCode | None:
    """The first thing that a value cannot do without; a grade below E2 comes before what a person could still state."""
    if assessment.small_groups:
        return "small_group"
    if assessment.decision.grade < Grade.E2:
        return "grade_too_low"
    if not isinstance(assessment.chosen, Effect) or is_correlation(assessment.chosen.method):
        return "no_number"
    if assessment.planned.value_per_unit is None or assessment.planned.value_per_unit.amount <= 0:
        return "no_unit_value"
    if assessment.planned.units_per_month is None or assessment.planned.units_per_month <= 0:
        return "nothing_counted"
    if cost is None:
        return "no_cost"
    return None if cost.currency == assessment.planned.value_per_unit.currency else "two_currencies"


def improved_as_printed(effect: Effect, units_per_point: float, lower_is_better: bool) -> UnitsImproved:
    """Units a month better, the interval as it is printed beside the claim, so that a reader can check the range."""
    decimals = decimals_for(effect.effect, effect.ci_low, effect.ci_high)
    low = min(round(effect.ci_low, decimals), effect.effect)
    high = max(round(effect.ci_high, decimals), effect.effect)
    return units_improved(replace(effect, ci_low=low, ci_high=high), units_per_point, lower_is_better=lower_is_better)


def _unit_value(planned: PlannedKpi) -> UnitValue | None:
    stated = planned.value_per_unit
    return None if stated is None else UnitValue(stated.amount, stated.currency, stated.owner, stated.stated_on)
