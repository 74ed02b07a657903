"""From the plan of a program and the data of a KPI to the facts that a grade of evidence is decided from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lei.evidence.estimate import Bools, Finding, Result, TooLittle
from lei.evidence.interrupted import InterruptedSeries
from lei.evidence.panel_checks import usable
from lei.evidence.panel_data import Panel
from lei.evidence.pre_trend import pre_trend_for_grade
from lei.evidence.study_design import Arm, AssignedBy, Band, ComparisonPlan, Hit, OtherChange, StudyDesign
from lei.periods import Period
from lei.services.evidence.kpi_assessment import Checks
from lei.storage.program_plans import ComparisonPlan as PlannedComparison
from lei.storage.program_plans import DropOut, KnownChange, PlannedKpi
from lei.storage.programs import Program

Lost = tuple[float | None, float | None]
Told = tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """The data of a KPI as far as its design is decided by it: the panel compared, its lag, and what was computed.

    last: the newest month. effect: the result against the comparison, if there is any.
    """

    panel: Panel
    lag: int
    last: Period
    checks: Checks
    interrupted: InterruptedSeries | None
    effect: Result | None

    @property
    def start(self) -> int:
        """The first month of the program in any unit."""
        return int(self.panel.starts[self.panel.treated].min())

    @property
    def has_begun(self) -> bool:
        """Whether the program runs in any unit by the last month."""
        return self.start < len(self.panel.values[0])

    @property
    def before(self) -> Bools:
        """The months [T] ahead of the first start."""
        months: Bools = np.arange(self.panel.values.shape[1]) < self.start
        return months

    @property
    def after(self) -> Bools:
        """The months [T] from the first start on, without those in which no effect is expected yet."""
        months: Bools = np.arange(self.panel.values.shape[1]) >= self.start + self.lag
        return months


def plan_of_comparison(plan: PlannedComparison | None) -> ComparisonPlan:
    """Whom the plan compares with."""
    return ComparisonPlan.NONE if plan is None else ComparisonPlan(plan.design)


def design_of(program: Program, planned: PlannedKpi, study: Study) -> tuple[StudyDesign, tuple[Finding, ...]]:
    """The design of a KPI with data, and what the checks behind it leave to be told."""
    plan = program.plan.comparison_plan
    kind = plan_of_comparison(plan)
    lost = (None, None) if program.plan.drop_out is None else _lost(program.plan.drop_out)
    post_hoc = program.is_post_hoc(planned)
    facts, told = facts_of(study, kind, lost)
    design = StudyDesign(
        **facts,
        comparison_plan=kind,
        assigned_by=AssignedBy.SITE if plan is not None and plan.assigned_by == "site" else AssignedBy.PERSON,
        chosen_because_results_were_bad=plan is not None and plan.chosen_because_results_were_bad,
        volunteers=plan is not None and plan.volunteers,
        other_changes=_changes(program.plan.known_other_changes, first=study.last.shift(_back(study)), last=study.last),
        post_hoc=post_hoc,
        fixed_before_launch=program.fixed_before_launch and not post_hoc,
    )
    return design, told


def facts_of(study: Study, kind: ComparisonPlan, lost: Lost = (None, None)) -> tuple[dict[str, Any], Told]:
    """The facts of a design that the data tell (fields of `StudyDesign`), and what the checks leave to be told.

    lost: the share that dropped out of each group.
    """
    panel, balance = study.panel, study.checks.balance
    others = ~panel.treated if kind is not ComparisonPlan.NONE else np.zeros_like(panel.treated)
    if kind is ComparisonPlan.PHASED_ROLLOUT and not others.any():
        others = panel.starts != study.start
    pre_trend, told = pre_trend_for_grade(
        study.checks.parallel_trends, study.checks.placebo, study.effect, _months_apart(study)
    )
    facts = {
        "treated": _arm(study, panel.treated, lost[0]),
        "comparison": _arm(study, others, lost[1]) if others.any() else None,
        "months_before": _months(study, study.before, others),
        "months_after": _months(study, study.after, others),
        "baselines_compared": balance is not None,
        "baselines_comparable": None if balance is None else balance.comparable,
        "pre_trend": pre_trend,
        "band": _band(study.interrupted),
    }
    return facts, (*(() if balance is None else balance.findings), *told)


def design_without_data(program: Program, planned: PlannedKpi) -> StudyDesign:
    """The design of a KPI that nothing was reported of for any group."""
    post_hoc = program.is_post_hoc(planned)
    return StudyDesign(
        treated=Arm(people=0), post_hoc=post_hoc, fixed_before_launch=program.fixed_before_launch and not post_hoc
    )


def people_of(study: Study, members: Bools) -> int:
    """The cases of an average month, before or after, whichever has fewer.

    Cases of several months are not added up: the same people come back month after month.
    """
    counts = [_average(study, members, months) for months in (study.before, study.after)]
    known = [count for count in counts if count is not None]
    return int(min(known, default=0.0))


def _average(study: Study, members: Bools, months: Bools) -> float | None:
    by_month = np.where(usable(study.panel), study.panel.cases, 0.0)[members][:, months].sum(axis=0)
    return float(by_month[by_month > 0].mean()) if (by_month > 0).any() else None


def _arm(study: Study, members: Bools, dropout: float | None) -> Arm:
    """A group with its people; nobody has taken part in what has not begun."""
    seen = members & usable(study.panel).any(axis=1)
    sites = len({study.panel.clusters[unit] for unit in np.flatnonzero(seen)})
    return Arm(people=people_of(study, members) if study.has_begun else 0, sites=sites, dropout=dropout)


def _months(study: Study, months: Bools, others: Bools) -> int:
    """Months in which every group that there is has a value."""
    cells = usable(study.panel) & months
    both = cells[study.panel.treated].any(axis=0)
    if others.any():
        both &= cells[others].any(axis=0)
    return int(both.sum())


def _months_apart(study: Study) -> float:
    """From the middle of the months before to that of the months after."""
    before, after = np.flatnonzero(study.before), np.flatnonzero(study.after)
    return float(after.mean() - before.mean()) if before.size and after.size else 0.0


def _back(study: Study) -> int:
    """From the last month to the first one with the program, in months (0 or less)."""
    return min(study.start - (len(study.panel.values[0]) - 1), 0)


def _changes(known: tuple[KnownChange, ...], *, first: Period, last: Period) -> tuple[OtherChange, ...]:
    """Other changes from the first start to the last month; what came before or comes later explains nothing here."""
    hits = {"treated": Hit.TREATED_ONLY, "both": Hit.BOTH_EQUALLY}
    return tuple(
        OtherChange(change.what, hits[change.hits])
        for change in known
        if first.first_month <= change.month <= last.first_month
    )


def _lost(drop_out: DropOut) -> Lost:
    """The share that left each arm; None where nobody is on record as having begun."""
    arms = (
        (drop_out.treated_left, drop_out.treated_started),
        (drop_out.comparison_left, drop_out.comparison_started),
    )
    treated, comparison = (left / started if started else None for left, started in arms)
    return treated, comparison


def _band(series: InterruptedSeries | TooLittle | None) -> Band | None:
    if not isinstance(series, InterruptedSeries):
        return None
    return Band.OUTSIDE if series.left_the_band else Band.INSIDE
