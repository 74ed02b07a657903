"""Assesses all KPIs of a program."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.periods import Period
from lei.services.evidence.assess_kpi import assess_kpi
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.programs import Program


def assess_kpis(session: Session, program: Program, last: Period, min_group_size: int) -> list[KpiAssessment]:
    """What may be said of each KPI of a program with the data up to the month `last`, the primary one first.

    Raises InvalidError where `last` is no month.
    """
    planned = sorted(program.plan.kpis, key=lambda kpi: kpi.role != "primary")
    return [assess_kpi(session, program, kpi, last, min_group_size) for kpi in planned]
