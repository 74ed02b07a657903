"""The checks beside an effect as routes about evidence answer them."""

from __future__ import annotations

from typing import Any

from api.evidence_answers import plain_balance, plain_findings, plain_result
from lei.evidence.estimate import TooLittle
from lei.evidence.finding_words import too_little_sentence
from lei.evidence.mix import MixCheck
from lei.evidence.parallel_trends import ParallelTrends
from lei.evidence.regression_to_mean import RegressionToMean
from lei.evidence.study_design import Band, PreTrend
from lei.services.evidence.kpi_assessment import Checks


def plain_checks(checks: Checks, pre_trend: PreTrend | None, band: Band | None) -> dict[str, Any]:
    """All checks; null where there was no reason to make one, or nothing to look at."""
    return {
        "pre_trend": None if pre_trend is None else pre_trend.value,
        "band": None if band is None else band.value,
        "parallel_trends": None if checks.parallel_trends is None else _trends(checks.parallel_trends),
        "placebo": None if checks.placebo is None else plain_result(checks.placebo),
        "balance": None if checks.balance is None else plain_balance(checks.balance),
        "mix": None if checks.mix is None else _mix(checks.mix),
        "regression_to_mean": None if checks.regression_to_mean is None else _regression(checks.regression_to_mean),
    }


def _trends(found: ParallelTrends | TooLittle) -> dict[str, Any]:
    if isinstance(found, TooLittle):
        return {"verdict": None, "drift": None, "slope": plain_result(found), "gaps": []}
    return {
        "verdict": found.verdict.value,
        "drift": found.drift,
        "slope": plain_result(found.slope),
        "gaps": [
            {
                "month": gap.month,
                "effect": gap.effect,
                "ci_low": gap.ci_low,
                "ci_high": gap.ci_high,
                "stands_out": gap.stands_out,
            }
            for gap in found.gaps
        ],
    }


def _mix(found: MixCheck) -> dict[str, Any]:
    return {
        "total": found.total,
        "standardized": found.standardized,
        "findings": plain_findings(found.findings),
    }


def _regression(found: RegressionToMean | TooLittle) -> dict[str, Any]:
    names = ("expected", "low", "high", "observed", "share")
    if isinstance(found, TooLittle):
        return {**dict.fromkeys(names), "too_little": too_little_sentence(found)}
    return {**{name: getattr(found, name) for name in names}, "too_little": None}
