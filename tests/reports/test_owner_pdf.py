"""The scorecard of an owner as PDF: one page for one program, any names, and every rule is kept."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from lei.errors import InvalidError
from lei.reports.owner_figures import OwnerFigures, owner_from_json, owner_to_json
from lei.reports.owner_html import owner_html
from lei.reports.pdf import DrawnPdf, draw_owner_pdf
from lei.reports.sample_owner import sample_owner
from tests.reports.hostile import hostile_owner
from tests.reports.test_program_pdf import faults


@pytest.fixture(scope="module")
def card() -> DrawnPdf:
    return draw_owner_pdf(sample_owner())


def test_it_has_one_page_on_either_paper(card: DrawnPdf) -> None:
    assert card.pages == 1
    assert draw_owner_pdf(replace(sample_owner(), page_size="Letter")).pages == 1


def test_it_keeps_every_rule(card: DrawnPdf, tmp_path: Path) -> None:
    assert faults(card.content, tmp_path) == []


def test_it_carries_its_own_figures(card: DrawnPdf) -> None:
    document = pikepdf.open(io.BytesIO(card.content))
    assert list(document.attachments) == ["figures.json"]
    text = document.attachments["figures.json"].get_file().read_bytes().decode()
    assert owner_from_json(text) == sample_owner()


def test_figures_of_another_schema_are_refused() -> None:
    with pytest.raises(InvalidError, match="reads schema 1"):
        owner_from_json(owner_to_json(replace(sample_owner(), schema=2)))


def test_the_same_figures_give_the_same_bytes(card: DrawnPdf) -> None:
    code = (
        "import sys; from lei.reports.pdf import draw_owner_pdf;"
        "from lei.reports.sample_owner import sample_owner;"
        "sys.stdout.buffer.write(draw_owner_pdf(sample_owner()).content)"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert other.stdout == card.content


def test_application_stands_before_everything_else() -> None:
    html = owner_html(sample_owner())
    places = [html.index(f"<h2>{title}</h2>") for title in ("On-the-job application", "Your other links", "Due")]
    assert places == sorted(places)
    assert html.index(sample_owner().headline) < places[0]


def test_names_of_five_programs_that_want_to_break_the_page_do_not(tmp_path: Path) -> None:
    figures = hostile_owner()
    drawn = draw_owner_pdf(figures)
    assert faults(drawn.content, tmp_path) == []
    assert "<script>" not in owner_html(figures)
    assert drawn.pages <= 6


def without_anything() -> OwnerFigures:
    """Of somebody whose programs are all drafts."""
    return replace(sample_owner(), applications=(), other_links=(), due=(), not_running=("Support is a draft.",))


def test_without_a_program_that_runs_it_still_is_a_page(tmp_path: Path) -> None:
    drawn = draw_owner_pdf(without_anything())
    assert drawn.pages == 1
    assert faults(drawn.content, tmp_path) == []
