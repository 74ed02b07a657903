"""The measures of a scorecard: one row each, what led, how they moved, and which groups are not ready."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lei.catalog.loader import typical_lags
from lei.catalog.measure import Measure
from lei.language import N_, _
from lei.numbers import joined, percent_beside
from lei.periods import Grain, Period, period_label
from lei.reports import sentences
from lei.reports.figures import MeasureRow, ReadinessRisk
from lei.reports.wording import goalposts, in_unit
from lei.services.scorecards.scorecard_data import READINESS_DIMENSIONS, Group, ScorecardData
from lei.services.scores.score_report import MeasureScore, Score
from scoring.bands import band

READINESS_MEASURES = ("role_readiness_rate", "certification_coverage")
MATERIAL_MEASURE_POINTS = 2.0
MOST_SIGNALS = 3
_REASONS = {
    "no_data": N_("no data"),
    "small_group": N_("hidden, to protect a small group"),
    "low_coverage": N_("too little data"),
}
_NORMAL_95 = 1.96
_GOALPOSTS = ("goalpost_0", "goalpost_100", "goalpost_100_upper", "goalpost_0_upper")


@dataclass(frozen=True, slots=True)
class Move:
    """A measure in two periods, with a value and a score in both."""

    measure: Measure
    before: MeasureScore
    after: MeasureScore

    @property
    def score_change(self) -> float:
        """By how many of its own 100 points the score moved."""
        return (self.after.score or 0.0) - (self.before.score or 0.0)

    @property
    def values(self) -> tuple[float, float]:
        """The value before and after."""
        return self.before.value or 0.0, self.after.value or 0.0

    @property
    def material(self) -> bool:
        """Whether it moved by more than noise: 2 points of score, enough cases, fresh, and 0 outside its interval."""
        if abs(self.score_change) < MATERIAL_MEASURE_POINTS:
            return False
        if any(flag in ("low_n", "stale") for flag in (*self.before.flags, *self.after.flags)):
            return False
        return self.measure.unit != "percent" or _beyond_chance(self.before, self.after)


def measure_rows(data: ScorecardData) -> tuple[MeasureRow, ...]:
    """A row for each scored measure, in the order of the pillars."""
    if data.score is None:
        return ()
    return tuple(_row(data, pillar.key, m) for pillar in data.score.pillars for m in pillar.measures)


def context_rows(data: ScorecardData) -> tuple[MeasureRow, ...]:
    """A row for each measure that is shown and never scored."""
    return () if data.score is None else tuple(_row(data, "", measure) for measure in data.score.context)


def moves(data: ScorecardData) -> tuple[Move, ...]:
    """Every measure that has a score in this period and in the one before."""
    if data.score is None or data.previous is None:
        return ()
    before = {m.key: m for m in scored_measures(data.previous) if m.score is not None and m.value is not None}
    return tuple(
        Move(data.measures[m.key], before[m.key], m)
        for m in scored_measures(data.score)
        if m.score is not None and m.value is not None and m.key in before
    )


def leading_signals(data: ScorecardData, moved: Iterable[Move]) -> tuple[str, ...]:
    """Leading measures that moved materially, the weightiest moves first."""
    found = [move for move in moved if move.measure.lead_lag == "leading" and move.material]
    found.sort(key=lambda move: -abs(move.score_change * move.after.effective_weight))
    return tuple(
        sentences.leading_signal(
            _(move.measure.display_name),
            move.values,
            move.measure.unit,
            move.score_change,
            _watch(move.measure, data.measures, data.request.period),
        )
        for move in found[:MOST_SIGNALS]
    )


def readiness_risks(data: ScorecardData) -> tuple[ReadinessRisk, ...]:
    """Groups under the line in readiness or certificates, the lowest first; hidden groups have no value to show."""
    found = [
        ReadinessRisk(
            dimension=group.dimension.capitalize(),
            name=group.name,
            measure=_(data.measures[measure.key].display_name),
            value=measure.value,
            value_text=percent_beside(measure.value, sentences.READINESS_LINE),
            sample_size=measure.sample_size,
        )
        for group, measure in _readiness(data.groups)
        if measure.value is not None and measure.value < sentences.READINESS_LINE
    ]
    return tuple(sorted(found, key=lambda risk: (risk.value, risk.dimension, risk.name)))


def readiness_is_reported(data: ScorecardData) -> bool:
    """Whether any group that can be shown has a value of readiness or certificates."""
    return any(measure.value is not None for _, measure in _readiness(data.groups))


def _readiness(groups: Iterable[Group]) -> Iterator[tuple[Group, MeasureScore]]:
    for group in groups:
        if group.dimension in READINESS_DIMENSIONS:
            for measure in scored_measures(group.score):
                if measure.key in READINESS_MEASURES:
                    yield group, measure


def scored_measures(score: Score) -> Iterator[MeasureScore]:
    """Every scored measure, in the order of the pillars."""
    for pillar in score.pillars:
        yield from pillar.measures


def _row(data: ScorecardData, pillar: str, scored: MeasureScore) -> MeasureRow:
    measure = data.measures[scored.key]
    posts = {name: getattr(measure, name) for name in _GOALPOSTS} | dict(data.rules["goalposts"].get(scored.key, {}))
    text = "" if scored.value is None else in_unit(scored.value, measure.unit)
    return MeasureRow(
        key=scored.key,
        name=_(measure.display_name),
        pillar=pillar,
        unit=measure.unit,
        value=scored.value,
        value_text=text or (_(scored.value_note) if scored.value_note else ""),
        sample_size=scored.sample_size,
        goalposts_text=goalposts(*(posts[name] for name in _GOALPOSTS)),
        placeholder="placeholder_goalposts" in scored.flags,
        score=scored.score,
        band=None if scored.score is None else band(scored.score),
        weight=100 * scored.effective_weight,
        contribution=scored.contribution,
        remarks=_remarks(measure, scored),
        sample_of=measure.rollup_weight if measure.rollup_weight != "none" else "",
        cases=measure.weighs_cases,
    )


def _remarks(measure: Measure, scored: MeasureScore) -> tuple[str, ...]:
    found = [_(_REASONS[scored.reason])] if scored.reason else []
    if "low_n" in scored.flags:
        found.append(_("few cases"))
    if "stale" in scored.flags:
        # For translators: an older value that still counts; {period} is written as 2026-10.
        since = _("value of {period}").format(period=scored.stale_since)
        found.append(since if scored.stale_since else _("carried forward"))
    if "combined_sources" in scored.flags:
        found.append(_("sources combined: {names}").format(names=joined(scored.sources)))
    if scored.sample_size is not None and not measure.weighs_cases:
        # For translators: what weights a value, such as `by eligible headcount`.
        found.append(_("by {amount}").format(amount=_(measure.rollup_weight)))
    return tuple(found)


def _beyond_chance(before: MeasureScore, after: MeasureScore) -> bool:
    """Whether the 95 % interval of the difference of two percentages leaves out 0 (normal approximation)."""
    variance = 0.0
    for scored in (before, after):
        share = min(max((scored.value or 0.0) / 100, 0.0), 1.0)
        variance += share * (1 - share) / max(scored.sample_size or 1, 1)
    difference = abs((after.value or 0.0) - (before.value or 0.0)) / 100
    return difference > _NORMAL_95 * math.sqrt(variance)


def _watch(measure: Measure, measures: Mapping[str, Measure], period: Period) -> str:
    """The first linked business number with a usual delay, and the months to look at it."""
    lags = typical_lags()
    for key in measure.linked_kpis:
        if key in lags and key in measures:
            last = Period(period.last_month, Grain.MONTH)
            first, end = (period_label(last.shift(lag)) for lag in lags[key])
            # For translators: a business number and the months to look at it.
            return _("{kpi}, {first} to {last}").format(kpi=_(measures[key].display_name), first=first, last=end)
    return ""
