"""The one place where errors become exit codes: 1 when the work failed, 2 for wrong usage."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lei.errors import ConfigurationError, LeiError, UsageError, said_by_database

_LISTED = 20


@contextmanager
def exit_code_of_errors() -> Iterator[None]:
    """Turn an error of ours into sentences on stderr and an exit status."""
    try:
        yield
    except LeiError as error:
        click.echo(f"lei: {error.detail}{said_by_database(error)}", err=True)
        problems = [problem for problem in error.problems if problem.message not in error.detail]
        for problem in problems[:_LISTED]:
            row = f"row {problem.row}, " if problem.row is not None else ""
            hint = f" {problem.hint}" if problem.hint else ""
            click.echo(f"  {row}{problem.field}: {problem.message}{hint}", err=True)
        if len(problems) > _LISTED:
            click.echo(f"  and {len(problems) - _LISTED} more.", err=True)
        sys.exit(2 if isinstance(error, UsageError | ConfigurationError) else 1)
    except Exception as error:  # the last resort: whatever it is, people get a sentence
        click.echo(f"lei: {_unforeseen(error)}", err=True)
        sys.exit(1)


def _unforeseen(error: Exception) -> str:
    said = " ".join(str(error).split()) or "no more is known"
    if isinstance(error, OSError):
        return f"A file or the network failed: {said.rstrip('.')}."
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"This should not happen, and nothing more was done: {type(error).__name__} in {where}: {said.rstrip('.')}."
