"""`/weights/goal-seek` and `/weights/flip-points`: what a measure must reach, and at which weight two units swap."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from api.asked import asked_query, asked_weights
from api.endpoint import Call, endpoint
from api.schemas.weight_questions import FlipQuestion, FlipsAnswer, GoalAnswer, GoalQuestion
from lei.clock import instant_text
from lei.services.score_analyses.find_flips import Lever, find_flips
from lei.services.score_analyses.seek_goal import seek_goal


@endpoint("POST", "/weights/goal-seek", scope="weights", body=GoalQuestion(), answers={200: GoalAnswer()})
def seek(call: Call) -> dict[str, Any]:
    """What a measure must reach, in its own unit, for the composite to come to a target.

    All else stays as it is; values that a unit cannot have (a share above 100 %, a negative cost) are not looked at.
    """
    asked, context = call.body, call.context
    measures = asked["measures"] or [asked["measure"]]
    with context.database.reading() as session:
        query, tried = asked_query(session, context, asked), asked_weights(session, context, asked)
        found = seek_goal(session, query, measures, asked["target"], context.settings.min_group_size, tried)
    plain = asdict(found)
    plain |= {"base": plain.pop("profile"), "period": str(found.period), "data_as_of": instant_text(found.data_as_of)}
    return plain


@endpoint("POST", "/weights/flip-points", scope="weights", body=FlipQuestion(), answers={200: FlipsAnswer()})
def flips(call: Call) -> dict[str, Any]:
    """At which weight of a pillar or a measure two units swap places, all other weights in proportion.

    A unit is an object of dimension values; the empty one is the whole organization.
    """
    asked, context = call.body, call.context
    lever = Lever("pillar", asked["pillar"]) if asked["pillar"] else Lever("measure", asked["measure"])
    with context.database.reading() as session:
        query = replace(asked_query(session, context, asked), where=asked["first"])
        tried = asked_weights(session, context, asked)
        found = find_flips(session, query, asked["second"], lever, context.settings.min_group_size, tried)
    first, second = zip(found.segments, found.composites, strict=True)
    return {
        "sentence": found.sentence,
        "base": found.profile,
        "version": found.version,
        "period": str(found.period),
        "level": lever.level,
        "key": lever.key,
        "name": found.name,
        "weight": found.weight,
        "first": dict(zip(("segment", "composite"), first, strict=True)),
        "second": dict(zip(("segment", "composite"), second, strict=True)),
        **{name: list(part) for name, part in asdict(found.points).items()},
        "data_as_of": instant_text(found.data_as_of),
    }
