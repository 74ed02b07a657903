"""`/branding` as a client sees it: name, colour and logo, and what of them is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.periods import parse_period
from lei.reports.figures import from_json
from lei.reports.pdf import draw_pdf
from lei.services.branding.manage_branding import set_branding, set_logo
from lei.services.deliveries.mark_scorecard import marked
from lei.services.scorecards.scorecard import ScorecardRequest, draw_scorecard
from lei.storage.database import Database
from tests.services.branding.logos import ACCENT, DRAWN, picture, svg

Keys = Callable[..., dict[str, str]]
PATH, LOGO = "/api/v1/branding", "/api/v1/branding/logo"
PNG = picture("PNG", (300, 100), "RGBA", (140, 20, 90, 120))


def test_name_colour_and_logo_are_kept_apart(client: FlaskClient, keys: Keys, clock: FixedClock) -> None:
    admin, read = keys("admin"), keys("read")
    nothing = {"name": "", "accent": "#1f4e79", "logo": None, "changed_at": None, "changed_by": None}
    assert client.get(PATH, headers=read).json == nothing
    made = client.put(PATH, json={"name": " Halden Logistics ", "accent": "#8C145A"}, headers=admin)
    assert made.json == {
        "name": "Halden Logistics",
        "accent": ACCENT,
        "logo": None,
        "changed_at": "2026-11-21T10:00:00Z",
        "changed_by": "admin",
    }
    pictured = client.put(LOGO, data=PNG, content_type="image/png", headers=admin).json
    found = client.get(LOGO, headers=read)
    assert pictured["logo"] == {"media_type": "image/png", "bytes": len(found.data), "href": LOGO}
    assert (pictured["name"], pictured["accent"]) == ("Halden Logistics", ACCENT)
    assert (found.content_type, Image.open(io.BytesIO(found.data)).size) == ("image/png", (300, 100))
    client.put(LOGO, data=DRAWN, content_type="image/svg+xml", headers=admin)
    assert client.get(LOGO, headers=read).content_type == "image/svg+xml"
    again = client.put(PATH, json={}, headers=admin).json
    assert (again["name"], again["accent"], again["logo"]["media_type"]) == ("", "#1f4e79", "image/svg+xml")
    assert client.delete(LOGO, headers=admin).status_code == 204
    assert client.get(PATH, headers=read).json["logo"] is None
    missing = client.get(LOGO, headers=read)
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    answer = sqlite_client.put(PATH, json={"accent": "#777777"}, headers=sqlite_keys("admin"))
    assert answer.status_code == 422
    (problem,) = answer.json["errors"]
    assert (problem["field"], problem["code"]) == ("accent", "low_contrast")
    assert problem["message"] == (
        "#777777 has a contrast of 4.48:1 with white, and text needs 4.5:1. "
        "The nearest darker colour that has it is #767676."
    )
    assert sqlite_client.put(PATH, json={"accent": "#767676"}, headers=sqlite_keys("admin")).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"accent": "red"}, "accent"),
        ({"accent": "#fff"}, "accent"),
        ({"accent": "#12345g"}, "accent"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Halden\nLogistics"}, "name"),
        ({"logo": "x"}, "logo"),
    ],
)
def test_what_makes_no_sense_is_refused(
    sqlite_client: FlaskClient, sqlite_keys: Keys, body: dict[str, Any], field: str
) -> None:
    answer = sqlite_client.put(PATH, json=body, headers=sqlite_keys("admin"))
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert sqlite_client.get(PATH, headers=sqlite_keys("read")).json["changed_at"] is None


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (svg("<script/>"), "image/svg+xml", 422),
        (PNG, "image/jpeg", 422),
        (PNG, "image/gif", 415),
        (b"x" * (512 * 1024 + 1), "image/png", 413),
    ],
)
def test_a_hostile_logo_is_refused_with_its_reason(
    sqlite_client: FlaskClient, sqlite_keys: Keys, content: bytes, kind: str, status: int
) -> None:
    answer = sqlite_client.put(LOGO, data=content, content_type=kind, headers=sqlite_keys("admin"))
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert sqlite_client.get(PATH, headers=sqlite_keys("read")).json["logo"] is None


def test_only_an_administrator_changes_it(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    others = sqlite_keys("read", "ingest", "scorecards", "weights")
    assert sqlite_client.put(PATH, json={}, headers=others).status_code == 403
    assert sqlite_client.put(LOGO, data=PNG, content_type="image/png", headers=others).status_code == 403
    assert sqlite_client.delete(LOGO, headers=others).status_code == 403


def test_a_scorecard_keeps_the_branding_that_it_was_drawn_with(sqlite_database: Database, clock: FixedClock) -> None:
    """A draft that is approved after a change shows what the draft showed."""
    now = clock.now()
    with sqlite_database.writing() as session:
        set_branding(session, "Before", ACCENT, "anna", now)
    with sqlite_database.reading() as session:
        draft = draw_scorecard(session, ScorecardRequest(parse_period("2026-10"), {}), 5, now, mark="DRAFT")
    with sqlite_database.writing() as session:
        set_branding(session, "After", None, "anna", now)
        set_logo(session, None, "anna", now)
    approved = marked(draft, draw_pdf, mark="")
    assert (approved.figures.branding.name, approved.figures.branding.accent) == ("Before", ACCENT)
    document = pikepdf.open(io.BytesIO(approved.pdf))
    assert document.docinfo["/Author"] == "Before"


def test_documents_are_drawn_as_the_request_or_the_installation_says(
    sqlite_database: Database, clock: FixedClock, sqlite_keys: Keys, tmp_path: Any
) -> None:
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path), "LEI_PAGE_SIZE": "Letter"})
    client = create_app(Context(sqlite_database, settings, clock)).test_client()
    headers = sqlite_keys("scorecards", "read")
    sizes = []
    for asked in ({}, {"page_size": "A4", "language": "en"}):
        made = client.post("/api/v1/scorecards", json={"period": "2026-10", **asked}, headers=headers).json
        figures = from_json(client.get(made["links"]["data"], headers=headers).text)
        document = pikepdf.open(io.BytesIO(client.get(made["links"]["pdf"], headers=headers).data))
        sizes.append((figures.page_size, [round(float(edge)) for edge in document.pages[0].MediaBox]))
    assert sizes == [("Letter", [0, 0, 612, 792]), ("A4", [0, 0, 595, 842])]
    for wrong, field in (({"page_size": "A5"}, "page_size"), ({"language": "xx"}, "language")):
        refused = client.post("/api/v1/scorecards", json={"period": "2026-10", **wrong}, headers=headers)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    assert "A4, Letter" in client.post("/api/v1/scorecards", json={"page_size": "A5"}, headers=headers).text
