"""Turns what was gathered for a scorecard into its figures: plain numbers and finished sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.language import _, speaking, spoken
from lei.periods import period_label, short_period_label
from lei.reports import sentences
from lei.reports.band_notes import index_note, pillars_note, short_note
from lei.reports.figures import (
    SCHEMA,
    Comparison,
    IndexFigures,
    Origin,
    PillarFigures,
    Point,
    ScorecardFigures,
)
from lei.reports.programs_part import ProgramsPart
from lei.reports.wording import labelled
from lei.services.branding.manage_branding import present_branding
from lei.services.scorecards.scorecard_data import ScorecardData, gather, measure_names
from lei.services.scorecards.scorecard_drivers import driver_steps, largest_step_in
from lei.services.scorecards.scorecard_failures import not_working
from lei.services.scorecards.scorecard_groups import hidden_groups, segment_rows, segments_text
from lei.services.scorecards.scorecard_measures import (
    context_rows,
    leading_signals,
    measure_rows,
    moves,
    readiness_risks,
)
from lei.services.scorecards.scorecard_notes import notes_of, origin_of
from lei.services.scorecards.scorecard_outlook import outlook
from lei.services.scorecards.scorecard_programs import programs_part
from lei.services.scorecards.scorecard_readiness import readiness_places, readiness_text
from lei.services.scorecards.scorecard_request import ScorecardRequest
from lei.services.scores.limit_words import holding_down, limit_sentences
from lei.services.scores.score_report import PillarScore, Score
from lei.services.words.segment_words import segment_name
from scoring.aggregate import weighted_mean
from scoring.bands import is_material
from scoring.means import FLOOR

LONGEST_TITLE = 300


def build_figures(session: Session, request: ScorecardRequest, min_group_size: int, now: datetime) -> ScorecardFigures:
    """The figures of the scorecard that is asked for; reads only.

    Raises InvalidError for a period that has not begun, an unknown dimension, profile or language.
    """
    with speaking(request.language):
        figures = assemble(gather(session, request, min_group_size, now))
    return replace(figures, branding=present_branding(session))


def assemble(data: ScorecardData) -> ScorecardFigures:
    """The figures from gathered data alone: no database, no clock."""
    period, moved, risks = data.request.period, moves(data), readiness_risks(data)
    origin, steps, index = origin_of(data), driver_steps(data), _index(data)
    signals, rows, pillars = leading_signals(data, moved), segment_rows(data), _pillars(data)
    failures, failures_text = not_working(data, moved)
    previous, now = index.previous, Comparison(period_label(period), index.score)
    programs, index_text = programs_part(data.programs, period), sentences.headline(period_label(period), index)
    places = readiness_places(data)
    return ScorecardFigures(
        schema=SCHEMA,
        title=data.request.title or _("Learning scorecard, {period}").format(period=period_label(period)),
        segment=dict(data.request.where),
        segment_name=segment_name(data.request.where),
        grain=str(period.grain),
        period=str(period),
        period_label=period_label(period),
        made_at=data.now,
        origin=origin,
        headline=_headline(programs, index, index_text),
        confidence=_confidence(data, origin, index),
        index=index,
        pillars=pillars,
        drivers=steps,
        drivers_text=sentences.drivers(previous, now, index.total_change),
        readiness_risks=risks,
        readiness_text=readiness_text(data, risks),
        leading_signals=signals,
        leading_text="" if signals else sentences.no_leading_signal(previous.label if moved else None),
        not_working=failures,
        not_working_text=failures_text,
        segments=rows,
        segments_text=segments_text(data, rows),
        measures=measure_rows(data),
        context=context_rows(data),
        notes=notes_of(data, hidden_groups(data)),
        outlook=outlook(data),
        pillars_note=pillars_note([(p.name, p.score, p.band) for p in pillars], str(period.grain)),
        readiness_places=places,
        index_text=index_text,
        programs=programs,
        restated=data.restated,
        page_size=data.request.page_size,
        language=spoken(),
    )


def _headline(programs: ProgramsPart | None, index: IndexFigures, index_text: str) -> str:
    """A KPI where one can be told of, then the index, then where the first program stands."""
    if programs is None or (index.score is not None and not programs.headline):
        return index_text
    first = programs.programs[0]
    return programs.headline or (labelled(first.name, first.chain.state_text) if first.chain.state_text else index_text)


def _confidence(data: ScorecardData, origin: Origin, index: IndexFigures) -> str:
    if index.score is None:
        return ""
    text = sentences.confidence(
        index.coverage, origin.placeholder_measures, origin.scored_measures, origin.placeholder_weight
    )
    unfinished = data.request.period.end >= data.now.date()
    return " ".join([text, _("The period is not over yet.")]) if unfinished else text


def _index(data: ScorecardData) -> IndexFigures:
    score, drivers, period = data.score, data.drivers, data.request.period
    previous = Comparison(period_label(period.shift(-1)), _composite(data.previous))
    last_year = Comparison(period_label(data.last_year_period), _composite(data.at(data.last_year_period)))
    composite = _composite(score)
    compared = drivers if composite is not None and previous.score is not None else None
    like_for_like = None if compared is None else compared.like_for_like
    material = compared is not None and compared.material and like_for_like is not None
    total = None if compared is None else compared.change
    points_of_time = _series(data, None)
    return IndexFigures(
        score=composite,
        band=None if score is None else score.band,
        band_note=index_note(composite, None if score is None else score.band, str(period.grain)),
        status="none" if score is None else score.status,
        status_text=_status_text(data),
        coverage=0.0 if score is None else score.coverage,
        change=like_for_like,
        total_change=total,
        material=material,
        change_text=sentences.change(like_for_like, material=material),
        previous=previous,
        last_year=last_year,
        main_reason=sentences.main_reason(driver_steps(data), total, material=material),
        series=points_of_time,
        series_text=sentences.series(points_of_time, str(period.grain)),
    )


def _status_text(data: ScorecardData) -> str:
    score, period = data.score, data.request.period
    if score is None:
        return sentences.no_score(period_label(period), str(period.grain), "no_data", 0, ())
    missing = [_(PILLARS[key]) for key in score.missing_pillars]
    if score.composite is None:
        scored = len(score.pillars) - len(missing)
        return sentences.no_score(period_label(period), str(period.grain), score.reason, scored, missing)
    said = [sentences.provisional(missing)] if score.status == "provisional" else []
    return " ".join([*said, *limit_sentences(holding_down(score.caps), measure_names(data))])


def _composite(score: Score | None) -> float | None:
    return None if score is None else score.composite


def _series(data: ScorecardData, pillar: str | None) -> tuple[Point, ...]:
    def value(score: Score | None) -> float | None:
        if score is None or pillar is None:
            return _composite(score)
        return next((p.score for p in score.pillars if p.key == pillar), None)

    return tuple(Point(str(at), short_period_label(at), value(score)) for at, score in data.history)


def _pillars(data: ScorecardData) -> tuple[PillarFigures, ...]:
    return () if data.score is None else tuple(_pillar(data, pillar) for pillar in data.score.pillars)


def _pillar(data: ScorecardData, pillar: PillarScore) -> PillarFigures:
    before = None if data.previous is None else next((p for p in data.previous.pillars if p.key == pillar.key), None)
    change = _pillar_change(before, pillar, data.rules["aggregation"])
    material = change is not None and is_material(change, "pillar")
    largest = largest_step_in(data, pillar.key, change) if material and change is not None else None
    return PillarFigures(
        key=pillar.key,
        name=_(PILLARS[pillar.key]),
        score=pillar.score,
        band=pillar.band,
        weight=100 * pillar.weight,
        coverage=pillar.coverage,
        change=change,
        material=material,
        change_text="" if pillar.score is None else sentences.change(change, material=material),
        reason=sentences.pillar_reason(largest, _weakest(data, pillar)),
        state="" if pillar.score is not None else sentences.pillar_state(pillar.reason, pillar.coverage),
        series=_series(data, pillar.key),
        band_note=short_note(pillar.score, pillar.band, str(data.request.period.grain)),
    )


def _pillar_change(before: PillarScore | None, after: PillarScore, means: Mapping[str, Any]) -> float | None:
    """Both scores on the measures usable in both periods, with the weights of now; None without a score in both."""
    if before is None or before.score is None or after.score is None:
        return None
    earlier = {measure.key: measure.score for measure in before.measures}
    both = [
        (earlier[m.key], m.score, m.weight)
        for m in after.measures
        if m.score is not None and earlier.get(m.key) is not None
    ]
    if sum(weight for _, _, weight in both) <= 0:
        return None
    scores = np.array([[first for first, _, _ in both], [second for _, second, _ in both]], dtype=np.float64)
    mean = (
        means["measures"].get(after.key, "arithmetic") if isinstance(means["measures"], Mapping) else means["measures"]
    )
    found, _ = weighted_mean(scores, [weight for _, _, weight in both], mean, means.get("floor", FLOOR))
    return float(found[1] - found[0])


def _weakest(data: ScorecardData, pillar: PillarScore) -> tuple[str, float] | None:
    scored = [(m.score, m.key) for m in pillar.measures if m.score is not None]
    if not scored:
        return None
    score, key = min(scored)
    return _(data.measures[key].display_name), score
