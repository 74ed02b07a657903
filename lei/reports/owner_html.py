"""The HTML of the scorecard of an owner: figures and marks put into the templates, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping

from lei.reports.charts.chain_row import status_mark
from lei.reports.charts.shapes import Drawing, tones_of
from lei.reports.html import as_of_text, environment
from lei.reports.owner_figures import LinkPart, OwnerFigures
from lei.reports.page_one import level_size

# How the document is set, roomy or so that more fits on its one page: the classes of the document.
OWNER_SETTINGS = ("", "compact")


def owner_html(figures: OwnerFigures, setting: str = OWNER_SETTINGS[0]) -> str:
    """The document as HTML, without its style sheet; setting: one of OWNER_SETTINGS."""
    return (
        environment()
        .get_template("owner.html")
        .render(
            card=figures,
            brand=figures.branding,
            marks=owner_marks(figures),
            tones=tones_of(figures.branding.accent),
            level_size=level_size([signal.now_text for part in _application_parts(figures) for signal in part.signals]),
            footer=as_of_text(figures.data_as_of).rstrip("."),
            setting=setting,
        )
    )


def owner_marks(figures: OwnerFigures) -> Mapping[str, Drawing]:
    """The mark of every word for a status that occurs; the same mark stands for `too early` and `not measured`."""
    parts = [*_application_parts(figures), *(link.part for link in figures.other_links)]
    found = [pair for part in parts for pair in _statuses(part)]
    return {text: status_mark(status, text) for status, text in found}


def _application_parts(figures: OwnerFigures) -> list[LinkPart]:
    return [part for each in figures.applications for part in (each.behavior, each.capability)]


def _statuses(part: LinkPart) -> list[tuple[str, str]]:
    return [(part.status, part.status_text), *((signal.status, signal.status_text) for signal in part.signals)]
