"""What-if: scores under weights that are stored nowhere, beside those of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.services.check_weights import check_changes, check_profile
from lei.services.manage_weights import find_profile
from lei.services.score import score, score_with_profile
from lei.services.score_report import Score, ScoreQuery, ScoreReport
from lei.storage.measures import read_measures
from weights.profile import WeightProfile


@dataclass(frozen=True, slots=True)
class Preview:
    """The weights tried (as shares), today's report, and pairs of (today's score, the score under these weights)."""

    weights: WeightProfile
    today: ScoreReport
    pairs: tuple[tuple[Score, Score], ...]


def preview_weights(
    session: Session, query: ScoreQuery, changes: Mapping[str, Any], min_group_size: int, now: datetime
) -> Preview:
    """Scores under the query's profile with `changes` laid over the version in force now, beside those without.

    Raises InvalidError for weights or a query that make no sense, NotFoundError for an unknown profile.
    """
    measures = [stored.measure for stored in read_measures(session).values()]
    base = check_profile(find_profile(session, query.profile, now).present.definition, measures)
    # Weights are laid over as shares: 0.3 means the same whether the profile was written in percent or in parts of 1.
    tried = check_changes(base.shares(), changes, measures).shares()
    # Measures are the same on both sides but for their weights; without them an answer of many segments is quick.
    query = replace(query, detail="pillars")
    today = score(session, query, min_group_size)
    tomorrow = score_with_profile(session, query, tried, min_group_size)
    return Preview(tried, today, tuple(zip(today.scores, tomorrow.scores, strict=True)))
