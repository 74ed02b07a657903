"""`lei program chain`, `money` and `evidence`: what is known of a program, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from lei.cli.context import command_context
from lei.cli.parameters import PERIOD

if TYPE_CHECKING:
    from lei.periods import Period
    from lei.services.chain.program_chain import ProgramChain
    from lei.services.chain.program_money import ProgramMoney
    from lei.services.chain.program_reading import ProgramReading

_TO = click.option("--to", "last", type=PERIOD, help="Last month; default: the newest with data.")
_FORMAT = click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command()
@click.argument("key")
@_TO
@_FORMAT
def chain(key: str, last: Period | None, output: str) -> None:
    """Show the five links of the program KEY: signals before and now, status, and where it stands."""
    from api.chain_answers import plain_chain

    reading = _read(key, last)
    _write(output, _chain_lines(reading.chain), {"program": key, **plain_chain(reading.chain)})


@click.command()
@click.argument("key")
@_TO
@_FORMAT
def money(key: str, last: Period | None, output: str) -> None:
    """Show what the program KEY is worth beside what it costs, with its range, or why nothing is stated."""
    from api.resources.program_money import plain_money

    reading = _read(key, last)
    plain = {"program": key, "to": str(reading.month), **plain_money(reading.money)}
    _write(output, _money_lines(reading.money), plain)


@click.command()
@click.argument("key")
@_TO
@_FORMAT
def evidence(key: str, last: Period | None, output: str) -> None:
    """Show what may be said of the KPIs of the program KEY, and what it rests on."""
    reading = _read(key, last)
    _write(output, _evidence_lines(reading), {"program": key, "to": str(reading.month), **_plain_evidence(reading)})


def _read(key: str, last: Period | None) -> ProgramReading:
    from lei.periods import Grain
    from lei.services.chain.read_program import read_program
    from lei.services.programs.manage_programs import find_program
    from lei.services.scores.score import default_periods

    with command_context() as context, context.database.reading() as session:
        settings = context.settings
        today = context.clock.now().astimezone(settings.timezone).date()
        month = default_periods(session, Grain.MONTH, None, None, today)[1] if last is None else last
        program = find_program(session, key)
        return read_program(
            session, program, month, settings.min_group_size, today, documented=settings.documented_credit
        )


def _write(output: str, lines: Iterator[str], plain: dict[str, Any]) -> None:
    if output == "json":
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


def _chain_lines(chain: ProgramChain) -> Iterator[str]:
    from lei.evidence.chain_words import LINK_NAMES, STATUS_NAMES

    yield f"{chain.month}  {chain.completeness_line}"
    for view in chain.links:
        first, *others = view.lines
        yield f"{LINK_NAMES[view.link]:<20} {STATUS_NAMES[view.status]:<20} {first}"
        yield from (f"{'':<41} {line}" for line in others)
    yield chain.state_sentence
    yield from chain.rules


def _money_lines(money: ProgramMoney) -> Iterator[str]:
    from lei.evidence.money_words import NOT_ADDED, intangibles_line

    for kpi in money.kpis:
        yield f"{kpi.kpi_key}: {kpi.sentence}"
        yield from (f"  {line}" for line in kpi.lines)
    if sum(kpi.stated is not None for kpi in money.kpis) > 1:
        yield NOT_ADDED
    if money.spend is not None:
        yield money.spend.line
    if money.intangibles:
        yield intangibles_line(money.intangibles)


def _evidence_lines(reading: ProgramReading) -> Iterator[str]:
    yield f"{reading.month}  {reading.headline}"
    for kpi in reading.kpis:
        yield f"{kpi.claim.kpi_key} ({kpi.badge}): {kpi.sentence}"
        yield from (f"  {line}" for line in (kpi.effect, kpi.state_sentence, *kpi.notes) if line)
        yield from (f"  {relation.sentence}" for relation in kpi.relations)


def _plain_evidence(reading: ProgramReading) -> dict[str, Any]:
    kpis = [
        {
            "kpi_key": kpi.claim.kpi_key,
            "grade": kpi.claim.grade.key,
            "sentence": kpi.sentence,
            "effect": kpi.effect,
            "state_sentence": kpi.state_sentence,
            "notes": list(kpi.notes),
            "relations": [relation.sentence for relation in kpi.relations],
        }
        for kpi in reading.kpis
    ]
    return {"headline": reading.headline, "kpis": kpis}
