"""Intake when many send the same at once: each row is there once, whoever came first and however it was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from under_fire import POST, assert_rollups_equal_a_rebuild

from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]

SENDERS = 20


def test_many_senders_of_the_same_rows_end_with_each_row_once(app: Flask, keys: Keys, database: Database) -> None:
    rows = [
        {"measure": "pass_rate", "period": f"2026-0{1 + n % 9}-{1 + n % 28:02d}", "value": n, "sample_size": 10 + n}
        | {"dimensions": {"unit": f"U{n}"}}
        for n in range(1000)
    ]
    headers = keys("ingest")
    together = threading.Barrier(SENDERS)

    def send(_number: int) -> tuple[int, int, int]:
        together.wait(60)
        answer = app.test_client().post(POST, json={"observations": rows}, headers=headers)
        body = answer.get_json()
        return answer.status_code, body["created"], body["unchanged"]

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = sorted(pool.map(send, range(SENDERS)))
    assert answers == [(200, 0, 1000)] * (SENDERS - 1) + [(200, 1000, 0)]
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT COUNT(*) FROM observations")) == 1000
    assert_rollups_equal_a_rebuild(database)


def test_single_rows_and_bulk_loads_of_the_same_rows_end_with_each_row_once(
    app: Flask, keys: Keys, database: Database
) -> None:
    """Ten senders push 30 rows one by one, in other orders; ten send them all at once, as NDJSON, CSV or JSON."""
    days = [(date(2026, 8, 1) + timedelta(n)).isoformat() for n in range(30)]
    rows = [{"measure": "pass_rate", "period": day, "value": n, "sample_size": 9} for n, day in enumerate(days)]
    table = "measure,period,value,sample_size\n" + "".join(f"pass_rate,{day},{n},9\n" for n, day in enumerate(days))
    headers, together = keys("ingest"), threading.Barrier(SENDERS)

    def send(number: int) -> list[tuple[int, int, int]]:
        client = app.test_client()
        bodies: list[dict[str, Any]] = [{"json": {"observations": rows}}]
        if number % 2:
            bodies = [{"json": {"observations": [rows[(place * 7 + number) % 30]]}} for place in range(30)]
        elif number % 4:
            bodies = [{"data": table, "content_type": "text/csv"}]
        together.wait(60)
        answers = [client.post(POST, headers=headers, **body) for body in bodies]
        return [(one.status_code, one.get_json()["created"], one.get_json()["unchanged"]) for one in answers]

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = [one for found in pool.map(send, range(SENDERS)) for one in found]
    assert {status for status, _, _ in answers} == {200}
    assert sum(created for _, created, _ in answers) == 30
    assert sum(created + unchanged for _, created, unchanged in answers) == SENDERS * 30
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT COUNT(*) FROM observations")) == 30
    assert_rollups_equal_a_rebuild(database)
