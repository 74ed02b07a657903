"""`lei program`: list and show programs, read what is known of one, show the types, or take plans from a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lei.cli import program_readings, program_report
from lei.cli.context import command_context
from lei.errors import InvalidError, MalformedError, Problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lei.services.weights.draft_state import Act

_CHANGED_BY = "lei program apply"


@click.group(name="program")
def command() -> None:
    """List and show programs, read what is known of one, show the types, or take plans from a file."""


for _reading in (
    program_readings.chain,
    program_readings.money,
    program_readings.evidence,
    program_report.report,
):
    command.add_command(_reading)


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
    from lei.services.programs.manage_programs import find_program

    with command_context() as context, context.database.reading() as session:
        today = context.clock.now().astimezone(context.settings.timezone).date()
        click.echo(json.dumps(plain_program(find_program(session, key), today), indent=2, ensure_ascii=False))


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
    from lei.services.weights.draft_state import Act

    wanted = [load(NewProgram(), program) for program in _programs_of(file)]
    with command_context() as context, context.database.writing() as session:
        act = Act(_CHANGED_BY, context.clock.now())
        done = [_applied(session, dict(program), act) for program in wanted]
    for line in done:
        click.echo(line)


def _applied(session: Session, program: dict[str, Any], act: Act) -> str:
    from lei.services.programs.change_program import replace_program
    from lei.services.programs.manage_programs import create_program
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
