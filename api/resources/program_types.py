"""`/program-types`: the types of programs, with the KPIs to recommend and to avoid."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.schemas.program_types import ProgramTypeList
from lei.catalog.loader import avoid_only_kpis
from lei.catalog.program_types import program_types


@endpoint("GET", "/program-types", scope="read", query=PageParameters(), answers={200: ProgramTypeList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the types of programs: which KPIs fit, which to avoid and why, when a KPI can first be read honestly.

    `avoid_always` are KPIs that no program should be judged by, whichever its type.
    """
    after, limit = read_cursor(call.query["cursor"]) or 0, call.query["limit"]
    types = list(enumerate(program_types().values(), start=1))
    shown = page(types[after : after + limit + 1], limit, lambda item: item[0], lambda item: asdict(item[1]))
    always = [{"key": key, "reason": reason, "sole": False} for key, reason in avoid_only_kpis().items()]
    return shown | {"avoid_always": always}
