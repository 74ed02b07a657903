"""The panel of a planned KPI from stored observations: the units of each group of the plan, month by month.

Small groups count inside the panel, as their people count in any total; what is shown is never one of its units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from lei.evidence.estimate import Floats
from lei.evidence.panel_data import NEVER, Panel
from lei.periods import Grain, Period
from lei.services.scores.score_scope import MeasureRules, values_by_scope
from lei.services.scores.score_time import PeriodRows, TimeAxis, roll_up_time
from lei.storage.measures import StoredMeasure
from lei.storage.program_plans import Plan, PlannedKpi
from lei.storage.rollup_columns import read_rollup_columns
from lei.storage.segments import all_segments
from lei.storage.sources import source_ids


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the plan: its segment, with that of the KPI, and its first month (ordinal), None without program."""

    where: Mapping[str, str]
    start_month: int | None

    @property
    def name(self) -> str:
        """The values of its segment."""
        return ", ".join(self.where.values())


@dataclass(frozen=True, slots=True, eq=False)
class KpiPanel:
    """The units of all groups in consecutive months from `first` on.

    full: all months, empty between the end of the baseline and the first start. compared: the same without those
    `skipped` months, for statistics that ask what is before and after and not how far apart it is.
    """

    full: Panel
    first: Period
    baseline_months: int
    skipped: int

    @property
    def months(self) -> tuple[Period, ...]:
        """The months of the full panel."""
        return tuple(self.first.shift(month) for month in range(self.full.values.shape[1]))

    @property
    def start(self) -> int:
        """Position of the first month of the program in any unit; behind the last month where it is still to come."""
        return int(self.full.starts[self.full.treated].min())

    @property
    def compared(self) -> Panel:
        """The panel without the months that are neither before nor after."""
        if not self.skipped:
            return self.full
        kept = np.ones(self.full.values.shape[1], dtype=bool)
        kept[self.baseline_months : self.baseline_months + self.skipped] = False
        starts = np.where(self.full.treated, np.maximum(self.full.starts - self.skipped, 0), NEVER)
        return replace(self.full, values=self.full.values[:, kept], cases=self.full.cases[:, kept], starts=starts)


def groups_of(plan: Plan, planned: PlannedKpi) -> tuple[Group, ...]:
    """The groups that a KPI is read for, those with the program first.

    A plan that names none has one: all that the KPI is narrowed to, from the launch month on. None without a launch.
    """
    comparison = plan.comparison_plan
    if comparison is None or not comparison.treated:
        return () if plan.launch_month is None else (Group(planned.where, plan.launch_month),)
    treated = [Group({**group.where, **planned.where}, group.start_month) for group in comparison.treated]
    others = [Group({**group.where, **planned.where}, None) for group in comparison.comparison]
    return (*treated, *others)


def read_kpi_panel(
    session: Session, stored: StoredMeasure, plan: Plan, planned: PlannedKpi, last: Period
) -> KpiPanel | None:
    """The panel from the first baseline month to `last`; None where no group has any value.

    Groups are split by the cluster dimension of the plan where they reported by it. Months between the end of the
    baseline and the first start are left empty: they are neither before nor after. Errors are clustered by the groups
    where whole sites were assigned and each side has two of them or more, else by the units.
    """
    groups = groups_of(plan, planned)
    first = Period(planned.baseline.first_month, Grain.MONTH)
    months = last.first_month - first.first_month + 1
    if not groups or months < 1:
        return None
    axis = TimeAxis(Grain.MONTH, first.first_month, months)
    columns = read_rollup_columns(session, first.first_month, last.first_month, measure_ids=[stored.id])
    rows = roll_up_time(columns, axis, np.array([stored.id]), [stored.measure.time_rollup])
    trusted = source_ids(session)
    preferred = [trusted[name] for name in stored.measure.preferred_sources if name in trusted]
    rules = MeasureRules(np.array([stored.measure.segment_rollup == "sum"]), [preferred])
    reader = _Reader(rows, all_segments(session), months, rules)
    comparison = plan.comparison_plan
    cluster = None if comparison is None else comparison.cluster_dimension
    units = [unit for group in groups for unit in reader.units_of(group, cluster)]
    if not units:
        return None
    by_site = comparison is not None and comparison.assigned_by == "site"
    across = comparison is not None and comparison.assigned_by == "person"
    return _assembled(units, first, planned.baseline.months, _clusters(units, by_site=by_site, across=across))


@dataclass(frozen=True, slots=True, eq=False)
class _Unit:
    """One unit of a group: what it is called within it (empty: it is the whole group), values and cases [T]."""

    group: Group
    name: str
    values: Floats
    cases: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """Rows of one KPI, and what is needed to bring them to scopes."""

    rows: PeriodRows
    segments: Mapping[int, Mapping[str, str]]
    months: int
    rules: MeasureRules

    def units_of(self, group: Group, cluster: str | None) -> list[_Unit]:
        """The units of a group with values: split by `cluster` where it reported by it, else the group itself."""
        split = self._read(group, cluster) if cluster is not None and cluster not in group.where else []
        return split or self._read(group, None)

    def _read(self, group: Group, cluster: str | None) -> list[_Unit]:
        dimensions = sorted({*group.where, *([cluster] if cluster else [])})
        found = values_by_scope(self.rows, self.segments, dimensions, (self.months, 1), self.rules)
        units = []
        for number, scope in enumerate(found.scopes):
            values = dict(zip(dimensions, scope, strict=True))
            inside = all(values[dimension] == value for dimension, value in group.where.items())
            if inside and not np.isnan(found.value[number]).all():
                name = values[cluster] if cluster else ""
                units.append(_Unit(group, name, found.value[number, :, 0], found.n[number, :, 0]))
        return units


def _assembled(units: list[_Unit], first: Period, baseline_months: int, clusters: tuple[str, ...]) -> KpiPanel:
    values = np.array([unit.values for unit in units])
    months = values.shape[1]
    starts = np.array([_position(unit.group.start_month, first, months) for unit in units])
    earliest = int(min(starts[starts != NEVER], default=months))
    skipped = max(earliest - baseline_months, 0)
    values[:, baseline_months : baseline_months + skipped] = np.nan
    names = tuple(", ".join(part for part in (unit.group.name, unit.name) if part) for unit in units)
    cases = np.where(np.isnan(values), 0.0, np.array([unit.cases for unit in units]))
    return KpiPanel(Panel(names, values, cases, starts, clusters), first, baseline_months, skipped)


def _position(start_month: int | None, first: Period, months: int) -> int:
    """Where a start lies in the panel; a start before it counts as its first month, a later one as after its end."""
    return NEVER if start_month is None else min(max(start_month - first.first_month, 0), months)


def _clusters(units: list[_Unit], *, by_site: bool, across: bool) -> tuple[str, ...]:
    """What errors are clustered by [U]. across: people of one unit may be in both groups, so it keeps its one name."""
    treated = {unit.group.name for unit in units if unit.group.start_month is not None}
    others = {unit.group.name for unit in units if unit.group.start_month is None}
    if by_site and all(len(names) > 1 for names in (treated, others) if names):
        return tuple(unit.group.name for unit in units)
    if across:
        return tuple(unit.name or unit.group.name for unit in units)
    return tuple(f"{unit.group.name}, {unit.name}" for unit in units)
