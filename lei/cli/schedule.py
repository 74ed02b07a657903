"""`lei schedule`: list schedules, or run one now."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from lei.cli.context import CommandContext, command_context
from lei.cli.parameters import PERIOD

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lei.periods import Period
    from lei.storage.deliveries import Delivery
    from lei.storage.runs import Run
    from lei.storage.schedules import Schedule


@click.group(name="schedule")
def command() -> None:
    """List schedules, or run one now."""


@command.command(name="list")
def list_all() -> None:
    """List all schedules and when each runs next."""
    from lei.storage.schedules import list_schedules

    with command_context() as context, context.database.reading() as session:
        found = list_schedules(session)
        for schedule in found:
            click.echo(_line(session, schedule, context))
    if not found:
        click.echo("There are no schedules yet. Make one with POST /api/v1/schedules.", err=True)


@command.command()
@click.argument("name")
@click.option("--period", type=PERIOD, help="Such as 2026-10, 2026-Q4 or 2026; the last complete period if left out.")
def run(name: str, period: Period | None) -> None:
    """Run the schedule NAME now, in this process, and say what became of each delivery."""
    from lei.services.deliveries.run_schedule import run_in_this_process
    from lei.services.workers.worker import worker_of_this_process

    with command_context() as context:
        worker = worker_of_this_process(context.database, context.settings, context.clock)
        ended, deliveries = run_in_this_process(worker, name, None if period is None else str(period))
    _report(ended, deliveries)
    went_well = ended.state in ("done", "awaiting_approval")
    # What must not be sent to somebody was rightly cancelled.
    failed = any(delivery.last_error for delivery in deliveries if delivery.status != "cancelled")
    sys.exit(0 if went_well and not failed else 1)


def _report(ended: Run, deliveries: list[Delivery]) -> None:
    if ended.state == "awaiting_approval":
        address = f"/api/v1/runs/{ended.id}"
        click.echo(f"Drawn, and sent to nobody before it is approved: see {address}, then POST {address}/approve.")
    elif ended.reason is not None:
        click.echo(f"lei: {ended.reason}", err=True)
    if ended.state == "pending":
        click.echo(f"A worker tries again from {ended.next_attempt_at:%Y-%m-%d %H:%M} UTC on.", err=True)
    for delivery in deliveries:
        scope = ", ".join(json.loads(delivery.segment).values()) or "whole organization"
        click.echo(f"{delivery.period}  {scope:<30} {delivery.recipient:<40} {delivery.status}")
        if delivery.last_error:
            click.echo(f"lei: {delivery.recipient}: {delivery.last_error}", err=True)


def _line(session: Session, schedule: Schedule, context: CommandContext) -> str:
    from zoneinfo import ZoneInfo

    from lei.services.schedules.calendar_words import when_in_words
    from lei.services.schedules.due_runs import coming_runs

    plan = schedule.plan
    following = coming_runs(session, schedule, context.clock.now(), 1)
    when = f"next {following[0].astimezone(ZoneInfo(plan.timezone)):%Y-%m-%d %H:%M}" if following else "never again"
    state = when if plan.enabled else "disabled"
    addressees = f"{len(plan.recipients)} {'recipient' if len(plan.recipients) == 1 else 'recipients'}"
    look = f"{plan.language} {plan.page_size}"
    return f"{schedule.id:>4}  {plan.name:<30} {state:<22} {addressees:<14} {look:<10} {when_in_words(plan)}"
