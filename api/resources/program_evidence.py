"""`/programs/{key}/evidence`: what may be said about the KPIs of a program, and what it rests on."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.evidence_answers import (
    plain_claim,
    plain_decision,
    plain_findings,
    plain_result,
    plain_series,
)
from api.evidence_checks import plain_checks
from api.schemas.program_evidence import EvidenceAnswer, EvidenceQuery
from lei.evidence.estimate import Estimate
from lei.evidence.grade_words import legend
from lei.periods import Grain, Period
from lei.services.chain.program_evidence import KpiEvidence, read_evidence
from lei.services.evidence.kpi_assessment import EvidenceSeries
from lei.services.programs.manage_programs import find_program
from lei.services.scores.score import default_periods


@endpoint("GET", "/programs/<key>/evidence", scope="read", query=EvidenceQuery(), answers={200: EvidenceAnswer()})
def show(call: Call, key: str) -> dict[str, Any]:
    """Show the evidence of a program: for each KPI the claim that is permitted, its grade, and what it rests on.

    Effects are computed from the stored observations by what the plan compares with. A grade says how far the words may
    go; the system assigns it, and people can only lower it (`POST .../grade-limits`).
    """
    to = call.query["to"]
    with call.context.database.reading() as session:
        program = find_program(session, key)
        asked = None if to is None else Period(to, Grain.MONTH)
        _, last = default_periods(session, Grain.MONTH, None, asked, call.context.today())
        found = read_evidence(session, program, last, call.context.settings.min_group_size)
    return {"program": program.key, "to": str(last), "kpis": [_kpi(each) for each in found], "legend": legend()}


def _kpi(evidence: KpiEvidence) -> dict[str, Any]:
    assessment = evidence.assessment
    told = assessment.told
    return {
        **plain_claim(evidence.claim),
        "kpi_name": assessment.kpi.display_name,
        "role": assessment.planned.role,
        "lower_is_better": assessment.subject.lower_is_better,
        "state": None if evidence.progress is None else evidence.progress.state.value,
        "state_sentence": evidence.state_sentence,
        "grade_decision": plain_decision(assessment.decision, told.findings if isinstance(told, Estimate) else ()),
        "chosen": None if assessment.chosen is None else assessment.chosen.method,
        "results": [plain_result(result) for result in assessment.results],
        "not_computed": [{"method": one.method, "reason": one.reason} for one in assessment.not_computed],
        "findings": plain_findings(assessment.findings),
        "checks": plain_checks(assessment.checks, assessment.design.pre_trend, assessment.design.band),
        "series": None if assessment.series is None else _series(assessment.series),
    }


def _series(series: EvidenceSeries) -> dict[str, Any]:
    first = series.months[0]
    return {
        "months": [str(month) for month in series.months],
        "treated": plain_series(series.treated),
        "comparison": plain_series(series.comparison),
        "projected": plain_series(series.projected),
        "low": plain_series(series.low),
        "high": plain_series(series.high),
        "start": str(first.shift(series.start)),
        "counted_from": str(first.shift(series.counted_from)),
    }
