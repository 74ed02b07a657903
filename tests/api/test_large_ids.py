"""Ids and cursors larger than any that was given out find nothing, on every route and on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from api.app import load_endpoints
from api.endpoint import registry
from api.pagination import cursor_after

Keys = Callable[..., dict[str, str]]

LARGE = (2**31, 2**63 - 1)


@pytest.mark.parametrize("number", LARGE)
def test_an_id_that_was_never_given_out_is_not_found(client: FlaskClient, keys: Keys, number: int) -> None:
    load_endpoints()
    routes = [route for route in registry.endpoints if "<int:" in route.path]
    assert routes
    for route in routes:
        path = re.sub(r"<int:\w+>", str(number), route.path).replace("<name>", "default_v1")
        body = {"effective_from": "2026-10", "note": "x"} if path.endswith("/publish") else None
        headers = keys("admin") | {"If-Match": "*"}
        answer = client.open(f"/api/v1{path}", method=route.method, headers=headers, json=body)
        unread = route.body is not None and body is None
        assert answer.status_code in ((404, 400, 415) if unread else (404,)), (route.method, path, answer.text)


@pytest.mark.parametrize("number", LARGE)
def test_a_cursor_beyond_the_end_is_an_empty_page_or_refused(client: FlaskClient, keys: Keys, number: int) -> None:
    load_endpoints()
    for route in registry.endpoints:
        if "cursor" in route.query.fields and "<" not in route.path:
            cursor = cursor_after(number, f"/api/v1{route.path}", MultiDict())
            answer = client.get(f"/api/v1{route.path}", query_string={"cursor": cursor}, headers=keys("admin"))
            assert answer.status_code in (200, 422), (route.path, answer.text)


def test_a_schedule_is_looked_for_by_a_large_number_too(client: FlaskClient, keys: Keys) -> None:
    for number in (2**31, 10**18 - 1, 10**30):
        answer = client.get(f"/api/v1/deliveries?schedule={number}", headers=keys("read"))
        assert answer.json == {"items": [], "next_cursor": None}
