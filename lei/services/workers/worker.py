"""What a worker is: a process (or thread) that takes work for itself under its own name."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from lei.clock import Clock
from lei.config import Settings
from lei.delivery.message import sender_address
from lei.delivery.registry import transport_for
from lei.delivery.transport import Transport
from lei.periods import Period
from lei.reports.figures import ScorecardFigures
from lei.reports.owner_figures import OwnerFigures
from lei.reports.pdf import DrawnPdf, draw_pdf
from lei.services.owners.draw_owner_scorecard import DrawnOwner, draw_owner_scorecard
from lei.services.scorecards.draw_pack import draw_pack
from lei.services.scorecards.scorecard import DrawnScorecard
from lei.storage.database import Database
from lei.storage.schedules import SchedulePlan

# Minutes to wait after the first, second... attempt that failed; after one more attempt it is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MOST_ATTEMPTS = len(BACKOFF) + 1
BEAT_SECONDS = 30.0

# Draws all scorecards of one run: (session, plan, period, min_group_size, now).
DrawPack = Callable[[Session, SchedulePlan, Period, int, datetime], Sequence[DrawnScorecard]]

Redraw = Callable[[ScorecardFigures], DrawnPdf]
DrawOwner = Callable[[OwnerFigures], DrawnOwner]


@dataclass(frozen=True, slots=True)
class Worker:
    """`owner` names the worker in its leases, and must be its own. `beat_seconds`: how often it renews them.

    redraw: draws a scorecard anew whose figures got another mark, or a comment. draw_owner: draws that of an owner.
    """

    database: Database
    settings: Settings
    clock: Clock
    owner: str
    transport: Transport
    draw_pack: DrawPack
    beat_seconds: float = BEAT_SECONDS
    redraw: Redraw = draw_pdf
    draw_owner: DrawOwner = draw_owner_scorecard


def worker_of_this_process(database: Database, settings: Settings, clock: Clock) -> Worker:
    """A worker under a name that no other has: host, process and a random part.

    Raises ConfigurationError when the settings for mail cannot be used.
    """
    owner = f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    sender_address(settings.mail_from)
    draw = partial(draw_pack, documented=settings.documented_credit)
    return Worker(database, settings, clock, owner, transport_for(settings), draw)


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after that many attempts; None when it is given up."""
    return now + BACKOFF[attempts - 1] if attempts < MOST_ATTEMPTS else None
