"""`/programs/{key}/costs` and `/estimates`: what a program costs, and which share of a change is credited to it."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters
from api.recorded import newly_recorded, recorded_page
from api.schemas.program_records import Costs as CostsSchema
from api.schemas.program_records import CostsAnswer, EstimateAnswer, EstimateList, NewEstimate
from lei.errors import NotFoundError
from lei.services.programs.manage_program_records import set_costs
from lei.services.programs.manage_programs import find_program
from lei.storage.program_costs import Costs
from lei.storage.programs import Program

_COSTS = "/programs/<key>/costs"
_ESTIMATES = "/programs/<key>/estimates"


@endpoint("GET", _COSTS, scope="read", answers={200: CostsAnswer()})
def show(call: Call, key: str) -> dict[str, Any]:
    """Show what a program costs."""
    with call.context.database.reading() as session:
        return _plain(find_program(session, key))


@endpoint("PUT", _COSTS, scope="weights", body=CostsSchema(), answers={200: CostsAnswer()})
def replace(call: Call, key: str) -> dict[str, Any]:
    """Say what a program costs; the former costs are replaced as a whole."""
    with call.context.database.writing() as session:
        return _plain(set_costs(session, key, Costs(**call.body), call.context.clock.now()))


@endpoint("GET", _ESTIMATES, scope="read", query=PageParameters(), answers={200: EstimateList()})
def estimates(call: Call, key: str) -> dict[str, Any]:
    """List what people estimated, the oldest first."""
    return recorded_page(call, key, "estimate", NewEstimate())


@endpoint("POST", _ESTIMATES, scope="weights", body=NewEstimate(), answers={201: EstimateAnswer()})
def add_estimate(call: Call, key: str) -> tuple[dict[str, Any], int]:
    """Record what one person estimates; ask for the two factors separately."""
    return newly_recorded(call, key, "estimate", NewEstimate())


def _plain(program: Program) -> dict[str, Any]:
    if program.costs is None:
        raise NotFoundError(f"Nobody has said yet what '{program.key}' costs.")
    shown: dict[str, Any] = CostsAnswer().dump(program.costs)
    return shown
