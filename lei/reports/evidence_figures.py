"""Puts what a claim rests on into figures: the months of the KPI, effects beside each other, and what was checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lei.evidence.amounts import decimals_for, size
from lei.evidence.balance import COMPARABLE, Balance
from lei.evidence.estimate import Estimate, Result, TooLittle
from lei.evidence.finding_words import finding_sentences, too_little_sentence
from lei.evidence.mix import MixCheck
from lei.evidence.parallel_trends import ParallelTrends
from lei.evidence.regression_to_mean import RegressionToMean
from lei.evidence.study_design import PreTrend
from lei.language import N_, _, ngettext
from lei.numbers import general, in_a_row, whole, with_decimals
from lei.reports.program_figures import Check, EffectRow, EvidenceFigures, KpiFigures, SeriesFigures

METHOD_NAMES: Mapping[str, str] = {
    "before_after": N_("Before and after"),
    "interrupted_time_series": N_("Against its earlier trend"),
    "difference_in_differences": N_("Against the comparison group"),
    "staggered_rollout": N_("Against groups that start later"),
    "panel_regression": N_("Against the comparison group, by regression"),
    "matched_comparison": N_("Against people alike"),
    "randomized_comparison": N_("Against the random group"),
    "randomized_comparison_adjusted": N_("Against the random group, adjusted"),
}
PLACEBO_NAME = N_("Made-up earlier start")
PARALLEL_NAME, BALANCE_NAME = N_("Parallel before the start"), N_("Alike at the start")
MIX_NAME, RETURN_NAME = N_("Mix of units"), N_("Return to the usual level")
_VERDICTS: Mapping[PreTrend, tuple[str, str]] = {
    PreTrend.PARALLEL: (N_("parallel"), N_("Both groups moved alike in the months before the start.")),
    PreTrend.NOT_PARALLEL: (N_("not parallel"), N_("The groups drifted apart already before the start.")),
    PreTrend.CANNOT_TELL: (N_("cannot tell"), N_("The months before the start are too few or too uneven to tell.")),
}
_TOO_LITTLE = N_("too little data")
_ONE = N_("{kpi} from {first} to {last}: the line is the group with the program.")
_BESIDE = N_(
    "{kpi} from {first} to {last}: the dark line is the group with the program, the grey one the comparison group."
)
_TREND = N_(
    "{kpi} from {first} to {last}: the dark line is the group with the program, the band is where its earlier trend "
    "would have led."
)
_NO_MARKS = N_("No month counts yet.")
_MARKS = N_("The upright line is the start; the shaded months count, from {counted} to {last}.")


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a KPI as `SeriesFigures` has them; `counted_from` and `start` are positions in them."""

    labels: tuple[str, ...]
    treated: tuple[float | None, ...]
    comparison: tuple[float | None, ...] = ()
    projected: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    start: int = 0
    counted_from: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at beside the effect; None where there was nothing to look at."""

    parallel_trends: ParallelTrends | TooLittle | None = None
    placebo: Result | None = None
    balance: Balance | None = None
    mix: MixCheck | None = None
    regression_to_mean: RegressionToMean | TooLittle | None = None


def evidence_figures(
    kpi: KpiFigures, months: Months | None, chosen: Result | None, others: Sequence[Result], looked: Looked
) -> EvidenceFigures:
    """The evidence behind the claim of a KPI; others: results by other methods, the simplest first."""
    effects = _effects(chosen, others, looked) if kpi.effect is not None else ()
    return EvidenceFigures(
        series=_series(kpi, months) if months else None,
        effects=effects,
        effects_text=_effects_text(effects),
        checks=_checks(looked, kpi),
    )


def _series(kpi: KpiFigures, months: Months) -> SeriesFigures:
    has_others = any(value is not None for value in months.comparison)
    has_trend = any(value is not None for value in months.low)
    return SeriesFigures(
        labels=months.labels,
        treated=months.treated,
        comparison=months.comparison if has_others else (),
        projected=months.projected if has_trend else (),
        low=months.low if has_trend else (),
        high=months.high if has_trend else (),
        start=months.start,
        counted_from=months.counted_from,
        target=kpi.target,
        unit=kpi.unit,
        text=_series_text(kpi, months, others=has_others, trend=has_trend),
    )


def _series_text(kpi: KpiFigures, months: Months, *, others: bool, trend: bool) -> str:
    name, first, last = kpi.name, months.labels[0], months.labels[-1]
    lines = _(_BESIDE if others else _TREND if trend else _ONE).format(kpi=name, first=first, last=last)
    if months.counted_from >= len(months.labels):
        return f"{lines} {_(_NO_MARKS)}"
    return f"{lines} {_(_MARKS).format(counted=months.labels[months.counted_from], last=last)}"


def _effects(chosen: Result | None, others: Sequence[Result], looked: Looked) -> tuple[EffectRow, ...]:
    """The effect of the claim first; all with as many decimals as that one."""
    if not isinstance(chosen, Estimate):
        return ()
    decimals = decimals_for(chosen.effect, chosen.ci_low, chosen.ci_high)
    named = [(_(METHOD_NAMES.get(result.method, result.method)), result) for result in (chosen, *others)]
    if looked.placebo is not None:
        named.append((_(PLACEBO_NAME), looked.placebo))
    return tuple(
        _effect_row(name, result, decimals, main=result is chosen)
        for name, result in named
        if isinstance(result, Estimate)
    )


def _effect_row(name: str, result: Estimate, decimals: int, *, main: bool) -> EffectRow:
    low, high = (with_decimals(end, decimals) for end in (result.ci_low, result.ci_high))
    written = with_decimals(result.effect, decimals)
    sign = "+" if round(result.effect, decimals) > 0 else ""
    text = _("{number} [{low} to {high}]").format(number=f"{sign}{written}", low=low, high=high)
    return EffectRow(name, result.effect, result.ci_low, result.ci_high, text, main)


def _effects_text(effects: Sequence[EffectRow]) -> str:
    """What the rows show together; below E2 there are none."""
    if not effects:
        return ""
    clear = [row for row in effects if row.low > 0 or row.high < 0]
    ways = ngettext(
        "The change of the KPI in {number} way to look at it, each with its 95% interval",
        "The change of the KPI in {number} ways to look at it, each with its 95% interval",
        len(effects),
    ).format(number=whole(len(effects)))
    # For translators: {number}: how many of all of them.
    told = ngettext("{number} of {all} lies clear of 0", "{number} of {all} lie clear of 0", len(clear))
    return f"{in_a_row([ways, told.format(number=whole(len(clear)), all=whole(len(effects)))])}."


def _checks(looked: Looked, kpi: KpiFigures) -> tuple[Check, ...]:
    found = (
        _parallel(looked.parallel_trends),
        _placebo(looked.placebo, kpi),
        _balance(looked.balance),
        _mix(looked.mix, kpi),
        _return(looked.regression_to_mean, kpi),
    )
    return tuple(check for check in found if check is not None)


def _parallel(found: ParallelTrends | TooLittle | None) -> Check | None:
    if found is None:
        return None
    if isinstance(found, TooLittle):
        return Check(_(PARALLEL_NAME), _(_TOO_LITTLE), too_little_sentence(found))
    verdict, text = _VERDICTS[found.verdict]
    return Check(_(PARALLEL_NAME), _(verdict), _(text))


def _placebo(found: Result | None, kpi: KpiFigures) -> Check | None:
    if found is None:
        return None
    if isinstance(found, TooLittle):
        return Check(_(PLACEBO_NAME), _(_TOO_LITTLE), too_little_sentence(found))
    if found.excludes_zero:
        return Check(_(PLACEBO_NAME), _("finds something"), " ".join(finding_sentences(found.findings)))
    change = size(found.effect, kpi.unit, decimals_for(found.effect, found.ci_low, found.ci_high))
    # For translators: as a test, the program is taken to have begun at an earlier time.
    told = _("A start that never was shows no clear difference ({change}).")
    return Check(_(PLACEBO_NAME), _("finds nothing"), told.format(change=change))


def _balance(found: Balance | None) -> Check | None:
    if found is None:
        return None
    if not found.comparable:
        return Check(_(BALANCE_NAME), _("not alike"), " ".join(finding_sentences(found.findings)))
    text = ngettext(
        "{number} baseline compared; none differs by {limit} standard deviations or more.",
        "{number} baselines compared; none differs by {limit} standard deviations or more.",
        len(found.differences),
    ).format(number=whole(len(found.differences)), limit=general(COMPARABLE))
    return Check(_(BALANCE_NAME), _("alike"), text)


def _mix(found: MixCheck | None, kpi: KpiFigures) -> Check | None:
    if found is None:
        return None
    if found.findings:
        return Check(_(MIX_NAME), _("matters"), " ".join(finding_sentences(found.findings)))
    change = size(found.standardized, kpi.unit, _decimals_of(kpi))
    text = _("With the same weight for each unit before and after, the group itself changed by {change}.")
    return Check(_(MIX_NAME), _("does not matter"), text.format(change=change))


def _decimals_of(kpi: KpiFigures) -> int:
    """Those of the claim; one without a claim."""
    if kpi.effect is None or kpi.ci_low is None or kpi.ci_high is None:
        return 1
    return decimals_for(kpi.effect, kpi.ci_low, kpi.ci_high)


def _return(found: RegressionToMean | TooLittle | None, kpi: KpiFigures) -> Check | None:
    if found is None:
        return None
    if isinstance(found, TooLittle):
        return Check(_(RETURN_NAME), _(_TOO_LITTLE), too_little_sentence(found))
    if found.finding is not None:
        return Check(_(RETURN_NAME), _("a part of it"), " ".join(finding_sentences([found.finding])))
    expected = size(found.expected, kpi.unit, decimals_for(found.expected, found.low, found.high))
    text = _("Without any program {expected} was to be expected.").format(expected=expected)
    return Check(_(RETURN_NAME), _("little of it"), text)
