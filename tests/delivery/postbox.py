"""A real mail server that keeps what it is sent and refuses what it is told to; scorecards that are quick to draw."""

from __future__ import annotations

import pickle
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy.orm import Session

from lei.clock import FixedClock
from lei.config import load_settings
from lei.delivery.registry import transport_for
from lei.periods import Grain, Period, parse_period
from lei.reports.figures import ScorecardFigures, to_json
from lei.reports.owner_figures import OwnerFigures, owner_to_json
from lei.reports.pdf import DrawnPdf
from lei.services.owners.draw_owner_scorecard import DrawnOwner
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest, draw_scorecard
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.schedules import SchedulePlan

_DRAWN: list[DrawnScorecard] = []
_ANY_PLAN = SchedulePlan("Board", "0 7 1 * *", "UTC", Grain.MONTH, ("anna@example.com",), {})


@dataclass
class Postbox:
    """What came in, and how to answer: by recipient at RCPT, or to everyone at DATA."""

    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    data_answer: str | None = None
    url: str = ""
    at_data: Callable[[], None] | None = None

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in alphabetical order, as often as they got one."""
        return sorted(address for addresses, _ in self.mails for address in addresses)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or refuse it as told."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        """Keep the message, or refuse it as told."""
        if self.at_data is not None:
            self.at_data()
        if self.data_answer is not None:
            return self.data_answer
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append((list(envelope.rcpt_tos), message))
        self.raw.append(bytes(envelope.content))
        return "250 OK"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def mail_server(box: Postbox | None = None, **options: Any) -> Iterator[Postbox]:
    """A mail server on a free port of this machine; options are those of aiosmtpd's Controller."""
    box = box or Postbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()


def pdf_of(message: EmailMessage) -> bytes:
    """The one attachment."""
    (attachment,) = message.iter_attachments()
    content = attachment.get_content()
    assert isinstance(content, bytes)
    return content


def hand_on_drawn(file: Path, database: Database, now: datetime) -> None:
    """Put the scorecard of `draw_sample` into a file, for another process to take."""
    with database.reading() as session:
        draw_sample(session, _ANY_PLAN, parse_period("2026-11"), 5, now)
    file.write_bytes(pickle.dumps(_DRAWN[0]))


def take_drawn(file: Path) -> None:
    """Let `draw_sample` hand out the scorecard in the file."""
    _DRAWN.append(pickle.loads(file.read_bytes()))  # noqa: S301 - written by `hand_on_drawn`


def draw_sample(
    session: Session, plan: SchedulePlan, period: Period, min_group_size: int, now: datetime
) -> Sequence[DrawnScorecard]:
    """One scorecard for each value that `by` names in the tests: really drawn, but once in a process."""
    if not _DRAWN:
        _DRAWN.append(draw_scorecard(session, ScorecardRequest(period, {}), min_group_size, now))
    scopes = [{plan.by: value} for value in ("North", "South")] if plan.by else [{}]
    return [replace(_DRAWN[0], request=ScorecardRequest(period, {**plan.where, **scope})) for scope in scopes]


def redraw_quickly(figures: ScorecardFigures) -> DrawnPdf:
    """No PDF, but bytes that are others for other figures."""
    return DrawnPdf(b"%PDF-1.7 " + to_json(figures).encode(), 1)


def draw_owner_quickly(figures: OwnerFigures) -> DrawnOwner:
    """The same of an owner's scorecard."""
    return DrawnOwner(figures, b"%PDF-1.7 " + owner_to_json(figures).encode(), 1, "owner.pdf")


def worker_on(
    database: Database, clock: FixedClock, data_dir: Path, owner: str = "worker-1", smtp_url: str = ""
) -> Worker:
    """A worker that draws samples, and sends by SMTP or into the outbox of the data folder."""
    settings = load_settings({"LEI_DATA_DIR": str(data_dir), "LEI_SMTP_URL": smtp_url})
    return Worker(
        database,
        settings,
        clock,
        owner,
        transport_for(settings),
        draw_sample,
        redraw=redraw_quickly,
        draw_owner=draw_owner_quickly,
    )
