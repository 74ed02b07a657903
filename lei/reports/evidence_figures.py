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
from lei.numbers import counted, with_decimals
from lei.reports.program_figures import Check, EffectRow, EvidenceFigures, KpiFigures, SeriesFigures

METHOD_NAMES: Mapping[str, str] = {
    "before_after": "Before and after",
    "interrupted_time_series": "Against its earlier trend",
    "difference_in_differences": "Against the comparison group",
    "staggered_rollout": "Against groups that start later",
    "panel_regression": "Against the comparison group, by regression",
    "matched_comparison": "Against people alike",
    "randomized_comparison": "Against the random group",
    "randomized_comparison_adjusted": "Against the random group, adjusted",
}
PLACEBO_NAME = "Made-up earlier start"
PARALLEL_NAME, BALANCE_NAME = "Parallel before the start", "Alike at the start"
MIX_NAME, RETURN_NAME = "Mix of units", "Return to the usual level"
_VERDICTS: Mapping[PreTrend, tuple[str, str]] = {
    PreTrend.PARALLEL: ("parallel", "Both groups moved alike in the months before the start."),
    PreTrend.NOT_PARALLEL: ("not parallel", "The groups drifted apart already before the start."),
    PreTrend.CANNOT_TELL: ("cannot tell", "The months before the start are too few or too uneven to tell."),
}
_TOO_LITTLE = "too little data"
_ONE = "{kpi} from {first} to {last}: the line is the group with the program."
_BESIDE = (
    "{kpi} from {first} to {last}: the dark line is the group with the program, the grey one the comparison group."
)
_TREND = (
    "{kpi} from {first} to {last}: the dark line is the group with the program, the band is where its earlier trend "
    "would have led."
)
_MARKS = "The upright line is the start; the shaded months count, from {counted} to {last}."


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
    lines = (_BESIDE if others else _TREND if trend else _ONE).format(kpi=name, first=first, last=last)
    if months.counted_from >= len(months.labels):
        return f"{lines} No month counts yet."
    return f"{lines} {_MARKS.format(counted=months.labels[months.counted_from], last=last)}"


def _effects(chosen: Result | None, others: Sequence[Result], looked: Looked) -> tuple[EffectRow, ...]:
    """The effect of the claim first; all with as many decimals as that one."""
    if not isinstance(chosen, Estimate):
        return ()
    decimals = decimals_for(chosen.effect, chosen.ci_low, chosen.ci_high)
    named = [(METHOD_NAMES.get(result.method, result.method), result) for result in (chosen, *others)]
    if looked.placebo is not None:
        named.append((PLACEBO_NAME, looked.placebo))
    return tuple(
        _effect_row(name, result, decimals, main=result is chosen)
        for name, result in named
        if isinstance(result, Estimate)
    )


def _effect_row(name: str, result: Estimate, decimals: int, *, main: bool) -> EffectRow:
    low, high = (with_decimals(end, decimals) for end in (result.ci_low, result.ci_high))
    written = with_decimals(result.effect, decimals)
    sign = "+" if round(result.effect, decimals) > 0 else ""
    return EffectRow(name, result.effect, result.ci_low, result.ci_high, f"{sign}{written} [{low} to {high}]", main)


def _effects_text(effects: Sequence[EffectRow]) -> str:
    """What the rows show together; below E2 there are none."""
    if not effects:
        return ""
    clear = [row for row in effects if row.low > 0 or row.high < 0]
    number = counted(len(effects), "way to look at it", "ways to look at it")
    return (
        f"The change of the KPI in {number}, each with its 95% interval; {len(clear)} of {len(effects)} "
        f"{'lies' if len(clear) == 1 else 'lie'} clear of 0."
    )


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
        return Check(PARALLEL_NAME, _TOO_LITTLE, too_little_sentence(found))
    verdict, text = _VERDICTS[found.verdict]
    return Check(PARALLEL_NAME, verdict, text)


def _placebo(found: Result | None, kpi: KpiFigures) -> Check | None:
    if found is None:
        return None
    if isinstance(found, TooLittle):
        return Check(PLACEBO_NAME, _TOO_LITTLE, too_little_sentence(found))
    if found.excludes_zero:
        return Check(PLACEBO_NAME, "finds something", " ".join(finding_sentences(found.findings)))
    change = size(found.effect, kpi.unit, decimals_for(found.effect, found.ci_low, found.ci_high))
    return Check(PLACEBO_NAME, "finds nothing", f"A start that never was shows no clear difference ({change}).")


def _balance(found: Balance | None) -> Check | None:
    if found is None:
        return None
    if not found.comparable:
        return Check(BALANCE_NAME, "not alike", " ".join(finding_sentences(found.findings)))
    number = counted(len(found.differences), "baseline", "baselines")
    text = f"{number} compared; none differs by {COMPARABLE:g} standard deviations or more."
    return Check(BALANCE_NAME, "alike", text)


def _mix(found: MixCheck | None, kpi: KpiFigures) -> Check | None:
    if found is None:
        return None
    if found.findings:
        return Check(MIX_NAME, "matters", " ".join(finding_sentences(found.findings)))
    change = size(found.standardized, kpi.unit, _decimals_of(kpi))
    text = f"With the same weight for each unit before and after, the group itself changed by {change}."
    return Check(MIX_NAME, "does not matter", text)


def _decimals_of(kpi: KpiFigures) -> int:
    """Those of the claim; one without a claim."""
    if kpi.effect is None or kpi.ci_low is None or kpi.ci_high is None:
        return 1
    return decimals_for(kpi.effect, kpi.ci_low, kpi.ci_high)


def _return(found: RegressionToMean | TooLittle | None, kpi: KpiFigures) -> Check | None:
    if found is None:
        return None
    if isinstance(found, TooLittle):
        return Check(RETURN_NAME, _TOO_LITTLE, too_little_sentence(found))
    if found.finding is not None:
        return Check(RETURN_NAME, "a part of it", " ".join(finding_sentences([found.finding])))
    expected = size(found.expected, kpi.unit, decimals_for(found.expected, found.low, found.high))
    return Check(RETURN_NAME, "little of it", f"Without any program {expected} was to be expected.")
