"""The scorecard of an owner by the API: figures, PDF, and what is refused. Its figures are told in tests/flow."""

from __future__ import annotations

import io

import pikepdf
import pytest
from flask.testing import FlaskClient
from program_plans import Keys, add, faults

from lei.reports.owner_figures import owner_from_json

PLACE = "/api/v1/owners/tom@example.com/scorecard"


def test_somebody_whose_program_is_a_draft_is_told_so(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    answer = client.get(f"{PLACE}?period=2026-10", headers=keys("read"))
    figures = owner_from_json(answer.text)
    assert (figures.name, figures.email, figures.period) == ("Tom Reed", "tom@example.com", "2026-10")
    assert (figures.applications, figures.due) == ((), ())
    assert figures.not_running == ("Onboarding is a draft: its plan is not frozen yet.",)


def test_the_month_is_the_newest_with_data_unless_somebody_says_so(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    add(sqlite_client, sqlite_keys)
    # There are no data, and it is November.
    assert sqlite_client.get(PLACE, headers=sqlite_keys("read")).get_json()["period"] == "2026-10"


def test_the_pdf_carries_the_figures(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    plain = owner_from_json(client.get(PLACE, headers=keys("read")).text)
    answer = client.get(f"{PLACE}.pdf", headers=keys("read"))
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lei-owner-tom-2026-10.pdf"'
    document = pikepdf.open(io.BytesIO(answer.data))
    assert owner_from_json(document.attachments["figures.json"].get_file().read_bytes().decode()) == plain


@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_somebody_who_owns_nothing_has_no_scorecard(ending: str, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    answer = sqlite_client.get(f"/api/v1/owners/nobody@example.com/scorecard{ending}", headers=sqlite_keys("read"))
    assert answer.status_code == 404
    assert answer.get_json()["detail"] == "No program names 'nobody@example.com' as an owner of a link."


@pytest.mark.parametrize("period", ["2026-Q4", "2026", "2026-13", "soon"])
def test_only_months_are_taken(period: str, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    answer = sqlite_client.get(f"{PLACE}?period={period}", headers=sqlite_keys("read"))
    assert faults(answer) == [("period", "invalid")]


def test_it_needs_the_scope_to_read(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    assert sqlite_client.get(PLACE, headers=sqlite_keys("ingest")).status_code == 403
    assert sqlite_client.get(PLACE).status_code == 401
