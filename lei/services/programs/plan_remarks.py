"""What a careful reader would remark on a plan that is allowed, but could be better or claims little."""

from __future__ import annotations

from collections.abc import Iterator

from lei.catalog.loader import typical_lags
from lei.catalog.program_types import ProgramType, program_types
from lei.language import _, ngettext
from lei.storage.program_plans import ComparisonPlan, Plan, PlannedKpi

GOOD_BASELINE_MONTHS = 6
FEWEST_SITES = 3


def remarks_on(plan: Plan) -> list[str]:
    """Sentences, first on KPIs, then on what they are compared with; empty where there is nothing to remark."""
    kind = program_types()[plan.program_type]
    remarks = [remark for kpi in plan.kpis for remark in _on_kpi(kpi, kind)]
    if plan.stops_at_readiness:
        remarks.append(_("The program stops at readiness: no business result can be claimed for it."))
    elif plan.kpis:
        remarks += _on_comparison(plan.comparison_plan)
    return remarks


def _on_kpi(kpi: PlannedKpi, kind: ProgramType) -> Iterator[str]:
    yield from _on_choice(kpi, kind)
    if kpi.baseline.months < GOOD_BASELINE_MONTHS:
        # For translators: {kpi}: the key of a KPI; {months}, {good}: numbers from 1 on.
        told = _(
            "The baseline of {kpi} has {months} months; with {good} or more its earlier trend could be told apart from "
            "the change."
        )
        yield told.format(kpi=kpi.kpi_key, months=kpi.baseline.months, good=GOOD_BASELINE_MONTHS)
    earliest = typical_lags().get(kpi.kpi_key, (0, 0))[0]
    if kpi.expected_lag_months < earliest:
        # For translators: {kpi}: the key of a KPI.
        told = ngettext(
            "{kpi} usually moves no sooner than {months} month after learning; the plan expects it earlier.",
            "{kpi} usually moves no sooner than {months} months after learning; the plan expects it earlier.",
            earliest,
        )
        yield told.format(kpi=kpi.kpi_key, months=earliest)
    if kpi.value_per_unit is None:
        told = _("Finance has not said what {kpi} is worth; its change will be shown without money.")
        yield told.format(kpi=kpi.kpi_key)


def _on_choice(kpi: PlannedKpi, kind: ProgramType) -> Iterator[str]:
    if kpi.avoided_because:
        # For translators: {kpi}: the key of a KPI; {reason}: a whole sentence.
        told = _("{kpi} should be avoided here: {reason}")
        yield told.format(kpi=kpi.kpi_key, reason=_(kpi.avoided_because))
    elif kpi.kpi_key not in kind.recommended:
        # For translators: {kpi}: the key of a KPI; {kpis}: the keys of several.
        told = _("{kpi} is none of the KPIs recommended for this type: {kpis}.")
        yield told.format(kpi=kpi.kpi_key, kpis=", ".join(kind.recommended))


def _on_comparison(comparison: ComparisonPlan | None) -> Iterator[str]:
    if comparison is None:
        return
    if comparison.design == "none":
        yield _("Without a comparison group, a change in the KPI can at most be consistent with the program.")
        if comparison.chosen_because_results_were_bad:
            yield _("Groups that are chosen because of bad results tend to get better by themselves.")
    if comparison.volunteers:
        yield _("People who volunteer may differ from others; compare their baselines.")
    arms = (len(comparison.treated), len(comparison.comparison))
    if comparison.assigned_by == "site" and comparison.cluster_dimension is None and 0 < min(arms) < FEWEST_SITES:
        # For translators: {sites}: a number.
        told = _("With fewer than {sites} sites in each arm, one site can make the difference by itself.")
        yield told.format(sites=FEWEST_SITES)
