"""How sure scores are: the interval of each measure, pillar and composite, by the sample sizes of the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from lei.periods import Period
from lei.services.score_analyses.score_snapshot import Snapshot, take_snapshot
from lei.services.score_analyses.value_samples import MOST_VALUE_DRAWS, refuse_too_many_draws, sample_of
from lei.services.scores.score_profile import PILLAR_KEYS
from lei.services.scores.score_report import Reason, ScoreQuery
from lei.services.words.segment_words import name_of
from lei.services.words.share_words import chance
from lei.storage.rollup_columns import Floats
from scoring.value_draws import (
    BASIS_WORDS,
    EXACT,
    SHARE,
    CompositeDraws,
    Sample,
    draw_composites,
    draw_interval,
    score_intervals,
    value_intervals,
)

_BASIS = {SHARE: "share", EXACT: "exact"}
_ALIKE = "all or none of fewer than 20 people: neither the value nor its interval is shown"


@dataclass(frozen=True, slots=True)
class ScoreInterval:
    """A score, and where it may lie; None where there is none."""

    score: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class MeasureInterval:
    """One measure. basis: `share` (of `sample_size` people) or `exact`; value_low and value_high in its own unit.

    All but `basis_words` are None where the value is missing or hidden. Of an exact 0 or 100 percent of few people the
    score alone is shown.
    """

    basis: str | None
    basis_words: str
    value: float | None = None
    sample_size: int | None = None
    value_low: float | None = None
    value_high: float | None = None
    score: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class UnitIntervals:
    """One unit; exact and measured count its measures with weight and a value: those taken as exact, and all."""

    segment: Mapping[str, str]
    composite: ScoreInterval
    reason: Reason | None
    pillars: Mapping[str, ScoreInterval]
    measures: Mapping[str, MeasureInterval]
    exact: int
    measured: int
    sentence: str


@dataclass(frozen=True, slots=True)
class IntervalReport:
    """All units of one period."""

    profile: str
    version: int
    period: Period
    data_as_of: datetime | None
    segments: tuple[UnitIntervals, ...]


def estimate_intervals(
    session: Session, query: ScoreQuery, draws: int, seed: int, confidence: float, min_group_size: int
) -> IntervalReport:
    """The middle `confidence` of what the scores of the query's last period may be, given how many people answered.

    Raises InvalidError for a query that means nothing and too many draws, NotFoundError for an unknown profile.
    """
    snapshot = take_snapshot(session, query, min_group_size)
    refuse_too_many_draws(draws, len(snapshot.segments), MOST_VALUE_DRAWS)
    sample, weighting = sample_of(snapshot), snapshot.weighting
    drawn = draw_composites(sample, weighting.goalposts, weighting.tree, draws, np.random.default_rng(seed))
    measures = _measures(snapshot, sample, confidence)
    return IntervalReport(
        snapshot.profile,
        weighting.version,
        snapshot.period,
        snapshot.data_as_of,
        tuple(_units(snapshot, drawn, measures, confidence)),
    )


def _units(
    snapshot: Snapshot, drawn: CompositeDraws, measures: list[dict[str, MeasureInterval]], confidence: float
) -> list[UnitIntervals]:
    composite = np.stack([snapshot.composite, *draw_interval(drawn.composite, confidence)], axis=-1)
    pillars = np.stack([snapshot.pillars, *draw_interval(drawn.pillars, confidence)], axis=-1)
    found = []
    for unit, segment in enumerate(snapshot.segments):
        whole = _interval(composite[unit])
        shown = [measure for measure in measures[unit].values() if measure.score is not None]
        exact = sum(measure.basis == "exact" for measure in shown)
        found.append(
            UnitIntervals(
                segment=segment,
                composite=whole,
                reason=snapshot.reasons[unit],
                pillars={PILLAR_KEYS[p]: _interval(pillars[unit, p]) for p, _ in snapshot.weighting.weighted_pillars},
                measures=measures[unit],
                exact=exact,
                measured=len(shown),
                sentence=_sentence(snapshot, segment, whole, (exact, len(shown)), confidence),
            )
        )
    return found


def _measures(snapshot: Snapshot, sample: Sample, confidence: float) -> list[dict[str, MeasureInterval]]:
    """The measures with weight of each unit, by key."""
    tree = snapshot.weighting.tree
    weighted = np.flatnonzero((tree.measure_weights > 0) & (tree.pillar_weights[tree.pillar_of] > 0)).tolist()
    values = value_intervals(sample, confidence)
    scores = score_intervals(sample, snapshot.weighting.goalposts, confidence)
    ends = np.stack([*values, *scores], axis=-1)
    return [
        {snapshot.measures[m].key: _measure(snapshot, sample, (unit, m), ends[unit, m]) for m in weighted}
        for unit in range(len(snapshot.segments))
    ]


def _measure(snapshot: Snapshot, sample: Sample, at: tuple[int, int], ends: Floats) -> MeasureInterval:
    if np.isnan(snapshot.values[at]):
        reason: Reason = "small_group" if snapshot.hidden[at] else "no_data"
        return MeasureInterval(None, "no value to show", reason=reason)
    score, people = float(snapshot.scores[at]), round(float(snapshot.people[at]))
    if snapshot.alike[at]:
        return MeasureInterval("exact", _ALIKE, sample_size=people, score=score)
    basis = int(sample.basis[at])
    value_low, value_high, low, high = ends.tolist()
    return MeasureInterval(
        basis=_BASIS[basis],
        basis_words=BASIS_WORDS[basis],
        value=float(snapshot.values[at]),
        sample_size=people,
        value_low=value_low,
        value_high=value_high,
        score=score,
        low=low,
        high=high,
    )


def _interval(numbers: Floats) -> ScoreInterval:
    return ScoreInterval(*(None if np.isnan(number) else float(number) for number in numbers))


def _sentence(
    snapshot: Snapshot,
    segment: Mapping[str, str],
    whole: ScoreInterval,
    counts: tuple[int, int],
    confidence: float,
) -> str:
    where = f"In {snapshot.period}, {name_of(segment)}"
    if whole.score is None:
        return f"{where} has no composite."
    exact, measured = counts
    taken = (
        f"{exact} of its {measured} measures are taken as exact" if exact else "none of its measures is taken as exact"
    )
    return (
        f"{where} has a composite of {whole.score:.1f}, which lies between {whole.low:.1f} and {whole.high:.1f} with "
        f"{chance(confidence)} confidence by the sample sizes; {taken}."
    )
