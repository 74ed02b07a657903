"""Kinds of arguments that several commands take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from lei.errors import InvalidError, UsageError
from lei.paper import PAGE_SIZES


class PeriodParameter(click.ParamType[Any]):
    """A month (2026-10), quarter (2026-Q4) or year (2026)."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The Period; wrong usage when the text is none."""
        from lei.periods import parse_period

        try:
            return parse_period(value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(str(error), param, ctx)


class WhereParameter(click.ParamType[Any]):
    """A filter DIM:VALUE."""

    name = "dim:value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The pair (dimension, value); wrong usage when the text is none."""
        if not isinstance(value, str):
            return value
        from lei.services.scores.scope_filters import parse_filter

        try:
            return parse_filter(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class LanguageParameter(click.ParamType[Any]):
    """The code of a language that documents can be written in."""

    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The code itself; wrong usage, which names those that there are, for any other."""
        from lei.language import known_language

        try:
            return known_language(value)
        except InvalidError as error:
            self.fail(error.detail, param, ctx)


def scope_of_options(filters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The filters of one call as one scope; raises UsageError when a dimension is given two values."""
    from lei.services.scores.scope_filters import scope_of

    try:
        return scope_of(filters)
    except InvalidError as error:
        raise UsageError(error.detail) from error


PERIOD = PeriodParameter()
WHERE = WhereParameter()
LANGUAGE_OPTION = click.option("--language", type=LanguageParameter(), help="Such as en; default: LEI_LANGUAGE.")
PAGE_SIZE_OPTION = click.option("--page-size", type=click.Choice(PAGE_SIZES), help="Default: LEI_PAGE_SIZE.")
