"""Many small requests at once: whatever is committed together, each sender gets the answer to what it sent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask
from observation_requests import POST, Keys, row

from lei.storage.database import Database

SENDERS = 8
REQUESTS = 4


def test_each_sender_gets_its_own_counts_and_no_fault_of_another(app: Flask, keys: Keys, database: Database) -> None:
    headers, together = keys("ingest"), threading.Barrier(SENDERS)

    def send(sender: int) -> list[tuple[int, int, int, int]]:
        client, found = app.test_client(), []
        for number in range(REQUESTS):
            day = f"2026-10-{1 + number:02d}"
            wrong = (
                row(measure="no_such_measure") if sender == 0 else row(period=day, dimensions={"unit": f"U{sender}"})
            )
            # Two rows, of which the second corrects the first, from one sender; one row from all others.
            rows = [wrong, wrong | {"value": 1.0}] if sender == 1 else [wrong]
            together.wait(60)
            answer = client.post(POST, json={"observations": rows}, headers=headers)
            body = answer.get_json()
            found.append((answer.status_code, body["created"], body["corrected"], body["rejected"]))
        return found

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(send, range(SENDERS)))
    assert answers[0] == [(422, 0, 0, 1)] * REQUESTS
    assert answers[1] == [(200, 1, 1, 0)] * REQUESTS
    assert answers[2:] == [[(200, 1, 0, 0)] * REQUESTS] * (SENDERS - 2)
    with database.reading() as session:
        kept = session.execute(sa.text("SELECT recorded_at, first_observation_id FROM batches ORDER BY recorded_at"))
        stored = [tuple(one) for one in kept if one.recorded_at is not None]
    assert len({instant for instant, _ in stored}) == len(stored) == (SENDERS - 1) * REQUESTS
    ids = [first for _, first in stored]
    assert ids == sorted(ids)


def test_requests_with_a_key_that_come_together_are_each_answered_once(app: Flask, keys: Keys) -> None:
    headers, together = keys("ingest"), threading.Barrier(SENDERS)

    def send(sender: int) -> tuple[int, int]:
        client, own = app.test_client(), headers | {"Idempotency-Key": f"key-{sender}"}
        body = {"observations": [row(dimensions={"unit": f"U{sender}"})]}
        together.wait(60)
        first = client.post(POST, json=body, headers=own)
        again = client.post(POST, json=body, headers=own)
        assert again.get_data() == first.get_data()
        assert again.headers["Idempotency-Replayed"] == "true"
        return first.status_code, first.get_json()["created"]

    with ThreadPoolExecutor(SENDERS) as pool:
        assert list(pool.map(send, range(SENDERS))) == [(200, 1)] * SENDERS
