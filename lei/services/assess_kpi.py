"""Assesses a KPI of a program: effects from the stored observations, their grade, and what qualifies them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.periods import Period
from lei.services.kpi_assessment import KpiAssessment
from lei.storage.program_plans import PlannedKpi
from lei.storage.programs import Program


def assess_kpi(
    session: Session, program: Program, planned: PlannedKpi, last: Period, min_group_size: int
) -> KpiAssessment:
    """What may be said about a planned KPI with the data up to and including the month `last`.

    Raises InvalidError where `last` is no month.
    """
    raise NotImplementedError
