"""Closed periods: an administrator closes them, and rows in them need a reason."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from observation_requests import Keys, codes, counted, row, send, send_rows

PATH = "/api/v1/closed-periods"
BATCHES = "/api/v1/batches"


def close(client: FlaskClient, keys: Keys, until: str | None, reason: str = "The quarter is signed off.") -> None:
    answer = client.put(PATH, json={"closed_until": until, "reason": reason}, headers=keys("admin"))
    assert answer.status_code == 200, answer.get_json()


def test_nothing_is_closed_at_first_and_every_change_is_kept(client: FlaskClient, keys: Keys) -> None:
    never = {"closed_until": None, "reason": None, "changed_at": None, "changed_by": None}
    assert client.get(PATH, headers=keys("read")).get_json() == never | {"history": []}
    close(client, keys, "2026-08")
    close(client, keys, "2026-09", "September too.")
    close(client, keys, None, "An audit found an error.")
    answer = client.get(PATH, headers=keys("read")).get_json()
    assert (answer["closed_until"], answer["reason"]) == (None, "An audit found an error.")
    assert (answer["changed_at"], answer["changed_by"]) == ("2026-11-21T10:00:00Z", "admin")
    kept = [(one["closed_until"], one["reason"]) for one in answer["history"]]
    assert kept == [("2026-09", "September too."), ("2026-08", "The quarter is signed off.")]


@pytest.mark.parametrize(
    "body",
    [
        {"closed_until": "2026-12", "reason": "x"},
        {"closed_until": "2026-Q3", "reason": "x"},
        {"closed_until": "2026-09"},
        {"closed_until": "2026-09", "reason": " "},
        {"reason": "x"},
    ],
)
def test_what_cannot_be_closed_is_refused(sqlite_client: FlaskClient, sqlite_keys: Keys, body: dict[str, str]) -> None:
    answer = sqlite_client.put(PATH, json=body, headers=sqlite_keys("admin"))
    assert answer.status_code == 422
    assert len(answer.get_json()["errors"]) == 1


def test_rows_in_closed_periods_are_refused_and_say_what_would_help(client: FlaskClient, keys: Keys) -> None:
    headers = keys("ingest")
    assert send_rows(client, headers, row(period="2026-09")).status_code == 200
    close(client, keys, "2026-09")
    rows = [row(period=period) for period in ("2026-09-30", "2026-10", "2026-Q3", "2026", "2025")]
    refused = send_rows(client, headers, *rows)
    assert (refused.status_code, codes(refused)) == (
        422,
        [(1, "period", "closed_period"), (3, "period", "closed_period"), (5, "period", "closed_period")],
    )
    assert refused.get_json()["errors"][0]["message"] == "'2026-09-30' is closed, as all periods up to 2026-09."
    assert "allow_restatement=true" in refused.get_json()["errors"][0]["hint"]
    assert counted(send_rows(client, headers, *rows, on_error="skip")) == (5, 2, 0, 0, 0, 3)
    table = "measure,period,value,sample_size\npass_rate,2026-09,1,9\n"
    assert codes(send(client, headers, table, "text/csv")) == [(1, "period", "closed_period")]
    close(client, keys, "2026-08")
    assert counted(send_rows(client, headers, row(period="2026-09"))) == (1, 0, 0, 1, 0, 0)


def test_a_restatement_needs_a_reason_which_is_kept_with_the_batch(client: FlaskClient, keys: Keys) -> None:
    headers = keys("ingest", "read")
    close(client, keys, "2026-09")
    without = send_rows(client, headers, row(period="2026-09"), allow_restatement="true")
    assert (without.status_code, codes(without)) == (422, [(None, "reason", "missing_field")])
    query = {"allow_restatement": "true", "reason": "Late exams were marked."}
    done = send_rows(client, headers, row(period="2026-09"), **query)
    assert counted(done) == (1, 1, 0, 0, 0, 0)
    assert send_rows(client, headers, row(period="2026-10"), reason="Nightly run").status_code == 200
    items = client.get(BATCHES, headers=headers).get_json()["items"]
    assert [one["reason"] for one in items] == ["Nightly run", "Late exams were marked."]
    shown = client.get(f"{BATCHES}/{done.get_json()['batch_id']}", headers=headers).get_json()
    assert shown["reason"] == "Late exams were marked."


def test_a_revert_that_would_change_a_closed_period_needs_a_reason_too(client: FlaskClient, keys: Keys) -> None:
    headers = keys("ingest", "read")
    batch = send_rows(client, headers, row(period="2026-09")).get_json()["batch_id"]
    close(client, keys, "2026-10")
    path = f"{BATCHES}/{batch}/revert"
    refused = client.post(path, headers=headers)
    assert (refused.status_code, codes(refused)) == (422, [(None, "", "closed_period")])
    assert "would change 2026-09, and periods up to 2026-10 are closed" in refused.get_json()["detail"]
    assert client.post(path, headers=headers, query_string={"allow_restatement": "true"}).status_code == 422
    query = {"allow_restatement": "true", "reason": "Sent by mistake."}
    done = client.post(path, headers=headers, query_string=query).get_json()
    assert (done["retracted"], done["reason"], done["not_restored"]) == (1, "Sent by mistake.", 0)
