"""Programs and series as tests of services make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lei.clock import FixedClock
from lei.evidence.links import Link
from lei.periods import Grain, Period, parse_period
from lei.services.programs.manage_programs import find_program
from lei.storage.database import Database
from lei.storage.program_plans import Baseline, Plan, PlannedKpi, ValuePerUnit
from lei.storage.programs import Program, add_program

LAUNCH = parse_period("2026-05")
BEFORE = ("2026-02", "2026-03", "2026-04")
AFTER = ("2026-08", "2026-09", "2026-10")
OCTOBER = parse_period("2026-10")
NAME = "Onboarding"
KPI = PlannedKpi(
    kpi_key="kpi_early_error_rate",
    role="primary",
    kpi_owner="Maria Lopez",
    baseline=Baseline(parse_period("2026-02").first_month, parse_period("2026-04").first_month),
    target=7.0,
    direction="lower_is_better",
    expected_lag_months=3,
    where={"unit": "Leeds"},
    value_per_unit=ValuePerUnit(22, "EUR", "Jon Berg", date(2026, 4, 2)),
    units_per_month=180,
)
PLAN = Plan(
    name=NAME,
    program_type="onboarding",
    business_problem="New agents make twice as many errors as others.",
    where={"program": NAME},
    launch_month=LAUNCH.first_month,
    kpis=(KPI,),
)


def planned(database: Database, clock: FixedClock, signals: Mapping[Link, tuple[str, ...]] | None = None) -> Program:
    """The program of these tests, stored as a draft."""
    return stored(database, clock, replace(PLAN, link_signals=signals or {}))


def stored(database: Database, clock: FixedClock, plan: Plan) -> Program:
    """A program with this plan, stored as a draft."""
    with database.writing() as session:
        add_program(session, "onboarding", plan, "a test", clock.now())
        return find_program(session, "onboarding")


def monthly(
    measure: str, first: str, values: Sequence[float | None], sample_size: int = 100, **dimensions: str
) -> list[dict[str, Any]]:
    """Observations of consecutive months from `first` on; None where nothing is reported."""
    start = parse_period(first)
    return [
        {
            "measure": measure,
            "period": str(Period(start.first_month + place, Grain.MONTH)),
            "value": value,
            "sample_size": sample_size,
            "dimensions": dimensions or {"program": NAME},
        }
        for place, value in enumerate(values)
        if value is not None
    ]
