"""`/targets`: what the index and its pillars shall reach."""

from __future__ import annotations

import json
from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.score_targets import NewTargets, TargetList, TargetsQuery
from lei.clock import instant_text
from lei.services.scores.scope_filters import scope_of
from lei.services.scores.set_targets import NewTarget, set_targets
from lei.storage.score_targets import ScoreTarget, read_targets


@endpoint("GET", "/targets", scope="read", query=TargetsQuery(), answers={200: TargetList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the targets that count now."""
    where = scope_of(call.query["where"]) if call.query["where"] else None
    with call.context.database.reading() as session:
        return {"targets": [_plain(target) for target in read_targets(session, where)]}


@endpoint("PUT", "/targets", scope="weights", body=NewTargets(), answers={200: TargetList()})
def put(call: Call) -> dict[str, Any]:
    """Set targets, all of them or none; scorecards show them beside the scores. Those not named stay as they are."""
    targets = [NewTarget(**target) for target in call.body["targets"]]
    with call.context.database.writing() as session:
        set_targets(session, targets, call.caller.name, call.context.clock.now())
        return {"targets": [_plain(target) for target in read_targets(session)]}


def _plain(target: ScoreTarget) -> dict[str, Any]:
    return {
        "score": target.score,
        "period": target.period,
        "segment": json.loads(target.segment),
        "value": target.value,
        "set_at": instant_text(target.set_at),
        "set_by": target.set_by,
    }
