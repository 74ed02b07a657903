"""No route answers without a key or a person signed in, but health, metrics and sign-in; a key opens what it may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app, load_endpoints
from api.context import Context
from api.endpoint import PREFIX, Endpoint, registry
from lei.clock import FixedClock
from lei.config import Settings
from lei.services.access.authenticate import SCOPES
from lei.services.access.manage_keys import revoke
from lei.storage.database import Database
from web.app import add_pages
from web.site import Site

Keys = Callable[..., dict[str, str]]

OPEN = {"/healthz", "/readyz", "/metrics", "/sign-in", "/static/<path:filename>"}
# They open by the signed token in their address, and by nothing else.
BY_LINK = {"/shared/<token>", "/unsubscribe/<token>"}

load_endpoints()


@pytest.fixture
def whole_app(sqlite_database: Database, settings: Settings, clock: FixedClock) -> Flask:
    """API and pages together, as `lei serve` runs them."""
    app = create_app(Context(sqlite_database, settings, clock))
    add_pages(app, Site(sqlite_database, settings, clock))
    return app


def all_routes(app: Flask) -> list[tuple[str, str, str]]:
    """(rule, method, an address that matches it) of everything that the application answers."""
    adapter = app.url_map.bind("localhost")
    return [
        (
            rule.rule,
            method,
            adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "1"), method=method),
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def address(endpoint: Endpoint) -> str:
    """An address of the route; what it names does not exist."""
    return PREFIX + "/".join("1" if part.startswith("<") else part for part in endpoint.path.split("/"))


def test_without_a_key_nothing_answers_but_what_must(whole_app: Flask) -> None:
    client, walked = whole_app.test_client(), 0
    for rule, method, path in all_routes(whole_app):
        if rule in OPEN:
            continue
        answer = client.open(path, method=method)
        walked += 1
        if path.startswith(PREFIX):
            assert answer.status_code == 401, (method, path)
            assert answer.content_type == "application/problem+json"
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="LEI"'
        elif rule in BY_LINK:
            assert answer.status_code == 404, "a token that nobody has signed"
            assert "This link is not one of ours" in answer.text
        elif rule == "/sign-out":
            assert answer.status_code == 403, "signing out needs a form of a session"
        else:
            assert answer.status_code == 303, (method, path)
            assert answer.headers["Location"].startswith("/sign-in?next="), (method, path)
    assert walked >= 25


def test_health_answers_without_a_key(whole_app: Flask) -> None:
    client = whole_app.test_client()
    for path in ("/healthz", "/readyz", "/metrics", "/sign-in", "/static/lei.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_options_tells_nothing_without_a_key(whole_app: Flask) -> None:
    client = whole_app.test_client()
    for rule, _, path in all_routes(whole_app):
        if rule.startswith("/api/"):
            assert client.options(path).status_code == 405, path


def test_exactly_the_declared_scope_opens_a_route(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    for endpoint in registry.endpoints:
        assert endpoint.scope in (*SCOPES, None)
        for scope in SCOPES:
            answer = sqlite_client.open(address(endpoint), method=endpoint.method, headers=sqlite_keys(scope))
            opened = answer.status_code not in (401, 403)
            may = endpoint.scope is None or scope in (endpoint.scope, "admin")
            assert opened is may, (endpoint.method, endpoint.path, scope, answer.text)
            if not opened:
                assert f"lacks the scope '{endpoint.scope}'" in answer.get_json()["detail"]


def test_a_wrong_key_is_refused_with_a_sentence(sqlite_client: FlaskClient) -> None:
    wrong = [
        "",
        "Bearer",
        "Bearer ",
        "Bearer lei_nobody",
        "Bearer \xe2",
        "Basic YTpi",
        "lei_nobody",
        f"Bearer {'x' * 5000}",
    ]
    for header in wrong:
        answer = sqlite_client.get("/api/v1/measures", headers={"Authorization": header})
        assert answer.status_code == 401, header
        assert "Authorization: Bearer <key>" in answer.get_json()["detail"]


def test_a_revoked_key_is_refused_at_once(
    client: FlaskClient, keys: Keys, database: Database, clock: FixedClock
) -> None:
    headers = keys("read")
    assert client.get("/api/v1/measures", headers=headers).status_code == 200
    with database.writing() as session:
        revoke(session, "read", clock.now())
    answer = client.get("/api/v1/measures", headers=headers)
    assert answer.status_code == 401
    assert "was revoked" in answer.get_json()["detail"]


def test_the_documentation_opens_with_any_key(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    for path in ("/api/docs", "/api/v1/openapi.json"):
        assert sqlite_client.get(path).status_code == 401
        assert sqlite_client.get(path, headers=sqlite_keys("ingest")).status_code == 200


def test_every_answer_forbids_what_a_browser_should_not_do(whole_app: Flask) -> None:
    for path in ("/sign-in", "/healthz", "/api/v1/measures", "/nowhere"):
        headers = whole_app.test_client().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_request_keeps_the_id_that_it_came_with(sqlite_client: FlaskClient) -> None:
    answer = sqlite_client.get("/healthz", headers={"X-Request-Id": "load-balancer-7"})
    assert answer.headers["X-Request-Id"] == "load-balancer-7"
    invented = sqlite_client.get("/healthz", headers={"X-Request-Id": "a b"}).headers["X-Request-Id"]
    assert len(invented) == 32
