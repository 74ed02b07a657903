"""A worker in a process of its own.

python worker_process.py DATABASE_URL SMTP_URL NOW OWNER DRAWN [die-at-send|die-at-draw|die-at-redraw]

DRAWN: a file with the scorecard that it hands out, so that it need not draw one first.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from postbox import draw_sample, redraw_quickly, take_drawn

from lei.clock import FixedClock
from lei.config import load_settings
from lei.delivery.registry import transport_for
from lei.services.deliveries.deliver import work_off
from lei.services.workers.worker import Worker
from lei.storage.database import Database


class DeadlyTransport:
    """Kills its process the moment a mail should be sent."""

    def send(self, message: EmailMessage) -> None:
        """Die as by kill -9."""
        os.kill(os.getpid(), signal.SIGKILL)


def deadly_draw(*_: Any) -> Any:
    """Die as by kill -9 the moment scorecards should be drawn."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(database_url: str, smtp_url: str, now: str, owner: str, drawn: str, fate: str = "") -> None:
    """Work off what is due at `now`."""
    take_drawn(Path(drawn))
    settings = load_settings({"LEI_SMTP_URL": smtp_url})
    worker = Worker(
        Database(database_url),
        settings,
        FixedClock(datetime.fromisoformat(now)),
        owner,
        DeadlyTransport() if fate == "die-at-send" else transport_for(settings),
        deadly_draw if fate == "die-at-draw" else draw_sample,
        redraw=deadly_draw if fate == "die-at-redraw" else redraw_quickly,
    )
    work_off(worker)


if __name__ == "__main__":
    main(*sys.argv[1:])
