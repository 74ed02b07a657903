"""Says in a mail what the scorecard of an owner shows: application on the job by program, and what is asked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from lei.delivery.message import Letter
from lei.language import _, speaking
from lei.services.owners.draw_owner_scorecard import DrawnOwner
from lei.services.words.letter_words import covers

# A mail says in short what the PDF says in full.
_MOST_PROGRAMS = 5


def compose_owner_letter(
    drawn: DrawnOwner, recipient: str, sender: str, message_id: str, written_at: datetime, zone: ZoneInfo
) -> Letter:
    """The letter with the PDF, in the language of the scorecard. The same scorecard makes the same letter."""
    with speaking(drawn.figures.language):
        return _letter(drawn, recipient, sender, message_id, written_at, zone)


def _letter(
    drawn: DrawnOwner, recipient: str, sender: str, message_id: str, written_at: datetime, zone: ZoneInfo
) -> Letter:
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
        covers=covers(figures.period_label, figures.made_at, figures.data_as_of, zone),
        origin=_("Sent by LEI once a month, because the plan of a program names you as an owner."),
        pdf=drawn.pdf,
        pdf_name=drawn.file_name,
        pdf_text=_("The scorecard is attached as a PDF."),
        organization=figures.branding.name,
        accent=figures.branding.accent,
        language=figures.language,
    )
