"""What a careful reader would remark on a plan that is allowed, but could be better or claims little."""

from __future__ import annotations

from collections.abc import Iterator

from lei.catalog.loader import typical_lags
from lei.catalog.program_types import ProgramType, program_types
from lei.storage.program_plans import ComparisonPlan, Plan, PlannedKpi

GOOD_BASELINE_MONTHS = 6
FEWEST_SITES = 3


def remarks_on(plan: Plan) -> list[str]:
    """Sentences, first on KPIs, then on what they are compared with; empty where there is nothing to remark."""
    kind = program_types()[plan.program_type]
    remarks = [remark for kpi in plan.kpis for remark in _on_kpi(kpi, kind)]
    if plan.stops_at_readiness:
        remarks.append("The program stops at readiness: no business result can be claimed for it.")
    elif plan.kpis:
        remarks += _on_comparison(plan.comparison_plan)
    return remarks


def _on_kpi(kpi: PlannedKpi, kind: ProgramType) -> Iterator[str]:
    if kpi.avoided_because:
        yield f"{kpi.kpi_key} should be avoided here: {kpi.avoided_because}"
    elif kpi.kpi_key not in kind.recommended:
        yield f"{kpi.kpi_key} is none of the KPIs recommended for this type: {', '.join(kind.recommended)}."
    if kpi.baseline.months < GOOD_BASELINE_MONTHS:
        yield (
            f"The baseline of {kpi.kpi_key} has {kpi.baseline.months} months; with {GOOD_BASELINE_MONTHS} or more its "
            "earlier trend could be told apart from the change."
        )
    earliest, _ = typical_lags().get(kpi.kpi_key, (0, 0))
    if kpi.expected_lag_months < earliest:
        months = f"{earliest} month{'' if earliest == 1 else 's'}"
        yield f"{kpi.kpi_key} usually moves no sooner than {months} after learning; the plan expects it earlier."
    if kpi.value_per_unit is None:
        yield f"Finance has not said what {kpi.kpi_key} is worth; its change will be shown without money."


def _on_comparison(comparison: ComparisonPlan | None) -> Iterator[str]:
    if comparison is None:
        return
    if comparison.design == "none":
        yield "Without a comparison group, a change in the KPI can at most be consistent with the program."
        if comparison.chosen_because_results_were_bad:
            yield "Groups that are chosen because of bad results tend to get better by themselves."
    if comparison.volunteers:
        yield "People who volunteer may differ from others; compare their baselines."
    arms = (len(comparison.treated), len(comparison.comparison))
    if comparison.assigned_by == "site" and comparison.cluster_dimension is None and 0 < min(arms) < FEWEST_SITES:
        yield f"With fewer than {FEWEST_SITES} sites in each arm, one site can make the difference by itself."
