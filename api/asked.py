"""From the common parts of questions about scores to the query and the weights that services take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.context import Context
from lei.services.score_analyses.score_snapshot import chosen_period
from lei.services.scores.scope_filters import scope_of
from lei.services.scores.score_report import ScoreQuery
from lei.services.weights.preview_weights import tried_weights
from weights.profile import WeightProfile


def segments_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Which units, under which version of which profile, as of when: parts of a `ScoreQuery`, from an address."""
    return {
        "by": tuple(dict.fromkeys(asked.get("by", ()))),
        "where": scope_of(asked["where"]),
        "profile": asked["profile"],
        "version": asked["version"],
        "as_of": asked["as_of"],
    }


def asked_query(session: Session, context: Context, asked: Mapping[str, Any]) -> ScoreQuery:
    """The units asked for in a body, in the one period asked for or in the newest one."""
    period = chosen_period(session, asked["grain"], asked["period"], context.today())
    by, where = tuple(dict.fromkeys(asked.get("by", ()))), asked.get("where")
    return ScoreQuery(period.grain, period, period, by=by, where=where, profile=asked["base"])


def asked_weights(session: Session, context: Context, asked: Mapping[str, Any]) -> WeightProfile | None:
    """The weights to try; None where nothing is laid over the base profile."""
    changes = asked["profile"]
    return tried_weights(session, asked["base"], changes, context.clock.now()) if changes else None
