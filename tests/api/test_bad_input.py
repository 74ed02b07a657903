"""The table of bad input: each gets its status and a sentence that says what is wrong; nothing of it is stored."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from api.app import create_app
from api.context import Context
from api.json_body import LARGEST_JSON_BODY
from lei.clock import FixedClock
from lei.config import Settings, load_settings
from lei.services.access.key_secrets import new_secret
from lei.services.access.manage_keys import create_key
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.schema import complete_metadata

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
JSON = "application/json"
OBSERVATION = {"measure": "audience_reach", "period": "2026-10", "value": 50, "sample_size": 40}
_VERSION = "/weight-profiles/default_v1/versions"
_POLICY = "/weight-profiles/default_v1/policy"
_SENSITIVITY, _GOAL, _FLIPS = "/weights/sensitivity", "/weights/goal-seek", "/weights/flip-points"
_IMPACT = "business_impact"
_EFFECT = "/weight-profiles/default_v1/effect?from=1&to=1&period=2026-10"
# What a refused request may leave behind: a record that it came.
RECORDS = {"batches", "rejected_rows", "idempotency_records", "api_keys", "ledger"}


@dataclass(frozen=True)
class Bad:
    """One row: what is sent where, with which scope, and what must come back."""

    what: str
    method: str
    path: str
    status: int
    word: str
    scope: str = "read"
    body: Any = None
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def _observations(**changes: Any) -> dict[str, Any]:
    return {"observations": [OBSERVATION | changes]}


def _get(what: str, path: str, word: str, status: int = 422) -> Bad:
    return Bad(what, "GET", path, status, word)


def _post(what: str, path: str, body: Any, word: str, status: int = 422, **more: Any) -> Bad:
    return Bad(what, "POST", path, status, word, **({"scope": "ingest"} | more), body=body)


TABLE = [
    # The body as such
    _post("malformed JSON", "/observations", b'{"observations": [', "not valid JSON", 400),
    _post("malformed JSON", "/measures", b"{", "not valid JSON", 400, scope="weights"),
    _post("an empty body", "/measures", b"", "not valid JSON", 400, scope="weights"),
    _post("not UTF-8", "/measures", b'{"key": "\xff"}', "not valid JSON", 400, scope="weights"),
    _post("not UTF-8", "/observations", b'{"observations": "\xff"}', "UTF-8", 400),
    _post("a NUL character", "/measures", b'{"key": "a\\u0000"}', "NUL", 400, scope="weights"),
    _post("half a character", "/measures", b'{"key": "\\ud800"}', "half of a character", 400, scope="weights"),
    _post("a field twice", "/measures", b'{"key": "a", "key": "b"}', "given twice", 400, scope="weights"),
    _post("deep nesting", "/measures", b"[" * 100_000, "nested too deeply", 400, scope="weights"),
    _post("a list for an object", "/measures", b"[]", "must be an object", scope="weights"),
    _post("a list for an object", "/observations", b"[]", "object", 422),
    _post("NaN", "/observations", b'{"observations": [{"value": NaN}]}', "NaN"),
    _post(
        "NaN", "/weight-profiles", b'{"name": "x", "pillars": {"business_impact": NaN}}', "NaN", 400, scope="weights"
    ),
    _post("Infinity", "/measures", b'{"goalpost_0": -Infinity}', "Infinity", 400, scope="weights"),
    _post("a number that overflows", "/measures", b'{"goalpost_0": 1e999}', "too large", 400, scope="weights"),
    _post("endless digits", "/measures", b'{"level": ' + b"9" * 5000 + b"}", "not valid JSON", 400, scope="weights"),
    _post("wrong content type", "/measures", b"key=1", "application/json", 415, scope="weights", kind="text/plain"),
    _post("wrong content type", "/observations", b"<x/>", "application/json", 415, kind="text/xml"),
    _post("no content type", "/observations", b"{}", "Content-Type", 415, kind=""),
    _post("packed otherwise", "/observations", b"{}", "gzip", 415, headers={"Content-Encoding": "br"}),
    _post("packed", "/measures", b"{}", "compressed", 415, scope="weights", headers={"Content-Encoding": "gzip"}),
    _post("broken gzip", "/observations", b"no gzip", "gzip", 400, headers={"Content-Encoding": "gzip"}),
    _post(
        "gzip cut off",
        "/observations",
        gzip.compress(json.dumps(_observations()).encode())[:-9],
        "gzip",
        400,
        headers={"Content-Encoding": "gzip"},
    ),
    _post(
        "a body over the limit",
        "/measures",
        b" " * (LARGEST_JSON_BODY + 1),
        "1,048,576 bytes",
        413,
        scope="weights",
    ),
    _post("a body over the limit", "/observations", b" " * (32 * 1024**2 + 1), "33,554,432 bytes", 413),
    # Observations
    _post("unknown measure", "/observations", _observations(measure="audience_rech"), "audience_reach"),
    _post("unknown dimension", "/observations", _observations(dimensions={"planet": "Mars"}), "planet"),
    _post("unknown field", "/observations", _observations(colour="blue"), "colour"),
    _post("a word for a number", "/observations", _observations(value="many"), "number"),
    _post("true for a number", "/observations", _observations(value=True), "number"),
    _post("a number for a period", "/observations", _observations(period=202610), "period"),
    _post("a month 13", "/observations", _observations(period="2026-13"), "2026-13"),
    _post("a 30th of February", "/observations", _observations(period="2026-02-30"), "2026-02-30"),
    _post("a period in the far future", "/observations", _observations(period="2031-01"), "future"),
    _post("a group of half a person", "/observations", _observations(sample_size=0.5), "sample_size"),
    _post("a group of nobody", "/observations", _observations(sample_size=0), "sample_size"),
    _post("no observations", "/observations", {"observations": {}}, "list"),
    _post("a list twice", "/observations", b'{"observations": [1], "observations": []}', "given twice", 400),
    _post(
        "a dimension twice",
        "/observations",
        json.dumps(_observations(dimensions={"unit": "a"})).replace('"unit": "a"', '"unit": "a", "unit": "b"').encode(),
        "'unit' is given twice",
    ),
    _post("unknown column", "/observations", b"measure,period,value,colour\na,b,1,c\n", "colour", kind="text/csv"),
    _post("unknown parameter", "/observations?dryrun=true", _observations(), "dryrun"),
    _post("a flag that is none", "/observations?dry_run=yes", _observations(), "true or false"),
    _post("unknown choice", "/observations?on_error=ignore", _observations(), "on_error"),
    # Keys and scopes
    Bad("missing scope", "POST", "/observations", 403, "lacks the scope 'ingest'", body=_observations()),
    Bad("missing scope", "POST", "/measures", 403, "lacks the scope 'weights'", body={}),
    # Addresses and parameters
    _get("unknown route", "/nothing", "no /api/v1/nothing", 404),
    Bad("a method that is not taken", "DELETE", "/measures", 405, "does not take DELETE"),
    _get("unknown parameter", "/measures?colour=blue", "it takes `limit`"),
    _get("a slip in a parameter", "/observations?form=2026-01", "did you mean `from`?"),
    _get("a parameter twice", "/measures?limit=1&limit=2", "once"),
    _get("a limit of nothing", "/measures?limit=0", "limit"),
    _get("a limit that is a word", "/measures?limit=all", "limit"),
    _get("a cursor of somebody else", "/measures?cursor=abc", "next_cursor"),
    _get("a NUL in the address", "/measures/%00", "NUL", 400),
    _get("a NUL in a parameter", "/scores?profile=%00", "NUL", 400),
    _get("an id that no database can hold", f"/batches/{10**30}", "batches", 404),
    _get("an unknown batch", "/batches/999", "999", 404),
    _get("an unknown scorecard", "/scorecards/999", "999", 404),
    _get("periods the wrong way round", "/observations?from=2026-10&to=2026-01", "before"),
    _get("an impossible period", "/deliveries?period=2026-13", "2026-13"),
    # Scores
    _get("unknown profile", "/scores?profile=defalt_v1", "Did you mean 'default_v1'?", 404),
    _get("unknown version", "/scores?version=99", "version 99", 404),
    _get("unknown dimension", "/scores?by=planet", "planet"),
    _get("unknown grain", "/scores?grain=week", "grain"),
    _get("an impossible period", "/scores?from=2026-13", "2026-13"),
    _get("a year out of range", "/scores?from=9999", "9999"),
    _get("periods the wrong way round", "/scores?from=2026-10&to=2026-01", "before"),
    _get("another grain than asked", "/scores?grain=quarter&from=2026-10", "quarter"),
    _get("a filter that is none", "/scores?where=unit", "dimension:value"),
    _get("an instant that is none", "/scores?as_of=yesterday", "2026-10-31T23:59:59Z"),
    _get("an instant without its zone", "/scores?as_of=2026-10-31T00:00:00", "2026-10-31T23:59:59Z"),
    _get("an instant before all time", "/scores?as_of=0001-01-01T00:00:00%2B14:00", "no instant"),
    _get("an instant after all time", "/scores/drivers?period=2026-10&as_of=9999-12-31T23:59:59-14:00", "no instant"),
    _get("three dimensions", "/scores?by=unit&by=role&by=region", "two dimensions"),
    _get("no period", "/scores/drivers", "period"),
    _get("a period against itself", "/scores/drivers?period=2026-10&against=2026-10", "2026-10"),
    # Weights
    _post(
        "negative weights",
        "/weight-profiles",
        {"name": "x", "pillars": {"business_impact": -1}},
        "0 or more",
        scope="weights",
    ),
    _post(
        "weights that are all zero",
        "/weight-profiles",
        {"name": "x", "pillars": {"business_impact": 0}},
        "greater than 0",
        scope="weights",
    ),
    _post(
        "negative weights",
        "/weights/preview",
        {"profile": {"pillars": {"business_impact": -1}}},
        "0 or more",
        scope="weights",
    ),
    _post("unknown profile", "/weights/preview", {"base": "nothing", "profile": {}}, "nothing", 404, scope="weights"),
    _post("unknown dimension", "/weights/preview", {"profile": {}, "by": ["planet"]}, "planet", scope="weights"),
    _post("unknown field", "/weights/preview", {"profile": {"colour": 1}}, "colour", scope="weights"),
    # Drafts and policies
    Bad("no state seen", "PUT", f"{_VERSION}/1", 428, "If-Match", "weights", {"pillars": {"business_impact": 1}}),
    Bad("no state seen", "PATCH", f"{_VERSION}/1", 428, "If-Match", "weights", {}),
    Bad("no state seen", "DELETE", f"{_VERSION}/1", 428, "If-Match", "weights"),
    Bad("unknown draft", "DELETE", f"{_VERSION}/9", 404, "no version 9", "weights", headers={"If-Match": "*"}),
    Bad("a published version", "DELETE", f"{_VERSION}/1", 409, "never changes", "weights", headers={"If-Match": "*"}),
    _post("a published version", f"{_VERSION}/1/approve", {}, "never changes", 409, scope="weights"),
    _post("unknown draft", f"{_VERSION}/9/approve", {}, "no version 9", 404, scope="weights"),
    _post("a comment that is none", f"{_VERSION}/1/approve", {"comment": 5}, "text", scope="weights"),
    _post("a comment without an end", f"{_VERSION}/1/approve", {"comment": "x" * 2001}, "2000", scope="weights"),
    Bad("a word for bounds", "PATCH", _POLICY, 422, "object", "admin", {"bounds": "wide"}),
    Bad("unknown pillar", "PATCH", _POLICY, 422, "Did you mean", "admin", {"bounds": {"business_impac": {}}}),
    Bad("two approvals", "PATCH", _POLICY, 422, "approvals_required", "admin", {"approvals_required": 2}),
    Bad("unknown field", "PATCH", _POLICY, 422, "colour", "admin", {"colour": "blue"}),
    _get("one version alone", "/weight-profiles/default_v1/diff?from=1", "Missing"),
    _get("a version that is a word", "/weight-profiles/default_v1/diff?from=one&to=1", "whole number"),
    _get("unknown version", "/weight-profiles/default_v1/diff?from=1&to=9", "no version 9", 404),
    _get("unknown profile", "/weight-profiles/none/effect?from=1&to=1&period=2026-10", "'none'", 404),
    _get("no period", "/weight-profiles/default_v1/effect?from=1&to=1", "period"),
    _get("a dimension twice", f"{_EFFECT}&where=unit:a&where=unit:b", "one unit"),
    _post("no method", "/weights/elicit", {"people": [{"points": {"a": 1}}]}, "method", scope="weights"),
    _post("unknown method", "/weights/elicit", {"method": "dice", "people": [{}]}, "pairwise", scope="weights"),
    _post("nobody", "/weights/elicit", {"method": "points", "people": []}, "people", scope="weights"),
    _post(
        "unknown field",
        "/weights/elicit",
        {"method": "points", "people": [{"points": {"a": 1, "b": 1}}], "colour": 1},
        "colour",
        scope="weights",
    ),
    _post(
        "answers of another method",
        "/weights/elicit",
        {"method": "points", "people": [{"ranks": {"a": 1, "b": 2}}]},
        "`ranks` belongs to the method 'ranks'",
        scope="weights",
    ),
    _post(
        "no points at all",
        "/weights/elicit",
        {"method": "points", "people": [{"points": {"a": 0, "b": 0}}]},
        "At least one point",
        scope="weights",
    ),
    _post(
        "judgements that do not connect",
        "/weights/elicit",
        {
            "method": "pairwise",
            "keys": ["a", "b", "c"],
            "people": [{"judgements": [{"one": "a", "other": "b", "times": 2}]}],
        },
        "No judgement connects 'c'",
        scope="weights",
    ),
    _post("unknown method", "/weights/advice", {"methods": ["dice"]}, "entropy", scope="weights"),
    _post("unknown pillar", "/weights/advice", {"pillar": "luck"}, "luck", scope="weights"),
    _post("unknown profile", "/weights/advice", {"profile": "nothing"}, "nothing", 404, scope="weights"),
    _post("three dimensions", "/weights/advice", {"by": ["unit", "role", "region"]}, "by", scope="weights"),
    _post("too few cases", "/weights/advice", {}, "data-driven weights need 10", scope="weights"),
    # Analyses
    _post("too few draws", _SENSITIVITY, {"draws": 99}, "between 100 and 20,000 draws", scope="weights"),
    _post("too many draws", _SENSITIVITY, {"draws": 20_001}, "between 100 and 20,000 draws", scope="weights"),
    _post("half a draw", _SENSITIVITY, {"draws": 100.5}, "whole number", scope="weights"),
    _post("no concentration", _SENSITIVITY, {"concentration": 0}, "concentration lies between 1", scope="weights"),
    _post("a negative seed", _SENSITIVITY, {"seed": -1}, "seed", scope="weights"),
    _post("a seed beyond 2^53", _SENSITIVITY, {"seed": 2**53}, "seed", scope="weights"),
    _post("certainty", _SENSITIVITY, {"confidence": 1}, "between 0.5 and 0.999", scope="weights"),
    _post("a word for yes", _SENSITIVITY, {"values": "yes"}, "true or false", scope="weights"),
    _post("1 for yes", _SENSITIVITY, {"values": 1}, "true or false", scope="weights"),
    _post("unknown field", _SENSITIVITY, {"colour": 1}, "colour", scope="weights"),
    _post("unknown profile", _SENSITIVITY, {"base": "nothing"}, "nothing", 404, scope="weights"),
    _post("unknown dimension", _SENSITIVITY, {"by": ["planet"]}, "planet", scope="weights"),
    _post("another grain", _SENSITIVITY, {"grain": "year", "period": "2026-10"}, "is no year", scope="weights"),
    _post("negative weights", _SENSITIVITY, {"profile": {"pillars": {_IMPACT: -1}}}, "0 or more", scope="weights"),
    _post("no data", _SENSITIVITY, {}, "nothing to vary", scope="weights"),
    _post("no target", _GOAL, {"measure": "pass_rate"}, "target", scope="weights"),
    _post("a target above 100", _GOAL, {"measure": "pass_rate", "target": 101}, "0 and 100", scope="weights"),
    _post("a target that is a word", _GOAL, {"measure": "pass_rate", "target": "high"}, "number", scope="weights"),
    _post("no measure", _GOAL, {"target": 60}, "either `measure` or `measures`", scope="weights"),
    _post("both", _GOAL, {"target": 60, "measure": "a", "measures": ["b"]}, "either `measure`", scope="weights"),
    _post("unknown measure", _GOAL, {"target": 60, "measure": "luck"}, "luck", scope="weights"),
    _post(
        "unknown where", _GOAL, {"target": 60, "measure": "luck", "where": {"unit": "Mars"}}, "Mars", scope="weights"
    ),
    _post("only one unit", _FLIPS, {"first": {"unit": "A"}, "pillar": _IMPACT}, "second", scope="weights"),
    _post("no lever", _FLIPS, {"first": {}, "second": {"unit": "A"}}, "either `pillar` or `measure`", scope="weights"),
    _post("the same unit", _FLIPS, {"first": {}, "second": {}, "pillar": _IMPACT}, "different units", scope="weights"),
    _post(
        "three dimensions",
        _FLIPS,
        {"first": {"unit": "A", "role": "b", "region": "c"}, "second": {}, "pillar": _IMPACT},
        "2 dimensions at most",
        scope="weights",
    ),
    _get("too few draws", "/scores/intervals?draws=1", "between 100 and 20,000 draws"),
    _get("a confidence that is none", "/scores/intervals?confidence=nan", "confidence"),
    _get("a seed that is a word", "/scores/intervals?seed=lucky", "whole number"),
    _get("unknown version", "/scores/intervals?version=99", "version 99", 404),
    _get("unknown profile", "/scores/opportunities?profile=x", "'x'", 404),
    _get("a split", "/scores/opportunities?by=unit", "by"),
    _get("a unit of two names", "/scores/opportunities?where=unit:a&where=unit:b", "one unit"),
    _get("an impossible period", "/scores/opportunities?period=2026-13", "2026-13"),
    _get("periods the wrong way round", "/scores/signals?from=2026-10&to=2026-01", "before"),
    _get("another grain than asked", "/scores/signals?grain=quarter&from=2026-10", "quarter"),
    _get("three dimensions", "/scores/signals?by=unit&by=role&by=region", "two dimensions"),
    # Scorecards and schedules
    _post("an impossible period", "/scorecards", {"period": "2026-14"}, "2026-14", scope="scorecards"),
    _post("a period in the far future", "/scorecards", {"period": "2031-01"}, "2031-01", scope="scorecards"),
    _post("unknown profile", "/scorecards", {"period": "2026-10", "profile": "x"}, "'x'", 404, scope="scorecards"),
    _post("a schedule without anything", "/schedules", {}, "Missing", scope="scorecards"),
]


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database for the whole table: none of its rows may leave anything behind."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('bad') / 'lei.sqlite3'}")
    set_up_database(database, NOW)
    yield database
    database.close()


@pytest.fixture(scope="module")
def one_client(one_database: Database, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of an application on it."""
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    return create_app(Context(one_database, settings, FixedClock(NOW))).test_client()


@pytest.fixture(scope="module")
def one_key(one_database: Database) -> Callable[[str], str]:
    """The key with a scope, made when it is first asked for."""

    @cache
    def key(scope: str) -> str:
        with one_database.writing() as session:
            return create_key(session, scope, [scope], NOW)

    return key


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: f"{bad.method} {bad.path}: {bad.what}"[:90])
def test_bad_input_is_answered_with_a_sentence_and_not_stored(
    one_client: FlaskClient, one_key: Callable[[str], str], one_database: Database, bad: Bad
) -> None:
    headers, before = {"Authorization": f"Bearer {one_key(bad.scope)}"}, rows(one_database)
    data = bad.body if isinstance(bad.body, bytes | None) else json.dumps(bad.body).encode()
    answer = one_client.open(
        f"/api/v1{bad.path}",
        method=bad.method,
        data=data,
        content_type=bad.kind if data is not None else None,
        headers=headers | bad.headers,
    )
    assert answer.status_code == bad.status, answer.text
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == bad.status
    assert problem["detail"].endswith((".", "?", "`")) or "--scope" in problem["detail"], problem["detail"]
    assert bad.word in answer.text
    assert "Traceback" not in answer.text
    assert rows(one_database) == before


def test_an_unreachable_database_is_said_and_logged_without_a_traceback_in_the_answer(
    settings: Settings, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        database = Database(f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing")
        client = create_app(Context(database, settings, clock)).test_client()
        with caplog.at_level(logging.ERROR, "lei.api"):
            for method, path in (("GET", "/api/v1/measures"), ("POST", "/api/v1/observations"), ("GET", "/readyz")):
                answer = client.open(path, method=method, headers={"Authorization": f"Bearer {new_secret()}"})
                assert answer.status_code == 503
                assert answer.headers["Retry-After"] == "5"
                assert "cannot be reached now" in answer.get_json()["detail"]
        assert client.get("/healthz").status_code == 200
        assert "lei_database_up 0.0" in client.get("/metrics").text
        database.close()
    assert len([record for record in caplog.records if record.name == "lei.api"]) == 3


def test_a_database_without_tables_is_not_ready(settings: Settings, clock: FixedClock) -> None:
    database = Database(f"sqlite:///{settings.data_dir / 'empty.sqlite3'}")
    answer = create_app(Context(database, settings, clock)).test_client().get("/readyz")
    assert answer.status_code == 503
    assert "lei db upgrade" in answer.get_json()["detail"]
    database.close()


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has that a refused request must leave alone."""
    with database.reading() as session:
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in complete_metadata().sorted_tables
            if table.name not in RECORDS
        }
