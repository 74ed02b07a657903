"""Kinds of arguments that several commands take."""

from __future__ import annotations

from typing import Any

import click


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
        dimension, colon, wanted = value.partition(":")
        if not (dimension and colon and wanted):
            self.fail(f"'{value}' is no filter; write DIM:VALUE, such as unit:Sales.", param, ctx)
        return dimension, wanted


PERIOD = PeriodParameter()
WHERE = WhereParameter()
