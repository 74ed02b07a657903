"""The pages: signing in and out, the overview, scorecards as files, errors that people can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.context import Context
from lei.catalog.measure import PILLARS
from lei.clock import FixedClock
from lei.config import load_settings
from lei.periods import parse_period
from lei.services.access.manage_users import create_user
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.storage.database import Database
from lei.storage.measures import read_measures
from lei.storage.scorecards import NewScorecard, add_scorecard
from lei.storage.weight_profiles import ProfileVersion, add_version, publish_version, read_versions
from web.app import add_pages
from web.site import Site

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Pages ask services, which are tested on both kinds of database: one is enough here."""
    return sqlite_database


@pytest.fixture
def app(database: Database, clock: FixedClock, tmp_path: Path) -> Flask:
    """API and pages with one person who may sign in."""
    with database.writing() as session:
        create_user(session, EMAIL, "viewer", PASSWORD, clock.now())
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path / "data")})
    app = create_app(Context(database, settings, clock))
    add_pages(app, Site(database, settings, clock))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def ada(client: FlaskClient) -> Iterator[FlaskClient]:
    """A browser in which Ada is signed in."""
    assert sign_in(client).status_code == 303
    return client


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The secret of a form on the page."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def sign_in(client: FlaskClient, password: str = PASSWORD, **more: str) -> TestResponse:
    """Fill in the form and send it."""
    form = {"form_token": token(client), "email": EMAIL, "password": password}
    return client.post("/sign-in", data=form | more)


def send(database: Database, clock: FixedClock, records: list[dict[str, Any]]) -> None:
    """Take observations, as the API does."""
    with database.writing() as session:
        result = ingest_records(session, records, IngestOptions(source="test", sent_by="test"), clock.now())
    assert result.rejected == 0, result.errors


def halfway(database: Database, period: str, share: float, **dimensions: str) -> list[dict[str, Any]]:
    """An observation of every scored measure, `share` of the way from the value worth 0 to the one worth 100."""
    with database.reading() as session:
        measures = [stored.measure for stored in read_measures(session).values() if stored.measure.scorable]
    return [
        {
            "measure": measure.key,
            "period": period,
            "value": (measure.goalpost_0 or 0) + share * ((measure.goalpost_100 or 0) - (measure.goalpost_0 or 0)),
            "sample_size": 500,
            "dimensions": dimensions,
        }
        for measure in measures
    ]


# Signing in and out


def test_who_is_not_signed_in_is_led_to_the_form_and_back(client: FlaskClient) -> None:
    away = client.get("/?period=2026-10")
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in?next=%2F%3Fperiod%3D2026-10")
    back = sign_in(client, next="/?period=2026-10")
    assert (back.status_code, back.headers["Location"]) == (303, "/?period=2026-10")
    assert EMAIL in client.get("/").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_cookie_travels_encrypted_only_where_the_site_is_https(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path), "LEI_BASE_URL": "https://lei.example.org"})
    app = create_app(Context(database, settings, clock))
    add_pages(app, Site(database, settings, clock))
    assert "Secure" in app.test_client().get("/sign-in", base_url="https://lei.example.org").headers["Set-Cookie"]


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_signing_in_leads_nowhere_else(client: FlaskClient, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere).headers["Location"] == "/"


def test_a_wrong_password_is_said_and_the_address_kept(client: FlaskClient) -> None:
    answer = sign_in(client, "wrong")
    assert answer.status_code == 422
    assert "The e-mail address or the password is wrong." in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert "wrong&#34;" not in answer.text
    assert client.get("/").status_code == 303


def test_guessing_is_slowed_down_and_forgiven_after_a_quarter_of_an_hour(
    client: FlaskClient, clock: FixedClock
) -> None:
    assert [sign_in(client, "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    refused = sign_in(client)
    assert refused.status_code == 429
    assert "Try again in 15 minutes." in refused.text
    clock.instant += timedelta(minutes=15)
    assert sign_in(client).status_code == 303


def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    form = {"email": EMAIL, "password": PASSWORD, "form_token": "guessed"}
    assert client.post("/sign-in", data=form).status_code == 403
    token(client)
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert "reload the page" in answer.text


def test_signing_in_begins_a_new_session(client: FlaskClient) -> None:
    before = token(client)
    client.post("/sign-in", data={"form_token": before, "email": EMAIL, "password": PASSWORD})
    assert token(client, "/") != before


def test_signing_out_ends_it(ada: FlaskClient) -> None:
    assert ada.get("/").status_code == 200
    assert ada.post("/sign-out", data={}).status_code == 403
    assert ada.get("/").status_code == 200, "a form of another site signs nobody out"
    assert ada.post("/sign-out", data={"form_token": token(ada, "/")}).headers["Location"] == "/sign-in"
    assert ada.get("/").status_code == 303


def test_a_session_opens_the_documentation_but_not_the_api(ada: FlaskClient) -> None:
    assert ada.get("/api/docs").status_code == 200
    assert ada.get("/api/v1/openapi.json").status_code == 200
    assert ada.get("/api/v1/measures").status_code == 401


# The overview


def test_an_empty_database_says_what_to_do_next(ada: FlaskClient) -> None:
    page = ada.get("/").text
    assert "No data has come in yet" in page
    assert "lei ingest FILE.csv" in page
    assert "<svg" not in page
    docs = ada.get("/api/docs").text
    for anchor in re.findall(r'href="/api/docs#([^"]+)"', page):
        assert f'id="{anchor}"' in docs


def test_the_overview_shows_index_pillars_units_and_origin(
    ada: FlaskClient, database: Database, clock: FixedClock
) -> None:
    send(database, clock, halfway(database, "2026-09", 0.5))
    send(database, clock, halfway(database, "2026-10", 0.7))
    send(database, clock, halfway(database, "2026-10", 0.8, unit="Sales & Service"))
    page = ada.get("/").text
    assert (
        "In October 2026 the index stands at 70 of 100 (On track), +20 points like for like since September 2026."
        in page
    )
    assert re.search(
        r"Business Impact &amp; Value Realization</th>\s*<td class=\"number\">10%</td>\s*<td class=\"number\">70<", page
    )
    assert re.search(r"Sales &amp; Service</th>\s*<td class=\"number\">80<", page)
    # 31 of the 49 scored measures of the default catalogue have placeholder goalposts.
    assert "31 of 49 measures" in page
    assert "placeholder goalposts: trust changes more than levels" in page
    assert "Data as of <time" in page
    assert "2026-11-21 10:00 UTC" in page
    assert "profile default_v1, version 1" in page
    assert "The same as a table" in page
    assert "the index was lowest at 50 (Sep 26) and highest at 70 (Oct 26)" in page


def test_a_limit_that_holds_the_index_down_is_said_first(
    ada: FlaskClient, database: Database, clock: FixedClock
) -> None:
    send(database, clock, halfway(database, "2026-10", 0.7))
    with database.writing() as session:
        definition = dict(read_versions(session, "default_v1")[0].definition)
        definition["caps"] = [{"on": "composite", "at_most": 60, "while": "pass_rate", "below": 80}]
        draft = ("default_v1", 2, "draft", definition, "custom", "", clock.now(), "a test", None, None)
        add_version(session, ProfileVersion(*draft))
        publish_version(session, "default_v1", 2, parse_period("2026-10").first_month, "a limit", clock.now())
    page = ada.get("/").text
    assert "the index stands at 60 of 100" in page
    assert (
        "The index scores 60 at most, because First-attempt pass rate scores below 80: without that it would be 70."
        in page
    )


def test_another_month_can_be_chosen(ada: FlaskClient, database: Database, clock: FixedClock) -> None:
    send(database, clock, halfway(database, "2026-09", 0.5) + halfway(database, "2026-10", 0.7))
    page = ada.get("/?period=2026-09").text
    assert "In September 2026 the index stands at 50 of 100" in page
    assert '<option value="2026-09" selected>September 2026</option>' in page
    empty = ada.get("/?period=2024-03").text
    assert "There is no data for March 2024" in empty
    # Nothing is scored, so nothing is said about what it is scored against.
    assert "goalpost" not in empty.split('id="trend-title"')[0]
    wrong = ada.get("/?period=2026-13")
    assert wrong.status_code == 422
    assert "months run from 01 to 12" in wrong.text


def test_a_band_that_is_held_is_explained_beside_the_score(
    ada: FlaskClient, database: Database, clock: FixedClock
) -> None:
    send(database, clock, halfway(database, "2026-09", 0.58) + halfway(database, "2026-10", 0.607))
    assert ada.get("/").text.count("<td>Developing (On track at 61.0, now 60.7)</td>") == len(PILLARS)


def test_small_groups_stay_hidden(ada: FlaskClient, database: Database, clock: FixedClock) -> None:
    small = [record | {"sample_size": 4} for record in halfway(database, "2026-10", 0.8, unit="Legal")]
    send(database, clock, halfway(database, "2026-10", 0.7) + small)
    page = ada.get("/").text
    assert re.search(r"Legal</th>\s*<td class=\"number\">–<", page)
    assert "hidden, to protect a small group" in page


def test_pages_carry_no_inline_script_or_style(ada: FlaskClient, database: Database, clock: FixedClock) -> None:
    send(database, clock, halfway(database, "2026-10", 0.7))
    for path in ("/", "/api/docs", "/nothing"):
        page = ada.get(path).text
        assert "<script" not in page
        assert not re.search(r"\sstyle=|\son\w+=|javascript:", page)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


# Files and errors


def test_a_scorecard_is_served_as_it_was_kept(ada: FlaskClient, database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        number = add_scorecard(
            session,
            NewScorecard(
                title="October <b>",
                grain="month",
                period="2026-10",
                segment={},
                profile="default_v1",
                profile_version=1,
                data_as_of=None,
                created_at=clock.now(),
                created_by="test",
                figures="{}",
                pdf=b"%PDF-1.7 kept",
                pdf_sha256="0" * 64,
            ),
        )
    answer = ada.get(f"/scorecards/{number}.pdf")
    assert (answer.data, answer.content_type) == (b"%PDF-1.7 kept", "application/pdf")
    send(database, clock, halfway(database, "2026-10", 0.7))
    page = ada.get("/").text
    assert f'href="/scorecards/{number}.pdf"' in page
    assert "October &lt;b&gt;" in page
    missing = ada.get("/scorecards/999.pdf")
    assert missing.status_code == 404
    assert "There is no scorecard 999." in missing.text


def test_an_unknown_page_is_a_page_and_an_unknown_route_a_problem(ada: FlaskClient) -> None:
    page = ada.get("/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Go to the overview" in page.text
    assert ada.get("/api/v1/nothing").content_type == "application/problem+json"


def test_a_person_who_was_disabled_is_out_at_once(ada: FlaskClient, database: Database, clock: FixedClock) -> None:
    from lei.storage.users import users

    with database.writing() as session:
        session.execute(users.update().values(disabled_at=clock.now()))
    assert ada.get("/").status_code == 303
    assert sign_in(ada).status_code == 422
