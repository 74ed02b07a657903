"""The HTML of a scorecard: what stands on it, and that names are text and never markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from markupsafe import escape

from lei.reports.figures import Remark, ScorecardFigures
from lei.reports.html import scorecard_html, stylesheet
from lei.reports.sample import sample_figures

HOSTILE = (
    "<script>alert(1)</script>",
    "</title><style>*{display:none}</style>",
    '" onload="alert(1)',
    "}; body { background: url(http://example.org/x.png) } /*",
    "{{ 7 * 7 }}{% raw %}",
    "<img src=file:///etc/passwd>",
)


def named(figures: ScorecardFigures, name: str) -> ScorecardFigures:
    """The same scorecard with this name in every place that a name can come from outside."""
    return replace(
        figures,
        title=name,
        segment_name=name,
        segments=tuple(replace(row, name=name) for row in figures.segments),
        measures=tuple(replace(row, name=name, remarks=(name,)) for row in figures.measures),
        readiness_risks=tuple(replace(risk, name=name) for risk in figures.readiness_risks),
        drivers=tuple(replace(step, name=name) for step in figures.drivers),
        leading_signals=(name,),
        not_working=(name,),
        origin=replace(figures.origin, profile=name),
    )


def test_page_1_is_in_the_order_of_an_executive() -> None:
    html = scorecard_html(sample_figures())
    headings = re.findall(r"<h2>(.*?)</h2>", html)
    assert headings[:4] == ["Readiness risks", "The index and its pillars", "Leading signals", "What did not work"]
    assert html.index("rose 2 points like for like") < html.index("Readiness risks")


def test_the_period_stands_in_the_head_whatever_the_title() -> None:
    html = scorecard_html(replace(sample_figures(), title="For the board"))
    assert '<p class="scope">October 2026 · Whole organization</p>' in html
    assert (
        '<span class="name">For the board</span> · October 2026 · <span class="name">Whole organization</span>' in html
    )


def test_measures_without_data_are_named_below_the_table_and_have_no_row() -> None:
    figures = sample_figures()
    first, *others = figures.measures
    silent = replace(first, value=None, value_text="", sample_size=None, score=None, remarks=("no data",))
    html = scorecard_html(replace(figures, measures=(silent, *others)))
    assert f'<p class="small left-out">No data, 1 measure: {first.name}.</p>' in html
    assert f'<th scope="row">{first.name}</th><td' not in html


def test_an_amount_is_never_set_as_a_number_of_cases() -> None:
    figures = sample_figures()
    html = scorecard_html(replace(figures, measures=(replace(figures.measures[0], sample_size=651_260, cases=False),)))
    assert "651,260" not in html


def test_every_measure_stands_on_it_with_a_word_beside_each_colour() -> None:
    figures = sample_figures()
    html = scorecard_html(figures)
    assert len(re.findall(r'<tr><th scope="row">', html)) >= len(figures.measures)
    for row in re.findall(r'<span class="swatch \w+"></span>([^<]*)', html):
        assert row in ("At risk", "Developing", "On track", "Strong", "Leading")


def test_a_scorecard_without_a_flaw_bears_no_mark() -> None:
    html = scorecard_html(sample_figures())
    assert 'class="mark"' not in html
    assert 'class="comment"' not in html
    assert 'class="running-head"><span' in html


def test_an_incomplete_one_says_so_before_all_else_and_on_every_further_page() -> None:
    lack = "Coverage 62%, needs 80%: no data of October 2026 yet for Audience reach."
    html = scorecard_html(replace(sample_figures(), incomplete=lack))
    assert f'<p class="mark"><strong>INCOMPLETE.</strong> {lack}</p>' in html
    assert html.index('class="mark"') < html.index("<h1>")
    assert '<div class="running-head"><strong>INCOMPLETE</strong> · ' in html


def test_marks_stand_together() -> None:
    html = scorecard_html(replace(sample_figures(), mark="PREVIEW", incomplete="No data."))
    assert '<p class="mark"><strong>PREVIEW, INCOMPLETE.</strong> No data.</p>' in html
    assert '<p class="mark"><strong>TEST.</strong></p>' in scorecard_html(replace(sample_figures(), mark="TEST"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_is_text_with_its_author_and_its_day(text: str) -> None:
    at = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)
    html = scorecard_html(replace(sample_figures(), comment=Remark(text, text, at)))
    line = f'<span class="name">{escape(text)}</span>, 5 November 2026:</strong> {escape(text)}</p>'
    assert f'<p class="comment"><strong>Comment by {line}' in html


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(name: str) -> None:
    plain, hostile = scorecard_html(named(sample_figures(), "Name")), scorecard_html(named(sample_figures(), name))
    tags = re.compile(r"<[a-zA-Z/!][^>]*>")
    # The same elements in the same order, whatever the name: nothing of it became markup.
    elements = [[tag.split()[0].rstrip(">") for tag in tags.findall(html)] for html in (plain, hostile)]
    assert elements[0] == elements[1]
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", hostile)


def test_charts_have_unique_ids_and_a_sentence() -> None:
    html = scorecard_html(sample_figures())
    ids = re.findall(r'<title id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) >= 6
    assert all(text.endswith(".") for text in re.findall(r'<title id="[^"]+">([^<]*)</title>', html))
    assert "style=" not in html


def test_no_data_is_said_and_no_empty_table_is_drawn() -> None:
    figures = sample_figures()
    empty = replace(
        figures,
        index=replace(
            figures.index,
            score=None,
            band=None,
            status="none",
            change=None,
            series=tuple(replace(point, score=None) for point in figures.index.series),
        ),
        pillars=(),
        drivers=(),
        segments=(),
        measures=(),
        context=(),
    )
    html = scorecard_html(empty)
    assert "No index" in html
    assert "No measure has data for October 2026." in html
    assert '<table class="measures">' not in html
    assert '<table class="pillars">' not in html


@pytest.mark.parametrize(("size", "width"), [("A4", "A4"), ("Letter", "Letter")])
def test_the_page_size_is_a_parameter(size: str, width: str) -> None:
    assert f"size: {width};" in stylesheet(size)


def test_a_year_is_set_beside_the_year_before_once() -> None:
    figures = sample_figures()
    year_before = replace(figures.index.previous, label="2025", score=48.0)
    index = replace(figures.index, previous=year_before, last_year=year_before)
    assert scorecard_html(replace(figures, index=index)).count("2025: 48") == 1
