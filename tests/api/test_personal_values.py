"""Dimension values that look like persons are refused: e-mail addresses, and more values than there are groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from observation_requests import codes, counted, ndjson, row, send, send_rows

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import Settings
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]
HEADER = "measure,period,value,sample_size,unit,role\n"


@pytest.fixture
def strict(database: Database, settings: Settings, clock: FixedClock) -> Flask:
    """The API where a dimension may have three values."""
    return create_app(Context(database, replace(settings, most_dimension_values=3), clock))


def of(unit: str, **changes: Any) -> dict[str, Any]:
    return row(dimensions={"unit": unit}, **changes)


@pytest.mark.parametrize(
    ("value", "personal"),
    [
        ("jane.doe@example.com", True),
        ("Jane Doe <jane@example.co.uk>", True),
        ("jöh+x@mail.example", True),
        ("R@D", False),
        ("@Home", False),
        ("Sales @ Berlin", False),
        ("x@localhost", False),
    ],
)
def test_an_address_is_refused_however_it_comes(client: FlaskClient, keys: Keys, value: str, personal: bool) -> None:
    headers = keys("ingest")
    quoted = value.replace('"', '""')
    for answer in (
        send_rows(client, headers, of(value)),
        send(client, headers, ndjson(of(value)), "application/x-ndjson"),
        send(client, headers, f'{HEADER}pass_rate,2026-10,80.5,40,"{quoted}",\n', "text/csv"),
    ):
        assert answer.status_code == (422 if personal else 200), answer.text
        if personal:
            assert codes(answer) == [(1, "dimensions.unit", "looks_personal")]
            assert "the group that the person belongs to" in answer.get_json()["errors"][0]["hint"]


def test_all_faults_of_a_row_are_told_together(client: FlaskClient, keys: Keys) -> None:
    answer = send_rows(client, keys("ingest"), of("a@example.com", measure="nothing"))
    assert codes(answer) == [(1, "measure", "unknown_measure"), (1, "dimensions.unit", "looks_personal")]


def test_who_wants_such_values_may_have_them(
    database: Database, settings: Settings, clock: FixedClock, keys: Keys
) -> None:
    client = create_app(Context(database, replace(settings, personal_values=True), clock)).test_client()
    assert send_rows(client, keys("ingest"), of("a@example.com")).status_code == 200


def test_a_dimension_takes_no_more_values_than_its_limit(strict: Flask, keys: Keys) -> None:
    client, headers = strict.test_client(), keys("ingest")
    assert counted(send_rows(client, headers, of("A"), of("B"), of("A", period="2026-09"))) == (3, 3, 0, 0, 0, 0)
    answer = send_rows(client, headers, of("B"), of("C"), of("D"), of("C", period="2026-09"), on_error="skip")
    assert counted(answer) == (4, 2, 0, 1, 0, 1)
    assert codes(answer) == [(3, "dimensions.unit", "too_many_values")]
    assert "LEI_MOST_DIMENSION_VALUES (3)" in answer.get_json()["errors"][0]["hint"]
    known = send_rows(client, headers, of("A", period="2026-08"), row(dimensions={"unit": "C", "role": "new"}))
    assert counted(known) == (2, 2, 0, 0, 0, 0)
    table = HEADER + "".join(f"pass_rate,2026-10,1,9,,{role}\n" for role in ("new", "two", "three", "four", "two"))
    answer = send(client, headers, table, "text/csv", on_error="skip")
    assert codes(answer) == [(4, "dimensions.role", "too_many_values")]


def test_values_of_what_was_refused_do_not_count_in_the_next_batch(strict: Flask, keys: Keys) -> None:
    client, headers = strict.test_client(), keys("ingest")
    assert send_rows(client, headers, *[of(unit) for unit in "ABCDE"]).status_code == 422
    assert send_rows(client, headers, *[of(unit) for unit in "EFG"]).status_code == 200
