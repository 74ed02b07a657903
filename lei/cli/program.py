"""`lei program`: list and show programs, draw their reports, show the types, or take plans from a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lei.cli.context import command_context
from lei.cli.parameters import PERIOD
from lei.errors import InvalidError, MalformedError, Problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lei.periods import Period
    from lei.services.draft_state import Act

_CHANGED_BY = "lei program apply"


@click.group(name="program")
def command() -> None:
    """List and show programs, draw their reports, show the types, or take plans from a file."""


@command.command(name="list")
def list_all() -> None:
    """List all programs and where they stand."""
    from lei.periods import Grain, Period
    from lei.storage.programs import list_programs

    with command_context() as context, context.database.reading() as session:
        found = list_programs(session)
        today = context.clock.now().astimezone(context.settings.timezone).date()
    for program in found:
        launch = program.plan.launch_month
        month = "" if launch is None else str(Period(launch, Grain.MONTH))
        kpi = program.plan.primary_kpi
        name = f"{program.key:<30} {program.plan.name:<40} {program.status_on(today):<9}"
        click.echo(f"{name} {month:<8} {'no KPI' if kpi is None else kpi.kpi_key}")
    if not found:
        click.echo("There are no programs yet. Begin one with POST /api/v1/programs or `lei program apply`.", err=True)


@command.command()
@click.argument("key")
def show(key: str) -> None:
    """Write the program KEY as JSON, as the API answers it."""
    from api.resources.programs import plain_program
    from lei.services.manage_programs import find_program

    with command_context() as context, context.database.reading() as session:
        today = context.clock.now().astimezone(context.settings.timezone).date()
        click.echo(json.dumps(plain_program(find_program(session, key), today), indent=2, ensure_ascii=False))


@command.command()
@click.argument("key")
@click.option("--to", "month", type=PERIOD, help="The last month that counts, such as 2026-10; default: the newest.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
def report(key: str, month: Period | None, output: Path) -> None:
    """Draw the report on the program KEY as PDF: a page for a meeting, then its evidence and its money."""
    from lei.cli.files import write_bytes
    from lei.periods import Grain
    from lei.services.draw_program_report import ProgramRequest, draw_program_report, read_program_figures
    from lei.services.score import default_periods

    with command_context() as context, context.database.reading() as session:
        settings, now = context.settings, context.clock.now()
        today = now.astimezone(settings.timezone).date()
        _, last = default_periods(session, Grain.MONTH, None, month, today)
        request = ProgramRequest(key, last, settings.min_group_size, settings.documented_credit)
        figures = read_program_figures(session, request, now)
    drawn = draw_program_report(figures)
    write_bytes(output, drawn.pdf)
    click.echo(f"{output}: {figures.title}, {figures.period_label}")
    click.echo(figures.headline)
    click.echo(f"{drawn.pages} pages, {len(drawn.pdf):,} bytes.")


@command.command()
def types() -> None:
    """List the types of programs: KPIs to recommend and to avoid, and when one can first be read honestly."""
    from lei.catalog.program_types import program_types

    for kind in program_types().values():
        click.echo(f"{kind.key}: {kind.name}")
        click.echo(f"  recommended    {', '.join(kind.recommended)}")
        for avoided in kind.avoid:
            click.echo(f"  avoid          {avoided.key}: {avoided.reason}")
        click.echo(f"  first reading  {kind.first_reading}")
        click.echo(f"  remark         {kind.remark}")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def apply(file: Path) -> None:
    """Take plans from FILE (TOML or JSON): new programs, and drafts as a whole. All of them, or none."""
    from api.endpoint import load
    from api.schemas.programs import NewProgram
    from lei.services.draft_state import Act

    wanted = [load(NewProgram(), program) for program in _programs_of(file)]
    with command_context() as context, context.database.writing() as session:
        act = Act(_CHANGED_BY, context.clock.now())
        done = [_applied(session, dict(program), act) for program in wanted]
    for line in done:
        click.echo(line)


def _applied(session: Session, program: dict[str, Any], act: Act) -> str:
    from lei.services.change_program import replace_program
    from lei.services.manage_programs import create_program
    from lei.storage.programs import read_program

    key = program.pop("key")
    former = read_program(session, key)
    if former is None:
        create_program(session, key, program, act.by, act.now)
        return f"added      {key}"
    changed = replace_program(session, key, program, act)
    return f"{'unchanged' if changed.plan == former.plan else 'changed':<10} {key}"


def _programs_of(file: Path) -> list[Mapping[str, Any]]:
    """The one program of a file, or those in its list `programs`; dates are texts, as in JSON."""
    content = _read(file)
    programs = content.get("programs", [content]) if isinstance(content, Mapping) else content
    if not isinstance(programs, list) or not all(isinstance(program, Mapping) for program in programs):
        text = f"{file} holds neither a program nor a list `programs`."
        raise InvalidError(text, [Problem("programs", "invalid", text)])
    return [_with_texts(program) for program in programs]


def _read(file: Path) -> Any:
    from api.json_body import parse_strictly
    from lei.cli.files import read_text

    text = read_text(file)
    if file.suffix.lower() == ".json":
        return parse_strictly(text.encode("utf-8"))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(f"{file} is not valid TOML: {error}.") from error


def _with_texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _with_texts(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_texts(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
