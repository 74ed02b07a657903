"""`/weights/sensitivity`: how much the composites and the ranking depend on the weights."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.asked import asked_query, asked_weights
from api.endpoint import Call, endpoint
from api.schemas.weight_sensitivity import SensitivityAnswer, SensitivityQuestion
from lei.clock import instant_text
from lei.services.score_analyses.sensitivity_report import DrawRules
from lei.services.score_analyses.weight_sensitivity import weigh_doubt

_RULES = tuple(DrawRules.__dataclass_fields__)


@endpoint(
    "POST", "/weights/sensitivity", scope="weights", body=SensitivityQuestion(), answers={200: SensitivityAnswer()}
)
def sensitivity(call: Call) -> dict[str, Any]:
    """What other weights near those of the profile would make of composites and ranks; nothing is stored.

    Weights are drawn at random around the profile, in each group of siblings, and everything is computed anew for each
    draw. `weight` beside `main_effect` shows that a weight is not an importance.
    """
    asked, context = call.body, call.context
    rules = DrawRules(**{name: asked[name] for name in _RULES})
    with context.database.reading() as session:
        query = asked_query(session, context, asked)
        tried = asked_weights(session, context, asked)
        found = weigh_doubt(session, query, rules, context.settings.min_group_size, tried)
    plain = asdict(found)
    plain |= {"base": plain.pop("profile"), "period": str(found.period), "data_as_of": instant_text(found.data_as_of)}
    return plain | {name: getattr(rules, name) for name in _RULES if name != "top"}
