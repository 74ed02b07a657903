"""What templates use to write numbers, periods and charts."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from lei.catalog.measure import PILLARS
from lei.numbers import signed_tenths, whole
from lei.periods import period_label
from lei.reports.charts.shapes import TONES, Drawing
from lei.reports.html import environment


def add_filters(app: Flask) -> None:
    """Give the application's templates filters, charts and the names of pillars."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.filters.update(
        whole=whole,
        whole_or_dash=lambda number: "–" if number is None else whole(number),
        signed_tenths=signed_tenths,
        period_label=period_label,
    )
    app.jinja_env.globals.update(chart=_chart, pillar_names=PILLARS)


def _chart(drawing: Drawing, name: str) -> Markup:
    """A drawing as SVG; the style sheet of the pages gives its tones their colours in light and dark."""
    partial = environment().get_template("partials/chart.html").make_module()
    return Markup(partial.chart(drawing, name, TONES, "inherit"))  # type: ignore[attr-defined]  # noqa: S704 - the template escapes
