"""Assesses a KPI of a program: effects from the stored observations, their grade, and what qualifies them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from lei.errors import InvalidError, NotFoundError, Problem
from lei.evidence.before_after import METHOD as BEFORE_AFTER
from lei.evidence.estimate import Estimate, Finding, Result
from lei.evidence.grade import Grade
from lei.evidence.grades import LOWEST_BY_LOWERING, GradeDecision, assign_grade, best_graded, lower_by_person
from lei.evidence.methods import BASIS, Basis
from lei.evidence.regression_to_mean import RegressionToMean
from lei.periods import Grain, Period
from lei.services.evidence.definition_changes import definition_changed
from lei.services.evidence.kpi_assessment import Checks, KpiAssessment
from lei.services.evidence.kpi_checks import check_kpi
from lei.services.evidence.kpi_effects import compute_effects
from lei.services.evidence.kpi_figures import evidence_series, nameable_units, without_small_units
from lei.services.evidence.kpi_panel import KpiPanel, read_kpi_panel
from lei.services.evidence.kpi_subject import subject_of
from lei.services.evidence.study_of_program import Study, design_of, design_without_data, people_of, plan_of_comparison
from lei.services.scores.score_privacy import smallest_groups
from lei.storage.measures import StoredMeasure, read_measures
from lei.storage.program_plans import PlannedKpi
from lei.storage.programs import Program

_GRADES = {grade.key: grade for grade in Grade}


def assess_kpi(
    session: Session, program: Program, planned: PlannedKpi, last: Period, min_group_size: int
) -> KpiAssessment:
    """What may be said about a planned KPI with the data up to and including the month `last`.

    Raises InvalidError where `last` is no month, NotFoundError where the catalogue does not know the KPI any more.
    """
    if last.grain is not Grain.MONTH:
        text = "Evidence is read month by month; give a month, such as 2026-10."
        raise InvalidError(text, [Problem("to", "not_allowed", text)])
    stored = read_measures(session).get(planned.kpi_key)
    if stored is None:
        raise NotFoundError(f"There is no KPI '{planned.kpi_key}'.")
    found = read_kpi_panel(session, stored, program.plan, planned, last)
    smallest = int(smallest_groups([stored.measure.min_group_size], min_group_size)[0])
    if found is None or not found.full.treated.any():
        return _without_data(program, planned, stored, last)
    changed = definition_changed(session, stored, found.first, last)
    return _assessed(program, planned, stored, _Data(found, smallest, changed, last))


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """What was read of a KPI: its panel, the smallest group to show, whether it was redefined, the newest month."""

    found: KpiPanel
    smallest: int
    redefined: bool
    last: Period


def _without_data(program: Program, planned: PlannedKpi, stored: StoredMeasure, last: Period) -> KpiAssessment:
    """A KPI of which nothing is there to show."""
    design = design_without_data(program, planned)
    return KpiAssessment(
        planned=planned,
        kpi=stored.measure,
        subject=subject_of(program.plan, planned, stored.measure, (last, last)),
        window=(last, last),
        results=(),
        not_computed=(),
        chosen=None,
        design=design,
        decision=assign_grade(None, design),
        checks=Checks(),
        series=None,
    )


def _assessed(program: Program, planned: PlannedKpi, stored: StoredMeasure, data: _Data) -> KpiAssessment:
    plan, found, lag = program.plan.comparison_plan, data.found, planned.expected_lag_months
    effects = compute_effects(found, plan_of_comparison(plan), lag)
    checks = check_kpi(found.compared, plan, lag, _first_of(effects.results, BEFORE_AFTER))
    compared = next((one for one in effects.graded if BASIS.get(one.method) is Basis.COMPARISON), None)
    study = Study(found.compared, lag, data.last, checks, effects.interrupted, compared)
    if _too_small(study, data.smallest):
        hidden = Finding("group_below_privacy_minimum", {"limit": data.smallest})
        return replace(_without_data(program, planned, stored, data.last), findings=(hidden,), small_groups=True)
    design, told = design_of(program, planned, study)
    design = replace(design, definition_or_sampling_changed=data.redefined)
    chosen, decision = best_graded(effects.graded, design)
    nameable = nameable_units(found.full, data.smallest)
    told = (*told, *_more_to_tell(checks, stored))
    window = (min(found.first.shift(found.start + lag), data.last), data.last)
    return KpiAssessment(
        planned=planned,
        kpi=stored.measure,
        subject=subject_of(program.plan, planned, stored.measure, window),
        window=window,
        results=tuple(_named(result, found, nameable) for result in effects.results),
        not_computed=effects.not_computed,
        chosen=None if chosen is None else _named(chosen, found, nameable),
        design=design,
        decision=_limited(decision, program, planned),
        checks=checks,
        series=evidence_series(found, stored.measure, effects.interrupted, lag, data.smallest),
        findings=without_small_units(told, found.full, nameable),
    )


def _first_of(results: Sequence[Result], method: str) -> Result | None:
    return next((result for result in results if result.method == method), None)


def _too_small(study: Study, smallest: int) -> bool:
    """Whether an arm is below the privacy minimum: then nothing that is computed of it may be shown."""
    treated = study.panel.treated
    arms = (treated, ~treated) if (~treated).any() else (treated,)
    return any(people_of(study, arm) < smallest for arm in arms)


def _more_to_tell(checks: Checks, stored: StoredMeasure) -> tuple[Finding, ...]:
    """What the checks found that no grade is decided by."""
    told = () if checks.mix is None else checks.mix.findings
    regression = checks.regression_to_mean
    if isinstance(regression, RegressionToMean) and regression.finding is not None:
        told += (regression.finding,)
    if stored.measure.window_months != 1:
        told += (Finding("values_overlap"),)
    return told


def _named(result: Result, found: KpiPanel, nameable: frozenset[str]) -> Result:
    """The result, with the names of units that are too small taken out of its findings."""
    if not isinstance(result, Estimate):
        return result
    return replace(result, findings=without_small_units(result.findings, found.full, nameable))


def _limited(decision: GradeDecision, program: Program, planned: PlannedKpi) -> GradeDecision:
    """The decision, lowered to the lowest grade that a person gave, where that is lower."""
    limits = [limit for limit in program.grade_limits if limit.kpi_key == planned.kpi_key]
    for limit in limits:
        wanted = max(_GRADES[limit.grade], LOWEST_BY_LOWERING)
        if wanted < decision.grade:
            decision = lower_by_person(decision, wanted, f"{limit.reason} ({limit.by})")
    return decision
