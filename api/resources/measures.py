"""`/measures`: the catalogue."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import page, read_cursor
from api.schemas.measures import Measure, MeasureChange, MeasureList, MeasureParameters, NewMeasure
from lei.services.catalog.manage_measures import change_fields, create_measure, find_measure, list_measures
from lei.services.scores.profile_in_force import DefaultWeights, default_weights
from lei.storage.measures import StoredMeasure


@endpoint("GET", "/measures", scope="read", query=MeasureParameters(), answers={200: MeasureList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the measures of the catalogue, the business KPIs or the figures of rosters, in the order they were added."""
    after, limit = read_cursor(call.query["cursor"]), call.query["limit"]
    with call.context.database.reading() as session:
        weights = default_weights(session, call.context.clock.now())
        rest = [stored for stored in list_measures(session, call.query["kind"]) if after is None or stored.id > after]
    return page(rest[: limit + 1], limit, lambda stored: stored.id, lambda stored: _plain(stored, weights))


@endpoint("POST", "/measures", scope="weights", body=NewMeasure(), answers={201: Measure()})
def create(call: Call) -> tuple[dict[str, Any], int]:
    """Add a measure, which counts once a weight profile names it; or a business KPI, for programs."""
    now = call.context.clock.now()
    with call.context.database.writing() as session:
        stored = create_measure(session, call.body, call.caller.name, now)
        return _plain(stored, default_weights(session, now)), 201


@endpoint("GET", "/measures/<key>", scope="read", answers={200: Measure()})
def show(call: Call, key: str) -> dict[str, Any]:
    """Show one measure or KPI."""
    with call.context.database.reading() as session:
        return _plain(find_measure(session, key), default_weights(session, call.context.clock.now()))


@endpoint("PATCH", "/measures/<key>", scope="weights", body=MeasureChange(), answers={200: Measure()})
def change(call: Call, key: str) -> dict[str, Any]:
    """Change a measure or KPI: a new version, from now on; scores as of an earlier instant keep the former one."""
    now = call.context.clock.now()
    with call.context.database.writing() as session:
        stored = change_fields(session, key, call.body, call.caller.name, now)
        return _plain(stored, default_weights(session, now))


def _plain(stored: StoredMeasure, weights: DefaultWeights) -> dict[str, Any]:
    return stored.measure.as_dict() | {
        "version": stored.version,
        "pillar_weight": weights.of_pillar(stored.measure.pillar),
        "effective_weight": weights.of_measure(stored.measure.pillar, stored.measure.key),
    }
