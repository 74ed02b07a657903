"""`/evidence/analyses`: the statistics of LEI on data that come with the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.analysis_rows import read_rows
from api.endpoint import Call, endpoint, load
from api.evidence_answers import (
    plain_balance,
    plain_claim,
    plain_decision,
    plain_findings,
    plain_result,
    plain_series,
)
from api.evidence_checks import plain_checks
from api.schemas.analyses import HITS, NO_OPTIONS, OPTIONS, AnalysisAnswer, AnalysisRequest
from lei.evidence.balance import BaselineDifference, standardized_difference
from lei.evidence.estimate import Estimate, Result
from lei.evidence.study_design import OtherChange
from lei.services.evidence.analyses.analyse import KpiWords, Report, analyse
from lei.services.evidence.analyses.design import StatedDesign

LARGEST_BODY = 16 * 1024 * 1024


@endpoint(
    "POST",
    "/evidence/analyses",
    scope="read",
    body=AnalysisRequest(),
    answers={200: AnalysisAnswer()},
    largest_body=LARGEST_BODY,
)
def analyse_rows(call: Call) -> dict[str, Any]:
    """Compute a statistic on the rows of the request: the same that the evidence of programs rests on.

    For analysts, and for whoever wants to check LEI against an experiment that is published. Rows about people are used
    for the computation alone: they are neither stored nor logged.
    """
    asked, method = call.body, call.body["method"]
    options = load(OPTIONS.get(method, NO_OPTIONS), asked["options"], "option")
    rows = read_rows(method, asked["rows"])
    report = analyse(method, rows, options, KpiWords(**asked["kpi"]), _stated(asked["design"]))
    return _answer(method, report)


def _stated(asked: Mapping[str, Any]) -> StatedDesign:
    stated = dict(asked)
    window, lost = stated.pop("window"), stated.pop("drop_out")
    baselines = [
        BaselineDifference(
            one["what"],
            one["treated"],
            one["comparison"],
            standardized_difference(one["treated"], one["comparison"], one["sd"]),
        )
        for one in stated.pop("baselines")
    ]
    changes = [OtherChange(one["what"], HITS[one["hits"]]) for one in stated.pop("other_changes")]
    return StatedDesign(
        **stated,
        window=None if window is None else (window["first"], window["last"]),
        dropout=(None, None) if lost is None else (lost["treated"], lost["comparison"]),
        baselines=tuple(baselines),
        other_changes=tuple(changes),
    )


def _answer(method: str, report: Report) -> dict[str, Any]:
    analysis, decision = report.analysis, report.decision
    main = analysis.main
    results = [_named(name, result) for name, result in analysis.results.items()]
    findings = (*analysis.findings, *(main.findings if isinstance(main, Estimate) else ()))
    if report.claim is not None:
        findings = (*report.claim.findings,)
    facts = analysis.facts
    told = {} if facts is None else facts.fields
    return {
        "method": method,
        "sentence": report.sentence,
        "result": results[0] if results else None,
        "results": results,
        "grade": None if decision is None else decision.grade.key,
        "downgrade_reasons": [] if decision is None else plain_findings(decision.downgrade_reasons),
        "claim": None if report.claim is None else plain_claim(report.claim),
        "grade_decision": None if decision is None else plain_decision(decision, findings),
        "findings": plain_findings(findings),
        "notes": list(report.notes),
        "not_reported": None if analysis.search is None else analysis.search.not_reported,
        "within": [_named(name, result) for name, result in analysis.within.items()],
        "balances": [{"name": name, **plain_balance(one)} for name, one in analysis.balances.items()],
        "checks": None
        if analysis.checks is None
        else plain_checks(analysis.checks, told.get("pre_trend"), told.get("band")),
        "tables": dict(analysis.tables),
        "series": {
            name: values if isinstance(values, list) else plain_series(values)
            for name, values in analysis.series.items()
        },
    }


def _named(name: str, result: Result) -> dict[str, Any]:
    return {"name": name, **plain_result(result)}
