"""The HTML of a scorecard: figures and charts put into the templates, everything escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup, escape

import pdf_templates
from lei.evidence.grade import Grade
from lei.evidence.grade_words import GRADE_NAMES
from lei.language import N_, _, ngettext, pgettext, spoken
from lei.numbers import in_a_row, percent, tenths, whole, with_percent_sign
from lei.periods import day_label
from lei.reports import sentences
from lei.reports.branding import LOGO_ADDRESS, Branding
from lei.reports.charts.band_scale import band_scale
from lei.reports.charts.chain_row import marks_of
from lei.reports.charts.dot_row import dot_axis, dot_row
from lei.reports.charts.score_bar import score_bar
from lei.reports.charts.shapes import BAND_COLOURS, Drawing, tones_of
from lei.reports.charts.trend import small_trends, trend
from lei.reports.charts.waterfall import Waterfall, waterfall
from lei.reports.figures import Comparison, IndexFigures, MeasureRow, ScorecardFigures
from lei.reports.page_one import MOST_ITEMS, page_one
from lei.reports.wording import band_name, labelled

# How page 1 is set, from roomy to where long texts lose most of their lines: the classes of the document.
SETTINGS = ("", "tight", "tight tighter", "tight tighter snug", "tight tighter snug tightest")
MOST_RISKS = 5  # and with programs on the page MOST_ITEMS
_MARGINS = {"A4": "17mm 17mm 19mm 17mm", "Letter": "15mm 19.9mm 17mm 19.9mm"}
_SHEETS = {
    "A4": ("scorecard.css", "program.css", "owner.css"),
    "Letter": ("scorecard.css", "letter.css", "program.css", "owner.css"),
}
_CONTEXT_HEADING = N_("Context, shown and never scored")


@dataclass(frozen=True, slots=True)
class Charts:
    """The drawings of one scorecard; None or empty where there is nothing to draw. marks: by status of a link."""

    scale: Drawing
    bars: tuple[Drawing, ...]
    trend: Drawing | None
    small: tuple[Drawing | None, ...]
    waterfall: Waterfall | None
    axis: Drawing
    dots: tuple[Drawing, ...]
    marks: Mapping[str, Drawing]


def scorecard_html(figures: ScorecardFigures, setting: str = SETTINGS[0]) -> str:
    """The document as HTML, without its style sheet; setting: one of SETTINGS, for page 1."""
    risks = figures.readiness_risks
    most = MOST_RISKS if figures.programs is None else MOST_ITEMS
    return (
        environment()
        .get_template("scorecard.html")
        .render(
            card=figures,
            brand=figures.branding,
            **page_one(figures),
            marks=", ".join(_(word) for word in figures.marks),
            setting=setting,
            charts=charts_of(figures),
            tones=tones_of(figures.branding.accent),
            footer=_footer(figures),
            as_of_text=as_of_text(figures.origin.data_as_of),
            previous_text=sentences.comparison(figures.index.previous),
            last_year_text=_last_year_text(figures.index),
            risks=risks[:most],
            risks_left_out=_risks_left_out(len(risks) - most),
            measures_by_pillar=_by_pillar(figures),
            left_out=_left_out(figures),
            no_pillar_text=_no_pillar(figures),
            rings=any(row.material for row in figures.segments),
            any_score=any(point.score is not None for point in figures.index.series),
            any_pillar=any(pillar.score is not None for pillar in figures.pillars),
            any_pillar_trend=any(point.score is not None for pillar in figures.pillars for point in pillar.series),
        )
    )


def logo_html(branding: Branding) -> str:
    """A document that shows the logo alone."""
    return environment().get_template("logo.html").render(brand=branding)


def stylesheet(page_size: str) -> str:
    """The style sheet of every document for a page size."""
    page = f"@page {{ size: {page_size}; margin: {_MARGINS[page_size]}; }}\n"
    swatches = "".join(f".swatch.{band} {{ background: {colour}; }}\n" for band, colour in BAND_COLOURS.items())
    sheets = "".join((pdf_templates.FOLDER / name).read_text(encoding="utf-8") for name in _SHEETS[page_size])
    return page + sheets + swatches


def charts_of(figures: ScorecardFigures) -> Charts:
    """All drawings of a scorecard."""
    index = figures.index
    now = Comparison(figures.period_label, index.score)
    return Charts(
        scale=band_scale(index.score, index.band),
        bars=tuple(score_bar(pillar.name, pillar.score, pillar.band) for pillar in figures.pillars),
        trend=trend(index.series, index.series_text),
        small=small_trends([(pillar.name, pillar.series) for pillar in figures.pillars]),
        waterfall=waterfall(index.previous, now, figures.drivers, figures.drivers_text),
        axis=dot_axis(),
        dots=tuple(dot_row(row) for row in figures.segments),
        marks=marks_of(program.chain for program in figures.programs.programs) if figures.programs else {},
    )


@cache
def environment() -> jinja2.Environment:
    """The templates with the filters that write numbers, and the words of `lei.language`.

    Every value is escaped, a name that is missing is an error.
    """
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pdf_templates.FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(_FILTERS)
    found.globals.update(_WORDS)
    found.globals["logo_address"] = LOGO_ADDRESS
    return found


def _filled(text: str, **parts: str) -> Markup:
    """A text whose places are filled with HTML or with texts that are escaped."""
    return Markup(escape(text)).format(**parts)  # noqa: S704 - escaped just here


def _or_dash(write: Callable[[float], str]) -> Callable[[float | None], str]:
    return lambda number: "–" if number is None else write(number)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


_WORDS: Mapping[str, Callable[..., str]] = {
    "_": _,
    "ngettext": ngettext,
    "pgettext": pgettext,
    "labelled": labelled,
    "in_a_row": in_a_row,
    "spoken": spoken,
}
_FILTERS: Mapping[str, Callable[..., Any]] = {
    "whole": whole,
    "whole_or_dash": _or_dash(whole),
    "tenths": tenths,
    "count": _or_dash(whole),
    "plain": lambda number: f"{round(number, 2):g}",
    "percent": percent,
    "with_percent_sign": with_percent_sign,
    "filled": _filled,
    "band_name": band_name,
    "grade_name": lambda grade: _(GRADE_NAMES[Grade[grade]]),
    "first_upper": _first_upper,
    "day": lambda instant: day_label(instant.astimezone(UTC)),
    "w3c": lambda instant: instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
}


def _by_pillar(figures: ScorecardFigures) -> list[tuple[str, list[MeasureRow]]]:
    """Headings and their rows; none at all where no measure has a value: a table of blanks says nothing."""
    if not any(_has_value(row) for row in (*figures.measures, *figures.context)):
        return []
    groups = [
        (
            _("{pillar}, {share}% of the index").format(pillar=pillar.name, share=whole(pillar.weight)),
            [m for m in figures.measures if m.pillar == pillar.key and _has_value(m)],
        )
        for pillar in figures.pillars
    ]
    shown = [row for row in figures.context if row.value is not None]
    return [group for group in (*groups, (_(_CONTEXT_HEADING), shown)) if group[1]]


def _last_year_text(index: IndexFigures) -> str:
    """The score of a year ago; empty where the period before is that year already."""
    return "" if index.last_year.label == index.previous.label else sentences.comparison(index.last_year)


def _risks_left_out(number: int) -> str:
    text = ngettext("And {count} more group.", "And {count} more groups.", number)
    return text.format(count=whole(number)) if number > 0 else ""


def _has_value(row: MeasureRow) -> bool:
    return bool(row.value_text) or row.score is not None


def _left_out(figures: ScorecardFigures) -> list[str]:
    """The scored measures that have no row in the table, by what is to know about them."""
    names: dict[str, list[str]] = {}
    for row in figures.measures:
        if not _has_value(row):
            names.setdefault(", ".join(row.remarks) or _("no data"), []).append(row.name)
    return [
        # For translators: {reason} says why there is no value, such as `No data`; {names} is a list of measures.
        ngettext("{reason}, {count} measure: {names}.", "{reason}, {count} measures: {names}.", len(found)).format(
            reason=_first_upper(reason), count=whole(len(found)), names=in_a_row(found)
        )
        for reason, found in names.items()
    ]


def _no_pillar(figures: ScorecardFigures) -> str:
    if any(_has_value(row) for row in figures.measures):
        return _("No pillar has enough data for a score in {period}.").format(period=figures.period_label)
    return _("No pillar has data to show for {period}.").format(period=figures.period_label)


def as_of_text(instant: datetime | None) -> str:
    """When the data that a document shows had come in, as a sentence."""
    if instant is None:
        return _("No data has come in yet.")
    utc = instant.astimezone(UTC)
    return _("Data as of {day}, {time} UTC.").format(day=day_label(utc), time=f"{utc:%H:%M}")


def _footer(figures: ScorecardFigures) -> str:
    origin = figures.origin
    utc = None if origin.data_as_of is None else origin.data_as_of.astimezone(UTC)
    # For translators: the foot of every page; {share} of the weight has data, {profile} is the key of the weights.
    if utc is None:
        text = _("No data has come in yet · coverage {share}% · profile {profile}, version {version}")
    else:
        text = _("Data as of {day}, {time} UTC · coverage {share}% · profile {profile}, version {version}")
    return text.format(
        day="" if utc is None else day_label(utc),
        time="" if utc is None else f"{utc:%H:%M}",
        share=whole(figures.index.coverage),
        profile=origin.profile,
        version=origin.profile_version,
    )
