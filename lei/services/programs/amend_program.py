"""Amends a frozen plan: what was promised stays readable, and what touches a KPI or a window is marked as post hoc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, Problem
from lei.periods import month_of
from lei.services.programs.change_program import refuse_closed
from lei.services.programs.check_program import checked_plan
from lei.services.programs.manage_programs import find_program, today_of
from lei.services.programs.program_state import seen_program
from lei.services.weights.draft_state import Act
from lei.storage.program_amendments import Amendment, add_amendment
from lei.storage.program_plans import Plan, PlannedKpi
from lei.storage.programs import Program, keep_plan

# What is promised of a KPI; money, owner and note are none of it.
_PROMISES = ("baseline", "target", "direction", "expected_lag_months", "where", "role")
# Sections that move the window or the groups of all KPIs.
_WINDOW = ("launch_month", "comparison_plan", "where")


def amend_program(session: Session, key: str, sections: Mapping[str, Any], reason: str, act: Act) -> Program:
    """Replace these sections of a frozen plan, and keep beside it who did so, when and why.

    A KPI that is new, or of which something else is promised now, is post hoc. So are all KPIs when launch, segment or
    comparison change after the promised launch; before it, that is planning. Raises what `seen_program` does,
    ConflictError for a draft or a closed program, InvalidError for a plan that makes no sense or for no change at all.
    """
    program = seen_program(session, key, act)
    refuse_closed(program)
    if program.frozen_at is None:
        raise ConflictError(f"The plan of '{key}' is a draft still: change it itself (PATCH).")
    plan = checked_plan(session, sections, program, today_of(act.now))
    changed = [field.name for field in fields(Plan) if getattr(plan, field.name) != getattr(program.plan, field.name)]
    if not changed:
        text = "The amendment changes nothing: the plan says that already."
        raise InvalidError(text, [Problem("changes", "no_change", text)])
    moved = _has_begun(program, act) and any(name in changed for name in _WINDOW)
    kpis = tuple(_marked(kpi, program.plan.kpi(kpi.kpi_key), moved=moved) for kpi in plan.kpis)
    plan = replace(plan, kpis=kpis)
    number = len(program.amendments) + 1
    post_hoc = moved or _touches_kpis(plan, program.plan)
    add_amendment(session, program.id, Amendment(number, tuple(changed), plan, reason, post_hoc, act.now, act.by))
    keep_plan(session, program.id, plan, act.by, act.now)
    return find_program(session, key)


def _has_begun(program: Program, act: Act) -> bool:
    promised = program.promised
    launch = None if promised is None else promised.launch_month
    return launch is not None and launch <= month_of(today_of(act.now))


def _marked(kpi: PlannedKpi, former: PlannedKpi | None, *, moved: bool) -> PlannedKpi:
    if former is None or moved or _promises_differ(kpi, former):
        return replace(kpi, post_hoc=True)
    return replace(kpi, post_hoc=former.post_hoc)


def _touches_kpis(plan: Plan, former: Plan) -> bool:
    before = {kpi.kpi_key: kpi for kpi in former.kpis}
    if before.keys() != {kpi.kpi_key for kpi in plan.kpis}:
        return True
    return any(_promises_differ(kpi, before[kpi.kpi_key]) for kpi in plan.kpis)


def _promises_differ(kpi: PlannedKpi, former: PlannedKpi) -> bool:
    return any(getattr(kpi, name) != getattr(former, name) for name in _PROMISES)
