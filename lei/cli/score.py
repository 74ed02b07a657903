"""`lei score`: scores as a table, JSON or CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context
from lei.cli.parameters import PERIOD, WHERE, scope_of_options
from lei.services.scores.score_report import DEFAULT_PROFILE

if TYPE_CHECKING:
    from lei.periods import Period
    from lei.services.scores.score_report import Score, ScoreReport


@click.command(name="score")
@click.option("--grain", type=click.Choice(["month", "quarter", "year"]), default="month", show_default=True)
@click.option("--from", "first", type=PERIOD, help="First period; default: the newest twelve with data.")
@click.option("--to", "last", type=PERIOD, help="Last period; default: the newest with data.")
@click.option("--by", multiple=True, help="Split by this dimension (two at most).")
@click.option("--where", type=WHERE, multiple=True, help="Keep to one value: DIM:VALUE.")
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="Weight profile.")
@click.option("--format", "output", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def command(
    grain: str,
    first: Period | None,
    last: Period | None,
    by: tuple[str, ...],
    where: tuple[tuple[str, str], ...],
    profile: str,
    output: str,
) -> None:
    """Show scores: composite, pillars and coverage for each period and segment."""
    from lei.periods import Grain
    from lei.services.scores.score import default_periods, score
    from lei.services.scores.score_plain import report_as_csv, report_as_dict
    from lei.services.scores.score_report import ScoreQuery

    with command_context() as context, context.database.reading() as session:
        today = context.clock.now().astimezone(context.settings.timezone).date()
        start, end = default_periods(session, Grain(grain), first, last, today)
        query = ScoreQuery(Grain(grain), start, end, by, scope_of_options(where), profile)
        report = score(session, query, context.settings.min_group_size)
    if output == "json":
        click.echo(json.dumps(report_as_dict(report), ensure_ascii=False, indent=2))
    elif output == "csv":
        click.echo(report_as_csv(report), nl=False)
    else:
        _print_table(report)


def _print_table(report: ScoreReport) -> None:
    from lei.clock import instant_text
    from lei.services.scores.score_plain import segment_text

    click.echo(
        f"Weights: {report.profile} version {report.version} ({report.weights_source}); "
        f"data as of {instant_text(report.data_as_of) or 'never'}."
    )
    if not report.scores:
        click.echo("There are no segments to show: no data has been sent for this dimension yet.")
        return
    names = [segment_text(score.segment.items()) for score in report.scores]
    width = max(len(name) for name in names)
    click.echo(
        f"{'period':<8} {'segment':<{width}} {'LEI':>5}  {'band':<11} {'coverage':>8}  P1  P2  P3  P4  P5  state"
    )
    for name, score in zip(names, report.scores, strict=True):
        click.echo(f"{score.period!s:<8} {name:<{width}} {_line(score)}")


def _line(score: Score) -> str:
    from lei.catalog.measure import PILLARS

    pillars = {pillar.key: pillar.score for pillar in score.pillars}
    cells = "".join(f"{_whole(pillars.get(key)):>4}" for key in PILLARS)
    state = score.reason or (
        f"provisional, without {', '.join(score.missing_pillars)}" if score.missing_pillars else score.status
    )
    composite = "–" if score.composite is None else f"{score.composite:.1f}"
    return f"{composite:>5}  {score.band or '–':<11} {score.coverage:>6.0f} %{cells}  {state}"


def _whole(number: float | None) -> str:
    return "–" if number is None else f"{number:.0f}"
