"""Whether a measure tends to move with a KPI some months later, in words: never more than a tendency."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lei.evidence.estimate import TooLittle
from lei.evidence.finding_words import finding_sentences, too_little_sentence
from lei.evidence.lag_correlation import LagSearch, NotReported
from lei.language import N_, _, ngettext
from lei.letters import first_upper, within_sentence
from lei.numbers import whole, with_decimals

# For translators: never more than a tendency. {later}: "3 months later"; r, n: statistics, numbers.
TENDS = N_(
    "{Measure} tends to move with {kpi} {later} (r = {r} [{low} to {high}], n = {months} months, delays of 0 to "
    "{longest} months tried); not proof."
)
NOT_REPORTED: Mapping[NotReported, str] = MappingProxyType(
    {
        "no_lag_significant": N_(
            "{Measure} and {kpi}: at none of the delays tried (0 to {longest} months) do they move "
            "together more clearly than by chance (n = {months} months)."
        ),
        "not_the_planned_sign": N_(
            "{Measure} and {kpi}: the clearest relation points against the plan, so none is "
            "reported (n = {months} months)."
        ),
        "neighbours_disagree": N_(
            "{Measure} and {kpi}: the delays beside the clearest one point the other way, so none "
            "is reported (n = {months} months)."
        ),
    }
)
# For translators: {lacking}: "too little data: needs …".
LACKING = N_("{Measure} and {kpi}: {lacking}")
NOT_COMPARED: Mapping[str, str] = MappingProxyType(
    {
        "no_series": N_("{Measure} and {kpi}: not compared, there is no series of both."),
        "no_flow": N_(
            "{Measure} and {kpi}: not compared, {measure} is a state or looks back over more than a month, so "
            "that neighboring months move together by themselves."
        ),
        "no_signal": N_("{Link}: not compared with {kpi}, no measure of this link has data."),
    }
)


def relation_sentence(found: LagSearch | TooLittle, measure: str, kpi: str) -> str:
    """What came of the search. measure, kpi: their names as in the middle of a sentence."""
    names = {"Measure": first_upper(measure), "kpi": kpi}
    if isinstance(found, TooLittle):
        return _(LACKING).format(**names, lacking=within_sentence(too_little_sentence(found)))
    names |= {"months": str(found.months), "longest": str(len(found.lags) - 1)}
    if found.not_reported is not None:
        return _(NOT_REPORTED[found.not_reported]).format(**names)
    best = found.best
    if best is None:
        raise ValueError("A search that reports no lag says why.")
    lag = round(best.details["lag"])
    told = _(TENDS).format(
        **names,
        later=months_later(lag),
        r=with_decimals(best.effect, 2),
        low=with_decimals(best.ci_low, 2),
        high=with_decimals(best.ci_high, 2),
    )
    return " ".join((told, *finding_sentences(best.findings)))


def months_later(months: int) -> str:
    """When something follows: `3 months later`, `in the same month`."""
    # For translators: stands in "tends to move with the KPI 3 months later".
    later = ngettext("{number} month later", "{number} months later", months)
    return later.format(number=whole(months)) if months else _("in the same month")


def not_compared(reason: str, kpi: str, *, measure: str = "", link: str = "") -> str:
    """Why a measure, or a link without one, is not compared with a KPI."""
    return _(NOT_COMPARED[reason]).format(
        Measure=first_upper(measure), measure=measure, kpi=kpi, Link=first_upper(link)
    )
