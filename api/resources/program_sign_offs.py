"""`/programs/{key}/sign-offs` and `/grade-limits`: who stands by what is said, and who trusts the evidence less."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters
from api.recorded import newly_recorded, recorded_page
from api.schemas.program_records import (
    GradeLimitAnswer,
    GradeLimitList,
    NewGradeLimit,
    NewSignOff,
    SignOffAnswer,
    SignOffList,
)

_SIGN_OFFS = "/programs/<key>/sign-offs"
_GRADE_LIMITS = "/programs/<key>/grade-limits"


@endpoint("GET", _SIGN_OFFS, scope="read", query=PageParameters(), answers={200: SignOffList()})
def sign_offs(call: Call, key: str) -> dict[str, Any]:
    """List the sign-offs, the oldest first."""
    return recorded_page(call, key, "sign_off", NewSignOff())


@endpoint("POST", _SIGN_OFFS, scope="scorecards", body=NewSignOff(), answers={201: SignOffAnswer()})
def sign(call: Call, key: str) -> tuple[dict[str, Any], int]:
    """Record that an owner stands by what is said of a link for a period; nobody signs for somebody else."""
    return newly_recorded(call, key, "sign_off", NewSignOff())


@endpoint("GET", _GRADE_LIMITS, scope="read", query=PageParameters(), answers={200: GradeLimitList()})
def grade_limits(call: Call, key: str) -> dict[str, Any]:
    """List by whom a grade was lowered, the oldest first."""
    return recorded_page(call, key, "grade_limit", NewGradeLimit())


@endpoint("POST", _GRADE_LIMITS, scope="weights", body=NewGradeLimit(), answers={201: GradeLimitAnswer()})
def limit_grade(call: Call, key: str) -> tuple[dict[str, Any], int]:
    """Lower the grade of a KPI's evidence to at most this one, with a reason; nobody can raise a grade."""
    return newly_recorded(call, key, "grade_limit", NewGradeLimit())
