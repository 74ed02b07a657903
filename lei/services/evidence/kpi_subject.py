"""What a claim about a KPI of a program is about, in the words of its sentence."""

from __future__ import annotations

from collections.abc import Mapping

from lei.catalog.measure import Measure
from lei.evidence.claims import Subject, Units
from lei.language import N_, _
from lei.letters import within_sentence
from lei.periods import Period
from lei.storage.program_plans import ComparisonPlan, Plan, PlannedKpi

_SITES = frozenset(("site", "unit", "location", "branch", "plant", "store", "region", "country"))
_TEAMS = frozenset(("team", "department", "squad", "crew", "shift"))


_GROUP_NAMES: Mapping[Units, str] = {
    # For translators: how a group is named whose planner gave it no name; {program}: the name of a program.
    Units.SITES: N_("the sites with {program}"),
    Units.TEAMS: N_("the teams with {program}"),
    Units.PEOPLE: N_("the people with {program}"),
}


def subject_of(plan: Plan, planned: PlannedKpi, kpi: Measure, window: tuple[Period, Period]) -> Subject:
    """The subject of the claims about a planned KPI in a window."""
    units = units_of(plan.comparison_plan)
    stated = "" if plan.comparison_plan is None else plan.comparison_plan.population.strip()
    return Subject(
        kpi_key=planned.kpi_key,
        kpi_name=within_sentence(_(kpi.display_name)),
        unit=kpi.unit_words or kpi.unit,
        lower_is_better=_lower_is_better(planned),
        population=stated or _(_GROUP_NAMES[units]).format(program=plan.name),
        units=units,
        window=window,
        avoided_because=_(planned.avoided_because),
    )


def units_of(plan: ComparisonPlan | None) -> Units:
    """What the groups consist of: sites where sites were assigned, else by the dimension that splits them."""
    if plan is None or plan.assigned_by == "person":
        return Units.PEOPLE
    if plan.assigned_by == "site" or plan.cluster_dimension in _SITES:
        return Units.SITES
    return Units.TEAMS if plan.cluster_dimension in _TEAMS else Units.PEOPLE


def _lower_is_better(planned: PlannedKpi) -> bool:
    """By the direction of the KPI; of one with a best value, by the way from the stated baseline to the target."""
    if planned.direction != "target_is_best":
        return planned.direction == "lower_is_better"
    return planned.baseline.value is not None and planned.target < planned.baseline.value
