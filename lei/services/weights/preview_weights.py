"""What-if: scores under weights that are stored nowhere, beside those of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.services.scores.score import score_grid
from lei.services.scores.score_cache import remembered
from lei.services.scores.score_report import ScoreQuery
from lei.services.scores.score_table import ScoreTable, table_of_grid
from lei.services.weights.check_weights import check_changes, check_profile
from lei.services.weights.manage_weights import find_profile
from lei.storage.knowledge import knowledge_at
from lei.storage.measures import read_measures
from weights.profile import WeightProfile


@dataclass(frozen=True, slots=True)
class Preview:
    """The weights tried (as shares), and the scores of the same segments and periods today and under these weights."""

    weights: WeightProfile
    today: ScoreTable
    tried: ScoreTable


def preview_weights(
    session: Session, query: ScoreQuery, changes: Mapping[str, Any], min_group_size: int, now: datetime
) -> Preview:
    """Scores under the query's profile with `changes` laid over the version in force now, beside those without.

    Raises InvalidError for weights or a query that make no sense, NotFoundError for an unknown profile.
    """
    tried = tried_weights(session, query.profile, changes, now)
    return Preview(
        tried,
        _today(session, query, min_group_size),
        table_of_grid(score_grid(session, query, min_group_size, tried)),
    )


def tried_weights(session: Session, name: str, changes: Mapping[str, Any], now: datetime) -> WeightProfile:
    """The version of a profile that is in force now, with a partial profile laid over it; its weights are shares.

    Raises InvalidError for weights that make no sense, NotFoundError for an unknown profile.
    """
    measures = [stored.measure for stored in read_measures(session).values()]
    base = check_profile(find_profile(session, name, now).present.definition, measures)
    # Weights are laid over as shares: 0.3 means the same whether the profile was written in percent or in parts of 1.
    return check_changes(base.shares(), changes, measures).shares()


def _today(session: Session, query: ScoreQuery, min_group_size: int) -> ScoreTable:
    """Today's scores, kept between requests: someone who tries weights asks again and again for the same."""
    where = tuple(sorted((query.where or {}).items()))
    asked = (query.grain, query.first, query.last, query.by, where, query.profile, query.version, query.as_of)
    return remembered(
        session,
        knowledge_at(session, query.as_of).data_version,
        ("today", *asked, min_group_size),
        lambda: table_of_grid(score_grid(session, query, min_group_size)),
    )
