"""The mail itself: what its reader sees, and what its headers promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from lei.delivery.message import Letter, sender_address, write_message
from lei.errors import ConfigurationError
from lei.reports.figures import ScorecardFigures, to_json
from lei.reports.sample import sample_figures
from lei.services.compose_letter import compose_letter
from lei.storage.deliveries import Delivery
from lei.storage.scorecards import ScorecardSummary, StoredScorecard

WRITTEN = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)

DELIVERY = Delivery(
    id=7,
    run_id=3,
    schedule_id=1,
    schedule="Board",
    period="2026-10",
    segment="{}",
    recipient="anna@example.com",
    scorecard_id=5,
    message_id="<lei-0123@example.com>",
    status="pending",
    attempts=1,
    last_error=None,
    next_attempt_at=WRITTEN,
    lease_until=None,
    created_at=WRITTEN,
    sent_at=None,
)


def letter(figures: ScorecardFigures) -> Letter:
    """The letter of the delivery about these figures."""
    summary = ScorecardSummary(5, "", "month", "2026-10", {}, "default_v1", 1, None, WRITTEN, "schedule Board", "")
    stored = StoredScorecard(summary, to_json(figures), b"%PDF-1.7 ...")
    return compose_letter(DELIVERY, stored, "LEI <lei@example.com>")


def received(sent: Letter) -> EmailMessage:
    """The message as a mail program reads it."""
    message = message_from_bytes(write_message(sent).as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str) -> str:
    """The body of that kind."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_the_subject_says_period_score_and_band() -> None:
    index = replace(sample_figures().index, score=61.3, band="developing", status="final")
    message = received(letter(replace(sample_figures(), segment={}, index=index)))
    assert message["Subject"] == "Learning scorecard, October 2026: 61 of 100, Developing"


def test_the_subject_says_provisional_and_names_the_scope() -> None:
    index = replace(sample_figures().index, score=74.5, band="on_track", status="provisional")
    message = received(letter(replace(sample_figures(), segment={"region": "North"}, index=index)))
    assert message["Subject"] == "Learning scorecard, North, October 2026: 74 of 100, On track, provisional"


def test_without_a_score_the_subject_claims_none() -> None:
    index = replace(sample_figures().index, score=None, band=None, status="none")
    message = received(letter(replace(sample_figures(), segment={}, index=index)))
    assert message["Subject"] == "Learning scorecard, October 2026"
    assert "Index: No score" in text_of(message, "plain")


def test_text_and_html_say_the_same() -> None:
    figures = replace(sample_figures(), headline="The index rose by 2 points.", segment={})
    message = received(letter(figures))
    for kind in ("plain", "html"):
        body = text_of(message, kind)
        for words in ("The index rose by 2 points.", "Index", "61 of 100", "Covers October 2026", "Board"):
            assert words in body
    assert "attached as a PDF" in text_of(message, "plain")


def test_names_cannot_smuggle_markup_or_headers_in() -> None:
    figures = replace(
        sample_figures(),
        segment={"unit": "A&B\r\nBcc: eve@example.com <script>alert(1)</script>"},
        headline="<img src=x onerror=alert(1)>",
    )
    message = received(letter(figures))
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    html = text_of(message, "html")
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;img" in html


def test_headers() -> None:
    message = received(letter(sample_figures()))
    assert message["From"] == "LEI <lei@example.com>"
    assert message["To"] == "anna@example.com"
    assert message["Date"].datetime == WRITTEN
    assert message["Message-ID"] == "<lei-0123@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_pdf_is_attached_under_a_name_that_says_what_it_is() -> None:
    (attachment,) = received(letter(replace(sample_figures(), segment={"region": "North East"}))).iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "lei-scorecard-2026-10-region-north-east.pdf"
    assert attachment.get_content() == b"%PDF-1.7 ..."


def test_the_same_letter_is_the_same_bytes_and_all_of_them_have_seven_bits() -> None:
    figures = replace(sample_figures(), headline="Über 40 Prüfungen – fertig.")
    data = write_message(letter(figures)).as_bytes()
    assert data == write_message(letter(figures)).as_bytes()
    assert data.isascii()
    assert "Über 40 Prüfungen – fertig." in text_of(received(letter(figures)), "plain")


def test_a_sender_that_is_no_address_stops_the_start() -> None:
    assert sender_address("Learning <learning@example.com>").addr_spec == "learning@example.com"
    with pytest.raises(ConfigurationError, match="LEI_MAIL_FROM is 'nobody at all'"):
        sender_address("nobody at all")
