"""Says in a mail, in five lines, what a scorecard shows."""

from __future__ import annotations

from lei.delivery.message import Letter
from lei.numbers import whole
from lei.reports.figures import IndexFigures, ScorecardFigures, from_json
from lei.reports.wording import BAND_NAMES
from lei.services.scorecard import file_name
from lei.storage.deliveries import Delivery
from lei.storage.scorecards import StoredScorecard


def compose_letter(delivery: Delivery, scorecard: StoredScorecard, sender: str) -> Letter:
    """The letter of one delivery. The same delivery makes the same letter, however often it is tried."""
    figures = from_json(scorecard.figures)
    scope = ", ".join(figures.segment.values())
    title = ", ".join(part for part in ("Learning scorecard", scope, figures.period_label) if part)
    result = _result(figures.index)
    return Letter(
        sender=sender,
        recipient=delivery.recipient,
        message_id=delivery.message_id,
        written_at=delivery.created_at,
        subject=f"{title}: {result}" if result else title,
        title=title,
        headline=figures.headline,
        facts=_facts(figures, result),
        origin=f"Sent by LEI for the schedule \N{LEFT DOUBLE QUOTATION MARK}{delivery.schedule}"
        "\N{RIGHT DOUBLE QUOTATION MARK}. You get this because an administrator put your address on its list.",
        pdf=scorecard.pdf,
        pdf_name=file_name(delivery.period, figures.segment),
    )


def _result(index: IndexFigures) -> str:
    """Such as `61 of 100, Developing, provisional`; empty where there is no score."""
    if index.score is None:
        return ""
    parts = [f"{whole(index.score)} of 100", BAND_NAMES.get(index.band or "", "")]
    return ", ".join(part for part in (*parts, "provisional" if index.status == "provisional" else "") if part)


def _facts(figures: ScorecardFigures, result: str) -> tuple[tuple[str, str], ...]:
    index, data_as_of = figures.index, figures.origin.data_as_of
    facts = [
        ("Index", result or "No score"),
        ("Change", index.change_text),
        ("Main reason", index.main_reason),
        ("Period covered", figures.period_label),
        ("Data as of", f"{data_as_of:%Y-%m-%d %H:%M} UTC" if data_as_of else "No data yet"),
    ]
    return tuple((label, text) for label, text in facts if text)
