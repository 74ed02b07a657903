"""`lei drift`: business KPIs that left their usual variation, and what to ask about them, as a table or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context
from lei.cli.parameters import PERIOD, WHERE, scope_of_options

if TYPE_CHECKING:
    from lei.periods import Period
    from lei.services.gaps.find_gaps import Gap, KpiDrift


@click.command(name="drift")
@click.option("--period", type=PERIOD, help="The month up to which to look; default: the newest with data.")
@click.option("--by", multiple=True, help="Split by this dimension (two at most).")
@click.option("--where", type=WHERE, multiple=True, help="Keep to one value: DIM:VALUE.")
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(period: Period | None, by: tuple[str, ...], where: tuple[tuple[str, str], ...], output: str) -> None:
    """Show KPIs beyond their limits on the bad side: candidates for a gap, each with its next question."""
    from lei.periods import Grain
    from lei.services.gaps.drift_plain import drift_as_dict
    from lei.services.gaps.find_gaps import DriftQuery, find_gaps
    from lei.services.score_analyses.score_snapshot import chosen_period

    with command_context() as context, context.database.reading() as session:
        today = context.clock.now().astimezone(context.settings.timezone).date()
        month = period or chosen_period(session, Grain.MONTH, None, today)
        query = DriftQuery(month, tuple(dict.fromkeys(by)), scope_of_options(where))
        found = find_gaps(session, query, context.settings.min_group_size)
    if output == "json":
        click.echo(json.dumps(drift_as_dict(found), ensure_ascii=False, indent=2))
    else:
        _print_table(found)


def _print_table(drift: KpiDrift) -> None:
    from collections import Counter

    from lei.services.gaps.drift_words import NOT_JUDGED, drift_sentence

    click.echo(drift_sentence(drift))
    for gap in drift.gaps:
        click.echo("\n".join(_lines(gap)))
    reasons = Counter(series.reason for series in drift.report.not_judged)
    for reason, number in reasons.items():
        click.echo(f"{number} not judged. {NOT_JUDGED[reason]}")


def _lines(gap: Gap) -> list[str]:
    from lei.services.gaps.gap_questions import QUESTIONS

    found = gap.candidate
    told = [found.sentence, f"  fell together  {found.fell_together} of {found.judged} judged"]
    for question, answer in gap.given.items():
        told.append(f"  answered       {QUESTIONS[question]} {'Yes' if answer.answer else 'No'} ({answer.answered_by})")
    return [*told, f"  next           {found.next_step.sentence}"]
