"""`/programs/{key}/what-if`: what a step of one measure would do to the index and to the KPI."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.endpoint import Call, endpoint
from api.program_month import month_asked
from api.schemas.measure_steps import StepQuestion, WhatIfMeasureAnswer
from lei.evidence.estimate import TooLittle
from lei.evidence.what_if import AnnualValue, WhatIfAnswer, WhatIfRefused
from lei.services.chain.try_measure import try_measure
from lei.services.chain.what_if_reading import OnTheIndex, OnTheKpi, StepAsked
from lei.services.programs.manage_programs import find_program
from lei.services.score_analyses.find_opportunities import Opportunity


@endpoint("POST", "/programs/<key>/what-if", scope="read", body=StepQuestion(), answers={200: WhatIfMeasureAnswer()})
def ask(call: Call, key: str) -> dict[str, Any]:
    """Show what a step of one measure would do; nothing is stored.

    On the index it is exact arithmetic. On the KPI it is a model of the program's own months at the planned delay, with
    its interval, and refused below E2, where the slope is not clear, and beyond what was seen.
    """
    asked = call.body
    annual = None if asked["annual_value"] is None else AnnualValue(**asked["annual_value"])
    step = StepAsked(asked["measure"], asked["change"], asked["reading"], asked["kpi_key"], asked["where"], annual)
    with call.context.database.reading() as session:
        program, last = find_program(session, key), month_asked(session, call, asked["to"])
        found = try_measure(session, program, step, last, call.context.settings.min_group_size)
    return {
        "program": program.key,
        "to": str(found.month),
        "measure": found.measure,
        "name": found.name,
        "unit": found.unit,
        "reading": found.reading,
        "index": None if found.index is None else _index(found.index),
        "index_sentence": found.index_sentence,
        "kpi": None if found.kpi is None else _kpi(found.kpi),
    }


def _index(index: OnTheIndex) -> dict[str, Any]:
    return {
        "segment": dict(index.segment),
        "profile": index.profile,
        "version": index.version,
        "reason": index.reason,
        "effective_weight": index.effective_weight,
        "steps": [asdict(step) for step in index.steps],
        "tornado": [_opportunity(each) for each in index.tornado],
    }


def _opportunity(found: Opportunity) -> dict[str, Any]:
    plain = asdict(found)
    return {"from": plain.pop("before"), "to": plain.pop("after"), **plain}


def _kpi(kpi: OnTheKpi) -> dict[str, Any]:
    found = kpi.found
    answer = found if isinstance(found, WhatIfAnswer) else None
    return {
        "kpi_key": kpi.kpi_key,
        "sentence": kpi.sentence,
        "refused": None if answer else _reason(found),
        "measure_percent": None if answer is None else answer.measure_percent,
        "kpi_percent": None if answer is None else asdict(answer.kpi_percent),
        "money": None if answer is None or answer.money is None else asdict(answer.money),
        "currency": None if answer is None else answer.currency,
        "lag_months": None if answer is None else answer.lag,
    }


def _reason(found: object) -> str:
    if isinstance(found, WhatIfRefused):
        return found.reason
    return "too_little_data" if isinstance(found, TooLittle) else str(found)
