"""Says in a mail what the scorecard of an owner shows: application on the job by program, and what is asked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from lei.delivery.message import Letter
from lei.language import _
from lei.periods import day_label
from lei.services.draw_owner_scorecard import DrawnOwner

# A mail says in short what the PDF says in full.
_MOST_PROGRAMS = 5


def compose_owner_letter(
    drawn: DrawnOwner, recipient: str, sender: str, message_id: str, written_at: datetime, zone: ZoneInfo
) -> Letter:
    """The letter with the PDF. The same scorecard makes the same letter."""
    figures = drawn.figures
    title = _("On the job: your scorecard for {period}").format(period=figures.period_label)
    told = [
        (application.program_name, " ".join(application.behavior.lines))
        for application in figures.applications[:_MOST_PROGRAMS]
    ]
    return Letter(
        sender=sender,
        recipient=recipient,
        message_id=message_id,
        written_at=written_at,
        subject=title,
        title=title,
        headline=figures.headline,
        facts=(*told, (_("Asked of you"), figures.asked)),
        covers=_covers(drawn, zone),
        origin=_("Sent by LEI once a month, because the plan of a program names you as an owner."),
        pdf=drawn.pdf,
        pdf_name=drawn.file_name,
        pdf_text=_("The scorecard is attached as a PDF."),
    )


def _covers(drawn: DrawnOwner, zone: ZoneInfo) -> str:
    figures = drawn.figures
    made = _instant(figures.made_at, zone)
    if figures.data_as_of is None:
        text = _("Covers {period}; made on {made} {zone}; no data has come in yet.")
        return text.format(period=figures.period_label, made=made, zone=zone.key)
    text = _("Covers {period}; made on {made} {zone}; data as of {data}.")
    return text.format(period=figures.period_label, made=made, zone=zone.key, data=_instant(figures.data_as_of, zone))


def _instant(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{day_label(local.date())}, {local:%H:%M}"
