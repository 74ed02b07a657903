"""Sentences of statistics that carry no claim: relations, segments, pairs, trends, one cross-section."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lei.evidence.amounts import decimals_for, percent, size
from lei.evidence.estimate import Estimate, Result
from lei.evidence.finding_words import too_little_sentence
from lei.evidence.unit_correlation import METHOD as UNITS
from lei.evidence.unit_correlation import chance_words
from lei.numbers import counted, with_decimals

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "paired": "{Kpi} {rose} {amount} between before and after ({interval}), in {pairs}; nobody is there to "
        "compare with, so the reason stays open.",
        "paired_unclear": "No clear difference in {kpi} between before and after: {change} ({interval}), in {pairs}.",
        "trend": "{Kpi}: {change} a period ({interval}).",
        "trend_unclear": "No clear trend in {kpi}: {change} a period ({interval}).",
        "cross_section": "Units with the program lie {amount} {above} units without it in {kpi} ({interval}), at the "
        "same controls; that tells who differs, not what changed.",
        "cross_section_unclear": "No clear difference in {kpi} between units with and without the program, at the "
        "same controls: {change} ({interval}).",
        "correlation": "Where there is more of the measure, there tends to be {more} of {kpi} (r = {r} [{low} to "
        "{high}], n = {n}); not proof.",
        "correlation_unclear": "No clear relation between the measure and {kpi} (r = {r} [{low} to {high}], n = {n}).",
        "segments": "Like compared with like, within segments, the difference in {kpi} is {change} ({interval}).",
        "segments_unclear": "Like compared with like, within segments, there is no clear difference in {kpi}: {change} "
        "({interval}).",
        "in_total": " In total it is {change}.",
        "in_total_reversed": " In total it is {change}, which points the other way and comes from the mix of segments.",
    }
)
INTERVAL = "{level} interval {low} to {high}"
_CORRELATIONS = frozenset(("correlation_months", "correlation_lagged", UNITS))


def told_alone(kind: str, result: Result, kpi: str, unit: str) -> str:
    """What a result of such a statistic says. kind: `paired`, `trend`, `cross_section`, `correlation` or `segments`."""
    if not isinstance(result, Estimate):
        chance = f" {chance_words(result)}" if result.method == UNITS and "units" in result.found else ""
        return f"{_capital(kpi)}: {_uncapital(too_little_sentence(result))}{chance}"
    key = kind if result.excludes_zero else f"{kind}_unclear"
    return SENTENCES[key].format_map(_parts(result, kpi, unit))


def told_in_segments(standardized: Result, total: Result, kpi: str, unit: str) -> str:
    """The comparison within segments first, then that in total, which may point the other way."""
    first = told_alone("segments", standardized, kpi, unit)
    if not isinstance(total, Estimate):
        return first
    turned = isinstance(standardized, Estimate) and standardized.effect * total.effect < 0
    key = "in_total_reversed" if turned else "in_total"
    return first + SENTENCES[key].format_map(_parts(total, kpi, unit))


def _parts(result: Estimate, kpi: str, unit: str) -> dict[str, str]:
    decimals = 2 if result.method in _CORRELATIONS else decimals_for(result.effect, result.ci_low, result.ci_high)
    low, high = (with_decimals(end, decimals) for end in (result.ci_low, result.ci_high))
    up = result.effect > 0
    return {
        "kpi": kpi,
        "Kpi": _capital(kpi),
        "amount": size(abs(result.effect), unit, decimals),
        "change": ("+" if round(result.effect, decimals) > 0 else "") + size(result.effect, unit, decimals),
        "interval": INTERVAL.format(level=percent(result.level), low=low, high=high),
        "low": low,
        "high": high,
        "r": with_decimals(result.effect, decimals),
        "n": with_decimals(result.n_treated, 0),
        "pairs": counted(int(result.n_treated), "pair", "pairs"),
        "rose": "rose" if up else "fell",
        "above": "above" if up else "below",
        "more": "more" if up else "less",
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]
