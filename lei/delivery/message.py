"""Writes mails: the one about a scorecard (short text, the same as HTML, the PDF or a link to it), and plain notes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parseaddr
from functools import cache

import jinja2

from lei.errors import ConfigurationError
from lei.language import ENGLISH, _, speaking, spoken


class _WholeLinks(EmailPolicy):
    """Leaves the address in List-Unsubscribe in one piece: folded as text it would be one that leads nowhere."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as it is sent."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


# Seven bits in all parts: no mail server on the way has a reason to re-encode, and no DKIM signature breaks.
_POLICY = _WholeLinks(linesep="\r\n", cte_type="7bit")
# Headers stay as they are written: a message that was kept goes out again byte for byte.
_AS_WRITTEN = _POLICY.clone(refold_source="none")
_LONGEST_LINE = 998  # RFC 5322


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient gets. All texts are finished; `facts` are lines of (label, text); `written_at` is in UTC.

    covers: period, making and state of the data in one line. pdf: None where it is too large and `pdf_link` leads to
    it, until the day that `pdf_text` names. unsubscribe_link: None where nobody can reach this installation. comment:
    of who approved the scorecard. organization: stands above the title, empty for none; accent: of links and rules.
    language: of the texts.
    """

    sender: str
    recipient: str
    message_id: str
    written_at: datetime
    subject: str
    title: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    covers: str
    origin: str
    pdf: bytes | None
    pdf_name: str
    pdf_text: str
    pdf_link: str | None = None
    unsubscribe_link: str | None = None
    comment: str | None = None
    organization: str = ""
    accent: str = "#1f4e79"
    language: str = ENGLISH


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
    _offer_to_unsubscribe(message, letter.unsubscribe_link)
    with speaking(letter.language):
        message.set_content(_template("mail.txt").render(letter=letter))
        message.add_alternative(_template("mail.html").render(letter=letter), subtype="html")
    if letter.pdf is not None:
        message.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.pdf_name)
    _fix_boundaries(message, letter.message_id)
    return _with_plain_subject(message)


def message_again(content: bytes) -> EmailMessage:
    """A message that was kept, as it was sent."""
    message = BytesParser(EmailMessage, policy=_AS_WRITTEN).parsebytes(content)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the parser was told to make one
    return message


def _offer_to_unsubscribe(message: EmailMessage, link: str | None) -> None:
    """RFC 8058: mail programs may unsubscribe by one click where the link is https; without, they open it."""
    if link is None:
        return
    message["List-Unsubscribe"] = f"<{link}>"
    if link.startswith("https:"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


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


def message_id(sender: str, *parts: str) -> str:
    """A Message-ID of the sender's domain: the same for the same parts, so that servers can drop a second copy.

    Raises ConfigurationError as `sender_address` does.
    """
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return f"<lei-{digest}@{sender_address(sender).domain or 'localhost'}>"


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
    environment.globals.update({"_": _, "spoken": spoken})
    return environment.get_template(name)
