"""`/weight-profiles/{name}/diff` and `/effect`: what differs between two versions, and what that does to a score."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.weight_comparisons import DiffAnswer, DiffQuery, EffectAnswer, EffectQuery
from lei.clock import instant_text
from lei.services.scores.scope_filters import scope_of
from lei.services.scores.score_plain import cap_as_dict
from lei.services.scores.score_report import ScoreQuery
from lei.services.weights.compare_weights import compare_versions
from lei.services.weights.weight_effect import explain_effect


@endpoint("GET", "/weight-profiles/<name>/diff", scope="read", query=DiffQuery(), answers={200: DiffAnswer()})
def diff(call: Call, name: str) -> dict[str, Any]:
    """What differs between two versions of a profile, drafts too, entry by entry and in sentences."""
    first, second = call.query["first"], call.query["second"]
    with call.context.database.reading() as session:
        found = compare_versions(session, name, first, second, call.context.clock.now())
    changes = [asdict(change) for change in found.changes]
    return {"name": name, "from": first, "to": second, "summary": found.summary, "changes": changes}


@endpoint("GET", "/weight-profiles/<name>/effect", scope="read", query=EffectQuery(), answers={200: EffectAnswer()})
def effect(call: Call, name: str) -> dict[str, Any]:
    """What one version makes of a score where another makes something else, taken apart exactly.

    Each version counts for the whole period, whenever it was published. Other goalposts, weights and thresholds show
    in the contributions, other means in `aggregation`, limits in `caps`; all together add up to `change`.
    """
    asked = call.query
    period = asked["period"]
    query = ScoreQuery(period.grain, period, period, where=scope_of(asked["where"]), profile=name)
    with call.context.database.reading() as session:
        found = explain_effect(session, query, asked["first"], asked["second"], call.context.settings.min_group_size)
    return {
        "name": name,
        "from": found.first,
        "to": found.second,
        "period": str(found.period),
        "segment": dict(found.segment),
        "before": found.before,
        "after": found.after,
        "change": found.change,
        "aggregation": found.aggregation,
        "contributions": [asdict(contribution) for contribution in found.contributions],
        "caps": [cap_as_dict(cap) for cap in found.caps],
        "sentence": found.sentence,
        "data_as_of": instant_text(found.data_as_of),
    }
