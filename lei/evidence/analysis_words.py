"""Sentences of statistics that carry no claim: relations, segments, pairs, trends, one cross-section."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lei.evidence.amounts import decimals_for, share_in_percent, size
from lei.evidence.claim_templates import INTERVAL
from lei.evidence.estimate import Estimate, Result
from lei.evidence.finding_words import too_little_sentence
from lei.evidence.unit_correlation import METHOD as UNITS
from lei.evidence.unit_correlation import chance_words
from lei.language import N_, _, ngettext
from lei.letters import first_upper, within_sentence
from lei.numbers import with_decimals

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "trend": N_("{Kpi}: {change} a period ({interval})."),
        "trend_unclear": N_("No clear trend in {kpi}: {change} a period ({interval})."),
        "cross_section_above": N_(
            "Units with the program lie {amount} above units without it in {kpi} ({interval}), at the same controls; "
            "that tells who differs, not what changed."
        ),
        "cross_section_below": N_(
            "Units with the program lie {amount} below units without it in {kpi} ({interval}), at the same controls; "
            "that tells who differs, not what changed."
        ),
        "cross_section_unclear": N_(
            "No clear difference in {kpi} between units with and without the program, at the same controls: {change} "
            "({interval})."
        ),
        # For translators: r, n: statistics, numbers; never more than a tendency.
        "correlation_above": N_(
            "Where there is more of the measure, there tends to be more of {kpi} (r = {r} [{low} to {high}], n = {n}); "
            "not proof."
        ),
        # For translators: r, n: statistics, numbers; never more than a tendency.
        "correlation_below": N_(
            "Where there is more of the measure, there tends to be less of {kpi} (r = {r} [{low} to {high}], n = {n}); "
            "not proof."
        ),
        "correlation_unclear": N_(
            "No clear relation between the measure and {kpi} (r = {r} [{low} to {high}], n = {n})."
        ),
        "segments": N_("Like compared with like, within segments, the difference in {kpi} is {change} ({interval})."),
        "segments_unclear": N_(
            "Like compared with like, within segments, there is no clear difference in {kpi}: {change} ({interval})."
        ),
        # For translators: follows a sentence on the difference within segments.
        "in_total": N_("In total it is {change}."),
        "in_total_reversed": N_(
            "In total it is {change}, which points the other way and comes from the mix of segments."
        ),
    }
)
_WITH_A_DIRECTION = frozenset(("cross_section", "correlation"))
_CORRELATIONS = frozenset(("correlation_months", "correlation_lagged", UNITS))


def told_alone(kind: str, result: Result, kpi: str, unit: str) -> str:
    """What a result of such a statistic says. kind: `paired`, `trend`, `cross_section`, `correlation` or `segments`."""
    if not isinstance(result, Estimate):
        chance = f" {chance_words(result)}" if result.method == UNITS and "units" in result.found else ""
        return f"{first_upper(kpi)}: {within_sentence(too_little_sentence(result))}{chance}"
    template = _paired(result) if kind == "paired" else _(SENTENCES[_key(kind, result)])
    return template.format_map(_parts(result, kpi, unit))


def _key(kind: str, result: Estimate) -> str:
    if not result.excludes_zero:
        return f"{kind}_unclear"
    if kind not in _WITH_A_DIRECTION:
        return kind
    return f"{kind}_above" if result.effect > 0 else f"{kind}_below"


def _paired(result: Estimate) -> str:
    """The template for pairs of before and after; how many there are chooses its form."""
    pairs = int(result.n_treated)
    if not result.excludes_zero:
        return ngettext(
            "No clear difference in {kpi} between before and after: {change} ({interval}), in {n} pair.",
            "No clear difference in {kpi} between before and after: {change} ({interval}), in {n} pairs.",
            pairs,
        )
    if result.effect > 0:
        return ngettext(
            "{Kpi} rose {amount} between before and after ({interval}), in {n} pair; nobody is there to compare with, "
            "so the reason stays open.",
            "{Kpi} rose {amount} between before and after ({interval}), in {n} pairs; nobody is there to compare with, "
            "so the reason stays open.",
            pairs,
        )
    return ngettext(
        "{Kpi} fell {amount} between before and after ({interval}), in {n} pair; nobody is there to compare with, so "
        "the reason stays open.",
        "{Kpi} fell {amount} between before and after ({interval}), in {n} pairs; nobody is there to compare with, so "
        "the reason stays open.",
        pairs,
    )


def told_in_segments(standardized: Result, total: Result, kpi: str, unit: str) -> str:
    """The comparison within segments first, then that in total, which may point the other way."""
    first = told_alone("segments", standardized, kpi, unit)
    if not isinstance(total, Estimate):
        return first
    turned = isinstance(standardized, Estimate) and standardized.effect * total.effect < 0
    key = "in_total_reversed" if turned else "in_total"
    return f"{first} {_(SENTENCES[key]).format_map(_parts(total, kpi, unit))}"


def _parts(result: Estimate, kpi: str, unit: str) -> dict[str, str]:
    decimals = 2 if result.method in _CORRELATIONS else decimals_for(result.effect, result.ci_low, result.ci_high)
    low, high = (with_decimals(end, decimals) for end in (result.ci_low, result.ci_high))
    return {
        "kpi": kpi,
        "Kpi": first_upper(kpi),
        "amount": size(abs(result.effect), unit, decimals),
        "change": ("+" if round(result.effect, decimals) > 0 else "") + size(result.effect, unit, decimals),
        "interval": _(INTERVAL).format(level=share_in_percent(result.level), low=low, high=high),
        "low": low,
        "high": high,
        "r": with_decimals(result.effect, decimals),
        "n": with_decimals(result.n_treated, 0),
    }
