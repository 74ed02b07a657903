"""`lei weights`: write weight profiles to a file, take one from it, or compare two versions of one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from lei.cli.context import command_context
from lei.cli.parameters import PERIOD
from lei.errors import MalformedError, NotFoundError
from lei.periods import Period

_CHANGED_BY = "lei weights apply"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(name="weights")
def command() -> None:
    """Write weight profiles to a file, take one from it, or compare two versions of one."""


@command.command()
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option("--version", type=click.IntRange(min=1), help="Default: the version that counts now.")
def export(name: str, file: Path, version: int | None) -> None:
    """Write the profile NAME to FILE (TOML)."""
    from lei.cli.files import write_text
    from lei.services.weights.manage_weights import find_profile, find_version

    with command_context() as context, context.database.reading() as session:
        now = context.clock.now()
        found = (
            find_profile(session, name, now).present if version is None else find_version(session, name, version, now)
        )
    write_text(file, "\n".join(_toml(found.definition)) + "\n")
    click.echo(f"Wrote version {found.version} of '{name}' to {file}.")


@command.command()
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option("--effective-from", required=True, type=PERIOD, help="The first period that it counts in: 2026-10.")
@click.option("--note", required=True, help="Why the weights change.")
def apply(name: str, file: Path, effective_from: Period, note: str) -> None:
    """Take the profile NAME from FILE and publish it: as a new profile, or as the next version of one that is there."""
    from api.endpoint import load
    from api.schemas.weight_profiles import NewVersion
    from lei.services.weights.draft_state import Act
    from lei.services.weights.manage_weights import add_draft, create_profile, find_profile
    from lei.services.weights.publish_weights import Publication, publish

    sections = load(NewVersion(), _read(file))
    with command_context() as context, context.database.writing() as session:
        now = context.clock.now()
        try:
            find_profile(session, name, now)
            draft = add_draft(session, name, sections, _CHANGED_BY, now)
        except NotFoundError:
            draft = create_profile(session, name, sections, _CHANGED_BY, now)
        publish(session, name, draft.version, Publication(effective_from, note), Act(_CHANGED_BY, now))
    click.echo(f"Version {draft.version} of '{name}' counts from {effective_from} on.")


@command.command()
@click.argument("name")
@click.argument("first", metavar="FROM", type=click.IntRange(min=1))
@click.argument("second", metavar="TO", type=click.IntRange(min=1))
def diff(name: str, first: int, second: int) -> None:
    """Say what differs between the versions FROM and TO of the profile NAME."""
    from lei.services.weights.compare_weights import compare_versions

    with command_context() as context, context.database.reading() as session:
        found = compare_versions(session, name, first, second, context.clock.now())
    click.echo(found.summary)
    for change in found.changes:
        click.echo(f"  {change.sentence}")


def _read(file: Path) -> dict[str, Any]:
    from lei.cli.files import read_text

    try:
        return tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(f"{file} is not valid TOML: {error}.") from error


def _toml(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """A profile's definition as TOML: keys are plain words, values numbers, words, lists and tables."""
    for name, value in table.items():
        if value is not None and not isinstance(value, Mapping) and not _is_tables(value):
            yield f"{name} = {json.dumps(value)}"
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield f"\n[{path}{name}]"
            yield from _toml(value, f"{path}{name}.")
        elif _is_tables(value):
            for each in value:
                yield f"\n[[{path}{name}]]"
                yield from _toml(each, f"{path}{name}.")


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
