"""`/weights/elicit`: weights out of what people judge."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.weight_elicitation import ElicitAnswer, ElicitQuestion
from lei.services.weights.check_elicitation import ElicitationQuestion, PersonAnswers
from lei.services.weights.elicit_weights import Pairwise, PersonWeights, elicit_weights
from weights.contradictions import Contradiction
from weights.judgements import Judgement
from weights.pairwise import ACCEPTABLE_RATIO


@endpoint("POST", "/weights/elicit", scope="weights", body=ElicitQuestion(), answers={200: ElicitAnswer()})
def elicit(call: Call) -> dict[str, Any]:
    """Weights from pairwise judgements, points to allocate or ranks, of one or several people; nothing is stored."""
    asked = call.body
    question = ElicitationQuestion(
        method=asked["method"],
        people=tuple(_answers(person) for person in asked["people"]),
        keys=None if asked["keys"] is None else tuple(asked["keys"]),
        random_index=asked["random_index"],
        completion=asked["completion"],
        rule=asked["rule"],
    )
    found = elicit_weights(question)
    return {
        "method": found.method,
        "weights": found.weights,
        **_judged(found.pairwise),
        "filled": [
            {"one": pair.one, "other": pair.other, "times": pair.times}
            for pair in (found.pairwise.filled if found.pairwise else ())
        ],
        "people": [_person(person) for person in found.people],
        "spread": found.opinion.spread,
        "concentration": found.opinion.concentration,
        "warnings": list(found.warnings),
    }


def _answers(person: dict[str, Any]) -> PersonAnswers:
    given = person["judgements"]
    judgements = None if given is None else tuple(Judgement(**each) for each in given)
    return PersonAnswers(person["name"], judgements, person["points"], person["ranks"])


def _person(person: PersonWeights) -> dict[str, Any]:
    return {"name": person.name, "weights": person.weights, **_judged(person.pairwise), "note": person.note}


def _judged(pairwise: Pairwise | None) -> dict[str, Any]:
    if pairwise is None:
        return {"consistency": None, "contradictions": []}
    found = pairwise.found
    consistency = {
        "ratio": found.ratio,
        "acceptable_ratio": ACCEPTABLE_RATIO,
        "consistent": found.consistent,
        "index": found.index,
        "eigenvalue": found.eigenvalue,
        "random_index": found.random_index.name,
        "source": found.random_index.source,
    }
    return {"consistency": consistency, "contradictions": [_contradiction(each) for each in pairwise.contradictions]}


def _contradiction(each: Contradiction) -> dict[str, Any]:
    names = ("first", "middle", "last", "judged", "implied", "factor", "sentence")
    return {name: getattr(each, name) for name in names}
