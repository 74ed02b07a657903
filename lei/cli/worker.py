"""`lei worker`: the scheduler and deliveries alone."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click

from lei.cli.context import check_drawing_early, command_context


@click.command(name="worker")
def command() -> None:
    """Work off schedules and deliveries until SIGTERM or Ctrl-C. Run as many of these as you like."""
    from lei.scheduler.runner import Scheduler

    with command_context() as context:
        check_drawing_early()
        scheduler = Scheduler(context.database, context.settings, context.clock)
        asked_to_stop = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            asked_to_stop.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        scheduler.start()
        click.echo("The worker is at work. SIGTERM or Ctrl-C stops it after the step that is going on.", err=True)
        asked_to_stop.wait()
        scheduler.stop()
    click.echo("The worker has stopped.", err=True)
