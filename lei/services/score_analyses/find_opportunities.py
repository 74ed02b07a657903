"""Where the next points are: what the composite gains when one measure alone takes a step towards its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from lei.periods import Period
from lei.services.score_analyses.score_snapshot import Snapshot, take_snapshot
from lei.services.scores.score_measures import or_none
from lei.services.scores.score_report import Reason, ScoreQuery
from lei.services.words.segment_words import name_of
from lei.services.words.value_words import value_text
from lei.storage.rollup_columns import Floats
from scoring.opportunities import opportunities

_SHOWN_FROM = 0.005


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One measure with weight: the points that the composite gains when it moves from one value to another.

    before and after are None where there is no value to show, or where an exact 0 or 100 percent of few people is not
    shown; gain is None without a value or a composite. arrived: it is at its best already.
    """

    measure: str
    pillar: str
    name: str
    unit: str
    before: float | None
    after: float | None
    gain: float | None
    arrived: bool
    reason: Reason | None
    placeholder_goalposts: bool


@dataclass(frozen=True, slots=True)
class OpportunityReport:
    """One unit in one period; the largest gain first, measures without a value last."""

    profile: str
    version: int
    period: Period
    segment: Mapping[str, str]
    data_as_of: datetime | None
    composite: float | None
    reason: Reason | None
    sentence: str
    opportunities: tuple[Opportunity, ...]


def find_opportunities(session: Session, query: ScoreQuery, min_group_size: int) -> OpportunityReport:
    """What each measure of the query's unit is worth when it improves by a tenth of its goalpost range, never beyond.

    Raises InvalidError for a query that means nothing, NotFoundError for an unknown profile.
    """
    snapshot = take_snapshot(session, query, min_group_size)
    tree = snapshot.weighting.tree
    found = opportunities(snapshot.values[0], snapshot.weighting.goalposts, tree)
    weighted = (tree.measure_weights > 0) & (tree.pillar_weights[tree.pillar_of] > 0)
    listed = tuple(_opportunity(snapshot, int(m), found.values, found.gain) for m in found.order if weighted[m])
    return OpportunityReport(
        profile=snapshot.profile,
        version=snapshot.weighting.version,
        period=snapshot.period,
        segment=snapshot.segments[0],
        data_as_of=snapshot.data_as_of,
        composite=or_none(float(snapshot.composite[0])),
        reason=snapshot.reasons[0],
        sentence=_sentence(snapshot, listed),
        opportunities=listed,
    )


def _opportunity(snapshot: Snapshot, m: int, after: Floats, gain: Floats) -> Opportunity:
    measure, at = snapshot.measures[m], (0, m)
    present, shown = not np.isnan(snapshot.values[at]), not snapshot.alike[at]
    missing: Reason = "small_group" if snapshot.hidden[at] else "no_data"
    overridden = measure.key in snapshot.weighting.profile.goalposts
    return Opportunity(
        measure=measure.key,
        pillar=measure.pillar,
        name=measure.display_name,
        unit=measure.unit,
        before=float(snapshot.values[at]) if present and shown else None,
        after=float(after[m]) if present and shown else None,
        gain=or_none(float(gain[m])),
        arrived=bool(present and after[m] == snapshot.values[at]),
        reason=None if present else missing,
        placeholder_goalposts=measure.goalpost_basis == "placeholder" and not overridden,
    )


def _sentence(snapshot: Snapshot, listed: tuple[Opportunity, ...]) -> str:
    where = f"In {snapshot.period}, {name_of(snapshot.segments[0])}"
    if np.isnan(snapshot.composite[0]):
        return f"{where} has no composite, so no step has a gain to state."
    best = listed[0]
    if best.gain is None or best.gain < _SHOWN_FROM:
        return f"{where} gains nothing by a single step: what has weight and a value is at its target."
    step = "a tenth of its range"
    if best.before is not None and best.after is not None:
        measure = snapshot.measures[snapshot.position_of(best.measure, "measure")]
        step = f"from {value_text(best.before, measure)} to {value_text(best.after, measure)}"
    caution = (
        " Its goalposts are placeholders: set your own before you act on it." if best.placeholder_goalposts else ""
    )
    return f"{where} gains the most by {best.name}: {step} is worth {best.gain:.2f} points of the composite.{caution}"
