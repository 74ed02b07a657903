"""The mail itself: what its reader sees, and what its headers promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from lei.delivery.message import Letter, message_again, sender_address, write_message
from lei.errors import ConfigurationError
from lei.reports.branding import Branding
from lei.reports.figures import ScorecardFigures, to_json
from lei.reports.sample import sample_figures
from lei.reports.sample_programs import sample_with_programs
from lei.services.deliveries.compose_letter import compose_letter
from lei.services.deliveries.signed_links import PdfLink
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
    timezone="Europe/Berlin",
)


def letter(figures: ScorecardFigures, **options: Any) -> Letter:
    """The letter of the delivery about these figures."""
    summary = ScorecardSummary(5, "", "month", "2026-10", {}, "default_v1", 1, None, WRITTEN, "schedule Board", "")
    stored = StoredScorecard(summary, to_json(figures), b"%PDF-1.7 ...")
    return compose_letter(DELIVERY, stored, "LEI <lei@example.com>", **options)


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


def test_the_key_lines_say_score_change_reason_ends_what_is_missing_and_what_was_restated() -> None:
    assert dict(letter(replace(sample_figures(), segment={})).facts) == {
        "Index": "61 of 100, On track; +2 points, like for like since September 2026",
        "Main reason": sample_figures().index.main_reason,
        "Highest and lowest": "Customer support 68, Logistics 39",
        "Missing or restated": "Data for 8% of the weight. 1 group not shown: too few people. "
        "September 2026 was published as 58 and is 59 with the data of now.",
    }


def test_where_programs_have_a_kpi_it_comes_first_and_what_is_asked_is_there() -> None:
    facts = letter(sample_with_programs()).facts
    assert [label for label, _ in facts] == [
        "Business KPI",
        "Index",
        "Main reason",
        "Decision asked",
        "Missing or restated",
    ]
    assert dict(facts)["Business KPI"] == (
        "Early errors 8.4 \N{RIGHTWARDS ARROW} 6.8, target 7.0; "
        "\N{MINUS SIGN}1.3 per 100 tickets (\N{MINUS SIGN}16%), 95% interval \N{MINUS SIGN}2.1 to \N{MINUS SIGN}0.6; "
        "evidence: E4 against a comparable group"
    )
    assert dict(facts)["Decision asked"] == (
        "Extend the new onboarding to the other three sites: Head of Support, by 15 December 2026, EUR 28,000. "
        "And 1 more decision."
    )


def test_without_groups_the_pillars_are_compared_and_without_a_score_nothing_is() -> None:
    figures = sample_figures()
    facts = dict(letter(replace(figures, segments=())).facts)
    assert facts["Highest and lowest"] == "Learning Access & Engagement 73, Business Impact & Value Realization 34"
    index = replace(figures.index, score=None, band=None, change=None, status_text="There is no data.", main_reason="")
    nothing = replace(figures, index=index, segments=(), pillars=(), notes=replace(figures.notes, hidden_groups=0))
    assert [label for label, _ in letter(nothing).facts] == ["Index", "Missing or restated"]


def test_what_incomplete_data_lack_comes_first_and_makes_no_further_line() -> None:
    lack = "Coverage 92%, needs 95%: no data of October 2026 yet for Net promoter score."
    sent = letter(replace(sample_figures(), mark="TEST", incomplete=lack))
    assert [label for label, _ in sent.facts] == ["Missing or restated", "Index", "Main reason", "Highest and lowest"]
    assert sent.facts[0][1] == (
        f"INCOMPLETE. {lack} No data for 8% of the weight. 1 group not shown: too few people. "
        "September 2026 was published as 58 and is 59 with the data of now."
    )
    assert sent.title == "TEST INCOMPLETE: Learning scorecard, October 2026"
    assert sent.subject.startswith("TEST INCOMPLETE: Learning scorecard, October 2026: 61 of 100")


def test_of_many_restatements_two_are_told() -> None:
    texts = tuple(f"{month} 2026 was published as 58 and is 59." for month in ("September", "August", "July", "June"))
    figures = replace(sample_figures(), notes=replace(sample_figures().notes, restatements=texts))
    told = dict(letter(figures).facts)["Missing or restated"]
    assert told.endswith(f"few people. {texts[0]} {texts[1]} And 2 more periods, see the scorecard.")


def test_what_it_covers_is_told_apart_from_when_it_was_made_and_in_the_zone_of_the_schedule() -> None:
    made = replace(sample_figures(), made_at=datetime(2026, 11, 2, 6, 0, tzinfo=UTC))
    as_of = replace(
        made.origin, data_as_of=datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    )  # the day before the clocks change
    text = "Covers October 2026; made on 2 November 2026, 07:00 Europe/Berlin; data as of 25 October 2026, 00:30."
    for kind in ("plain", "html"):
        assert text in text_of(received(letter(replace(made, origin=as_of))), kind)
    empty = replace(made.origin, data_as_of=None)
    assert "; no data has come in yet." in letter(replace(made, origin=empty)).covers


def test_nothing_is_loaded_from_elsewhere_and_no_style_sheet_is_needed() -> None:
    html = text_of(received(letter(sample_figures())), "html").lower()
    for word in ("<img", "src=", "url(", "<link", "<style", "<script", "http:", "https:"):
        assert word not in html


def test_a_large_scorecard_comes_as_a_link_that_says_until_when() -> None:
    link = PdfLink("https://lei.example.com/shared/abc.def", datetime(2026, 11, 16, 6, 0, tzinfo=UTC))
    message = received(letter(sample_figures(), pdf=link))
    assert list(message.iter_attachments()) == []
    text = text_of(message, "plain")
    assert "without signing in, until 16 November 2026, 07:00 Europe/Berlin:\n" in text.replace("\r\n", "\n")
    assert "https://lei.example.com/shared/abc.def\n" in text.replace("\r\n", "\n")
    assert 'href="https://lei.example.com/shared/abc.def"' in text_of(message, "html")
    assert "attached" not in text


LEAVE = "https://lei.example.com/unsubscribe/" + "Wy" * 60 + ".sig"


@pytest.mark.parametrize("scope", [{}, {"unit": "Prüfstände und Qualitätssicherung der gesamten Außenstelle in Köln"}])
def test_the_link_to_unsubscribe_stays_in_one_piece_whatever_the_subject(scope: dict[str, str]) -> None:
    data = write_message(letter(replace(sample_figures(), segment=scope), unsubscribe=LEAVE)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{LEAVE}>\r\n".encode() in data
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data
    assert message_again(data).as_bytes() == data, "a message that was kept goes out again byte for byte"


def test_one_click_is_offered_over_https_alone_and_nothing_where_there_is_no_address() -> None:
    plain = received(letter(sample_figures(), unsubscribe=LEAVE.replace("https", "http")))
    assert (plain["List-Unsubscribe"] is not None, plain["List-Unsubscribe-Post"]) == (True, None)
    assert received(letter(sample_figures()))["List-Unsubscribe"] is None
    assert LEAVE in text_of(received(letter(sample_figures(), unsubscribe=LEAVE)), "plain")


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


def test_the_mail_bears_name_and_accent_of_the_organization() -> None:
    link = PdfLink("https://lei.example.com/shared/abc.def", datetime(2026, 11, 16, 6, 0, tzinfo=UTC))
    plain = letter(sample_figures())
    branded = letter(replace(sample_figures(), branding=Branding("Halden & Sons", "#8c145a")), pdf=link)
    parts = {part.get_content_type(): part for part in received(branded).walk()}
    text = parts["text/plain"].get_content().replace("\r\n", "\n")
    html = parts["text/html"].get_content()
    assert text.startswith("Halden & Sons\nLearning scorecard, October 2026\n")
    assert '<p style="margin:0 0 4px;color:#8c145a;font-size:13px;font-weight:600">Halden &amp; Sons</p>' in html
    assert 'style="color:#8c145a;font-weight:600">Open the scorecard' in html
    assert branded.subject == plain.subject
    assert "margin:0 0 4px" not in next(
        part.get_content() for part in received(plain).walk() if part.get_content_type() == "text/html"
    )
