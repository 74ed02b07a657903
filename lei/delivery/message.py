"""Writes mails: the one that carries a scorecard (short text, the same as HTML, and the PDF), and plain notes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache

import jinja2

from lei.errors import ConfigurationError

# Seven bits in all parts: no mail server on the way has a reason to re-encode, and no DKIM signature breaks.
_POLICY = SMTP.clone(cte_type="7bit")
_LONGEST_LINE = 998  # RFC 5322


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient gets. All texts are finished; `facts` are lines of (label, text); `written_at` is in UTC."""

    sender: str
    recipient: str
    message_id: str
    written_at: datetime
    subject: str
    title: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    origin: str
    pdf: bytes
    pdf_name: str


@dataclass(frozen=True, slots=True)
class Note:
    """A mail of plain text alone, such as a reminder. `written_at` is in UTC."""

    sender: str
    recipient: str
    message_id: str
    written_at: datetime
    subject: str
    text: str


def write_note(note: Note) -> EmailMessage:
    """The note as a message to its one recipient. The same note, the same bytes."""
    message = _addressed(note)
    message.set_content(note.text)
    return _with_plain_subject(message)


def write_message(letter: Letter) -> EmailMessage:
    """The letter as a message to its one recipient: nobody sees who else gets one. The same letter, the same bytes."""
    message = _addressed(letter)
    message.set_content(_template("mail.txt").render(letter=letter))
    message.add_alternative(_template("mail.html").render(letter=letter), subtype="html")
    message.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.pdf_name)
    _fix_boundaries(message, letter.message_id)
    return _with_plain_subject(message)


def _addressed(mail: Letter | Note) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender_address(mail.sender)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = mail.written_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    return message


def _with_plain_subject(message: EmailMessage) -> EmailMessage:
    if message["Subject"].isascii():
        # Folded, a long subject would begin on the second line, and some programs show the blank that this costs.
        message.policy = _POLICY.clone(max_line_length=_LONGEST_LINE)
    return message


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    digest = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_lei_{digest}_{number}")


def sender_address(text: str) -> Address:
    """The address that LEI_MAIL_FROM names, such as `Learning <learning@example.com>`.

    Raises ConfigurationError when it is none.
    """
    name, spec = parseaddr(text)
    try:
        return Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError):
        raise ConfigurationError(f"LEI_MAIL_FROM is '{text}'; give an address such as LEI <lei@example.com>.") from None


def one_line(text: str) -> str:
    """The text without line breaks and control characters: a header must stay one header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lei.delivery", "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
