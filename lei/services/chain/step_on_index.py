"""What a step of one measure does to the index of one unit: exact arithmetic, both ways to read the step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sqlalchemy.orm import Session

from lei.evidence.what_if import Reading, both_readings
from lei.evidence.what_if_words import impossible_sentence, index_sentence
from lei.language import _
from lei.letters import name_in_sentence
from lei.periods import Grain, Period
from lei.services.chain.what_if_reading import IndexStep, OnTheIndex, StepAsked
from lei.services.score_analyses.find_opportunities import find_opportunities
from lei.services.score_analyses.score_snapshot import Snapshot, take_snapshot
from lei.services.score_analyses.seek_goal import possible_values
from lei.services.scores.score_measures import or_none
from lei.services.scores.score_report import ScoreQuery
from lei.services.words.segment_words import name_of
from lei.services.words.value_words import value_text
from scoring.composite import effective_weights, evaluate
from scoring.normalise import normalise_columns


def step_on_index(
    session: Session, where: Mapping[str, str], asked: StepAsked, month: Period, min_group_size: int
) -> OnTheIndex:
    """What the step does to the index of the unit `where` in a month, under the default profile.

    Raises InvalidError for a measure that is not scored, and for a unit that nothing is known of.
    """
    query = ScoreQuery(Grain.MONTH, month, month, where=where)
    snapshot = take_snapshot(session, query, min_group_size)
    m = snapshot.position_of(asked.measure, "measure")
    now = float(snapshot.values[0, m])
    shown = not (np.isnan(now) or snapshot.alike[0, m])
    to = both_readings(now, asked.change)
    readings: tuple[tuple[Reading, float], ...] = (("relative", to.relative), ("points", to.points))
    return OnTheIndex(
        segment=snapshot.segments[0],
        profile=snapshot.profile,
        version=snapshot.weighting.version,
        steps=tuple(_step(snapshot, m, reading, value) for reading, value in readings) if shown else (),
        reason=None if shown else "small_group" if snapshot.hidden[0, m] or not np.isnan(now) else "no_data",
        effective_weight=float(effective_weights(snapshot.scores[0], snapshot.weighting.tree)[m]),
        tornado=tuple(each for each in find_opportunities(session, query, min_group_size).opportunities if each.gain),
    )


def _step(snapshot: Snapshot, m: int, reading: Reading, value: float) -> IndexStep:
    measure, weighting = snapshot.measures[m], snapshot.weighting
    now, score = float(snapshot.values[0, m]), float(snapshot.scores[0, m])
    name = name_in_sentence(_(measure.display_name))
    composite = or_none(float(snapshot.composite[0]))
    lowest, highest = possible_values(measure)
    if not lowest <= value <= highest:
        told = impossible_sentence(name, value_text(value, measure))
        return IndexStep(reading, now, value, False, score, None, composite, None, None, told)
    scores = snapshot.scores[0].copy()
    scores[m] = normalise_columns([value], [weighting.goalposts[m]])[0]
    after = or_none(float(evaluate(scores, weighting.tree).composite))
    both = None if composite is None or after is None else (composite, after)
    return IndexStep(
        reading=reading,
        before=now,
        after=value,
        possible=True,
        score_before=score,
        score_after=float(scores[m]),
        composite_before=composite,
        composite_after=after,
        change=None if both is None else both[1] - both[0],
        sentence=index_sentence(
            name,
            (value_text(now, measure), value_text(value, measure)),
            (score, float(scores[m])),
            both,
            name_of(snapshot.segments[0]),
        ),
    )
