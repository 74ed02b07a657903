"""`/programs/{key}/money`: what a program is worth beside what it costs, or why nothing is stated."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.endpoint import Call, endpoint
from api.program_month import month_asked
from api.schemas.program_chain import ProgramMonth
from api.schemas.program_money import MoneyAnswer
from lei.evidence.benefit import MONTHS_COUNTED
from lei.evidence.money import Ranged, Valuation
from lei.evidence.money_range import TornadoBar
from lei.evidence.money_words import INPUTS, NOT_ADDED
from lei.periods import MONTHS_A_QUARTER
from lei.services.chain.program_money import KpiMoney, ProgramMoney, Spend
from lei.services.chain.value_program import value_program
from lei.services.programs.manage_programs import find_program

_QUARTERS = MONTHS_COUNTED / MONTHS_A_QUARTER


@endpoint("GET", "/programs/<key>/money", scope="read", query=ProgramMonth(), answers={200: MoneyAnswer()})
def show(call: Call, key: str) -> dict[str, Any]:
    """Show what a program is worth in its first year beside its fully loaded cost, each figure with its range.

    Nothing is stated below grade E2, or before finance has said what a unit is worth; `withheld` says which it is. What
    people estimate of the credited share is capped by the grade, unless the organization permits documented estimates.
    """
    with call.context.database.reading() as session:
        program, last = find_program(session, key), month_asked(session, call, call.query["to"])
        settings = call.context.settings
        documented = settings.documented_credit
        money = value_program(session, program, last, settings.min_group_size, documented=documented)
    return {"program": program.key, "to": str(last), **plain_money(money)}


def plain_money(money: ProgramMoney) -> dict[str, Any]:
    """All of it but the program's key."""
    return {
        "kpis": [_kpi(each) for each in money.kpis],
        "note": NOT_ADDED if sum(each.stated is not None for each in money.kpis) > 1 else None,
        "spend": None if money.spend is None else _spend(money.spend),
        "intangibles": list(money.intangibles),
    }


def _kpi(money: KpiMoney) -> dict[str, Any]:
    return {
        "kpi_key": money.kpi_key,
        "grade": money.grade.key,
        "withheld": money.withheld,
        "sentence": money.sentence,
        "lines": list(money.lines),
        "estimates": [
            {
                "estimator": each.estimator,
                "stated_on": each.stated_on.isoformat(),
                "isolation_factor": each.isolation_factor,
                "confidence_factor": each.confidence_factor,
                "basis": each.basis,
            }
            for each in money.estimates
        ],
        "value": None if money.stated is None else _value(money.stated),
    }


def _value(value: Valuation) -> dict[str, Any]:
    unit, improved, benefit = value.unit_value, value.improved, value.adjusted_benefit
    low, high = improved.interval or (improved.per_month, improved.per_month)
    by_quarter = Ranged(*(each / _QUARTERS for each in (benefit.value, benefit.low, benefit.high)))
    return {
        "title": value.title,
        "currency": value.cost.currency,
        "units_per_month": asdict(Ranged(improved.per_month, low, high)),
        "unit_value": {
            "amount": unit.amount,
            "currency": unit.currency,
            "owner": unit.finance_owner,
            "stated_on": unit.stated_on.isoformat(),
        },
        "isolation": asdict(value.credit.isolation),
        "isolation_basis": value.credit.basis,
        "confidence": asdict(value.credit.confidence),
        "gross_benefit_per_quarter": value.gross_benefit / _QUARTERS,
        "gross_benefit": value.gross_benefit,
        "adjusted_benefit_per_quarter": asdict(by_quarter),
        "adjusted_benefit": asdict(benefit),
        "cost": value.cost.total,
        "bcr": asdict(value.bcr),
        "roi_percent": asdict(value.roi_percent),
        "payback_months": asdict(value.payback),
        "range_basis": value.range_basis,
        "break_even_factor": value.break_even_factor,
        "credited": asdict(value.credited),
        "tornado": [_bar(bar) for bar in value.tornado],
    }


def _bar(bar: TornadoBar) -> dict[str, Any]:
    plain = asdict(bar)
    return {"input": plain.pop("name"), "name": INPUTS[bar.name], **plain}


def _spend(spend: Spend) -> dict[str, Any]:
    return {
        "currency": spend.cost.currency,
        "parts": dict(spend.cost.parts),
        "total": spend.cost.total,
        "budget": spend.budget,
        "share": spend.share,
        "sentence": spend.line,
    }
