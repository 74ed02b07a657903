"""`lei readiness`: how ready roles are at sites, and will be in three months, as a table or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context
from lei.cli.parameters import PERIOD, WHERE, scope_of_options

if TYPE_CHECKING:
    from lei.periods import Period
    from lei.services.readiness.forecast_readiness import PlaceReadiness, ReadinessReport


@click.command(name="readiness")
@click.option("--period", type=PERIOD, help="The month as of which to tell; default: the newest with data.")
@click.option("--by", multiple=True, help="Split by this dimension (two at most); default: role and unit.")
@click.option("--where", type=WHERE, multiple=True, help="Keep to one value: DIM:VALUE.")
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(period: Period | None, by: tuple[str, ...], where: tuple[tuple[str, str], ...], output: str) -> None:
    """Show readiness by role and site: now, in three months, and what is at risk."""
    from lei.periods import Grain
    from lei.services.readiness.forecast_readiness import ReadinessQuery, forecast_readiness_of_places
    from lei.services.readiness.readiness_plain import readiness_as_dict
    from lei.services.score_analyses.score_snapshot import chosen_period

    with command_context() as context, context.database.reading() as session:
        today = context.clock.now().astimezone(context.settings.timezone).date()
        month = period or chosen_period(session, Grain.MONTH, None, today)
        query = ReadinessQuery(month, tuple(dict.fromkeys(by)), scope_of_options(where))
        report = forecast_readiness_of_places(session, query, context.settings.min_group_size)
    if output == "json":
        click.echo(json.dumps(readiness_as_dict(report), ensure_ascii=False, indent=2))
    else:
        _print_table(report)


def _print_table(report: ReadinessReport) -> None:
    from lei.services.words.segment_words import name_of

    click.echo(report.sentence)
    if not report.places:
        return
    names = [name_of(place.segment) for place in report.places]
    width = max(len(name) for name in names)
    click.echo(f"{'place':<{width}} {'now':>9} {'in 3 months':>20} {'off by':>6} {'expiring':>8}  risk")
    for name, place in zip(names, report.places, strict=True):
        click.echo(f"{name:<{width}} {_line(place)}")


def _line(place: PlaceReadiness) -> str:
    from lei.numbers import percent

    ahead, error = "–", "–"
    if place.ahead:
        last = place.ahead[-1]
        ahead = f"{percent(last.readiness)} ({percent(last.ci_low)} to {percent(last.ci_high)})"
        error = f"{last.mean_error:.1f}"
    certificates = "–" if place.certificates is None else f"{place.certificates:.0f}"
    state = place.risk or "–"
    reason = "" if place.reason is None else f", no forecast: {place.reason.replace('_', ' ')}"
    return f"{place.now_words or '–':>9} {ahead:>20} {error:>6} {certificates:>8}  {state}{reason}"
