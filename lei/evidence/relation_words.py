"""Whether a measure tends to move with a KPI some months later, in words: never more than a tendency."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lei.evidence.estimate import TooLittle
from lei.evidence.finding_words import finding_sentences, too_little_sentence
from lei.evidence.lag_correlation import LagSearch, NotReported
from lei.numbers import counted, with_decimals

TENDS = (
    "{Measure} tends to move with {kpi} {later} (r = {r} [{low} to {high}], n = {months} months, delays of 0 to "
    "{longest} months tried); not proof."
)
LATER, SAME_MONTH = "{months} later", "in the same month"
NOT_REPORTED: Mapping[NotReported, str] = MappingProxyType(
    {
        "no_lag_significant": "{Measure} and {kpi}: at none of the delays tried (0 to {longest} months) do they move "
        "together more clearly than by chance (n = {months} months).",
        "not_the_planned_sign": "{Measure} and {kpi}: the clearest relation points against the plan, so none is "
        "reported (n = {months} months).",
        "neighbours_disagree": "{Measure} and {kpi}: the delays beside the clearest one point the other way, so none "
        "is reported (n = {months} months).",
    }
)
LACKING = "{Measure} and {kpi}: {lacking}"
NOT_COMPARED: Mapping[str, str] = MappingProxyType(
    {
        "no_series": "{Measure} and {kpi}: not compared, there is no series of both.",
        "no_flow": "{Measure} and {kpi}: not compared, {measure} is a state or looks back over more than a month, so "
        "that neighboring months move together by themselves.",
        "no_signal": "{Link}: not compared with {kpi}, no measure of this link has data.",
    }
)


def relation_sentence(found: LagSearch | TooLittle, measure: str, kpi: str) -> str:
    """What came of the search. measure, kpi: their names as in the middle of a sentence."""
    names = {"Measure": _capital(measure), "kpi": kpi}
    if isinstance(found, TooLittle):
        return LACKING.format(**names, lacking=_uncapital(too_little_sentence(found)))
    names |= {"months": str(found.months), "longest": str(len(found.lags) - 1)}
    if found.not_reported is not None:
        return NOT_REPORTED[found.not_reported].format(**names)
    best = found.best
    if best is None:
        raise ValueError("A search that reports no lag says why.")
    lag = round(best.details["lag"])
    told = TENDS.format(
        **names,
        later=LATER.format(months=counted(lag, "month", "months")) if lag else SAME_MONTH,
        r=with_decimals(best.effect, 2),
        low=with_decimals(best.ci_low, 2),
        high=with_decimals(best.ci_high, 2),
    )
    return " ".join((told, *finding_sentences(best.findings)))


def not_compared(reason: str, kpi: str, *, measure: str = "", link: str = "") -> str:
    """Why a measure, or a link without one, is not compared with a KPI."""
    return NOT_COMPARED[reason].format(Measure=_capital(measure), measure=measure, kpi=kpi, Link=_capital(link))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]
