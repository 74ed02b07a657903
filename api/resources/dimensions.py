"""`/dimensions`: by what observations can be told apart."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.schemas.dimensions import Dimension, DimensionList, NewDimension
from lei.services.catalog.register_dimension import register_dimension
from lei.storage.segments import dimension_names


@endpoint("GET", "/dimensions", scope="read", query=PageParameters(), answers={200: DimensionList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the dimensions that observations may name, in alphabetical order."""
    after, limit = read_cursor(call.query["cursor"]) or 0, call.query["limit"]
    with call.context.database.reading() as session:
        found = list(enumerate(dimension_names(session).items(), start=1))
    return page(
        found[after : after + limit + 1],
        limit,
        lambda place: place[0],
        lambda place: {"key": place[1][0], "display_name": place[1][1]},
    )


@endpoint("POST", "/dimensions", scope="admin", body=NewDimension(), answers={201: Dimension()})
def register(call: Call) -> tuple[dict[str, Any], int]:
    """Register a dimension. It cannot be taken back: what was sent by it stays told apart by it."""
    with call.context.database.writing() as session:
        register_dimension(session, call.body["key"], call.body["display_name"], call.context.clock.now())
    return dict(call.body), 201
