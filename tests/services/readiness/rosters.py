"""A roster worked out by hand: technicians at a site, eight months to October 2026, with certificates that run out.

Forty people, fifty heads required, so that readiness is twice the number of the ready. In October: 35 x .98 - 4 x .98 x
.6 + 1 = 32.948; x .98 - 6 x .98^2 x .6 + 1 = 29.8316; x .98 - 5 x .98^3 x .6 + 1 = 27.411392 ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sending import observation

from lei.periods import parse_period

MARCH, OCTOBER = parse_period("2026-03"), parse_period("2026-10")
PEOPLE = 40
READY = (34, 35, 35, 36, 35, 34, 35, 35)
AHEAD = (65.896, 59.6632, 54.822784)


def rates(
    ready: Sequence[float], role: str = "Technician", unit: str = "North", people: int = PEOPLE, **more: str
) -> list[dict[str, Any]]:
    """How many of the people in a role are ready, month after month from March on."""
    return [
        observation("role_readiness_rate", str(MARCH.shift(t)), 100 * n / people, people, role=role, unit=unit, **more)
        for t, n in enumerate(ready)
    ]


def required(heads: Sequence[float], role: str = "Technician", unit: str = "North") -> list[dict[str, Any]]:
    """How many heads are required, month after month from March on."""
    return [
        observation("roster_required_heads", str(MARCH.shift(t)), n, 1, role=role, unit=unit)
        for t, n in enumerate(heads)
    ]


def known_in(month: str, role: str = "Technician", unit: str = "North") -> list[dict[str, Any]]:
    """What is known of those to come and to go: by certificates, attrition, renewal and planned arrivals."""
    said = {
        "roster_expiring_in_1_month": 4,
        "roster_expiring_in_2_months": 6,
        "roster_expiring_in_3_months": 5,
        "roster_attrition_rate": 2,
        "roster_renewal_rate": 40,
        "roster_planned_arrivals": 1,
    }
    return [observation(key, month, value, PEOPLE, role=role, unit=unit) for key, value in said.items()]


def technicians() -> list[dict[str, Any]]:
    """The whole example."""
    return [*rates(READY), *required([50] * 8), *known_in("2026-10")]
