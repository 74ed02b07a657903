"""`/scores/differences`: why a score is not what it was."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.score_differences import DifferencesAnswer, DifferencesQuery
from lei.clock import instant_text
from lei.services.scores.explain_difference import Question, Seen, explain_difference
from lei.services.scores.scope_filters import scope_of
from lei.services.scores.score_plain import cap_as_dict


@endpoint("GET", "/scores/differences", scope="read", query=DifferencesQuery(), answers={200: DifferencesAnswer()})
def differences(call: Call) -> dict[str, Any]:
    """Why the score of one period is another in another view: data, coverage, weights, goalposts, means and caps.

    A view is the data of now, of an instant, or of a scorecard, each with a version of the weights if one is named
    (`before_version`, `after_version`). The parts add up to `change` exactly.
    """
    asked = call.query
    question = Question(
        before=replace(asked["before"], version=asked["before_version"]),
        after=replace(asked["after"], version=asked["after_version"]),
        period=asked["period"],
        where=scope_of(asked["where"]),
        profile=asked["profile"],
    )
    with call.context.database.reading() as session:
        found = explain_difference(session, question, call.context.settings.min_group_size)
    parts = found.parts
    return {
        "period": str(found.period),
        "segment": dict(found.segment),
        "profile": found.profile,
        "before": _seen(found.before),
        "after": _seen(found.after),
        "change": found.change,
        "parts": None if parts is None else parts.by_cause(),
        "contributions": [] if parts is None else [asdict(contribution) for contribution in parts.contributions],
        "caps": [] if parts is None else [cap_as_dict(cap) for cap in parts.caps],
        "as_published": found.as_published,
        "sentence": found.sentence,
    }


def _seen(seen: Seen) -> dict[str, Any]:
    view = "now"
    if seen.view.scorecard is not None:
        view = f"scorecard:{seen.view.scorecard}"
    elif seen.view.as_of is not None:
        view = f"as_of:{instant_text(seen.view.as_of)}"
    plain = {name: getattr(seen, name) for name in ("version", "composite", "status", "coverage", "published")}
    return {"view": view} | plain | {"data_as_of": instant_text(seen.data_as_of)}
