"""Documents with name, colour and logo: complete, accessible, archivable, on either paper, and the same every time."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import page as validation
import pikepdf
import pytest

from lei.reports.branding import Branding, Logo
from lei.reports.charts.shapes import BAND_COLOURS, TONES, tones_of
from lei.reports.figures import ScorecardFigures, from_json, to_json
from lei.reports.html import scorecard_html
from lei.reports.pdf import draw_pdf, draw_program_pdf
from lei.reports.program_figures import program_from_json, program_to_json
from lei.reports.program_html import program_html
from lei.reports.sample import sample_figures
from lei.reports.sample_program import sample_program
from lei.services.branding.check_logo import checked_logo
from tests.reports.hostile import LONG_NAME
from tests.reports.test_pdf import PROFILES
from tests.services.branding.logos import ACCENT, DRAWN, picture

AS_MANY_AS_ON_A4 = 5
LOGOS = {
    "drawn": checked_logo("image/svg+xml", DRAWN),
    "wide": checked_logo("image/png", picture("PNG", (1500, 200), "RGBA", (140, 20, 90, 120))),
    "tall": checked_logo("image/jpeg", picture("JPEG", (100, 300), "CMYK", (9, 200, 90, 60))),
}


def branded(logo: Logo | None, name: str = "Halden & <b>Logistics</b>") -> Branding:
    return Branding(name, ACCENT, logo)


def on_letter(logo: str) -> ScorecardFigures:
    return replace(sample_figures(), page_size="Letter", branding=branded(LOGOS[logo], LONG_NAME))


def faults(content: bytes, tmp_path: Path) -> list[str]:
    """What the validator finds wrong, by both profiles."""
    file = tmp_path / "drawn.pdf"
    file.write_bytes(content)
    found = [validation.validate_pdf(str(file), profile=profile) for profile in PROFILES]
    return [str(failure) for report in found for failure in report.failures]


def alternatives(content: bytes) -> list[str]:
    """The alternative texts of all figures in the document."""
    document = pikepdf.open(io.BytesIO(content))

    def walk(node: Any) -> Iterator[str]:
        if "/Alt" in node:
            yield str(node.Alt)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                yield from walk(kid)

    return list(walk(document.Root.StructTreeRoot))


@pytest.mark.parametrize("logo", LOGOS)
def test_a_branded_letter_keeps_every_rule(logo: str, tmp_path: Path) -> None:
    drawn = draw_pdf(on_letter(logo))
    assert faults(drawn.content, tmp_path) == []
    assert drawn.pages == AS_MANY_AS_ON_A4
    assert LONG_NAME in alternatives(drawn.content)
    document = pikepdf.open(io.BytesIO(drawn.content))
    assert {tuple(float(edge) for edge in page.MediaBox) for page in document.pages} == {(0, 0, 612, 792)}
    assert document.docinfo["/Author"] == LONG_NAME


def test_a_branded_report_on_a_program_keeps_every_rule(tmp_path: Path) -> None:
    drawn = draw_program_pdf(replace(sample_program(), page_size="Letter", branding=branded(LOGOS["drawn"])))
    assert faults(drawn.content, tmp_path) == []
    assert drawn.pages == 2


def test_figures_keep_their_branding_and_give_the_same_bytes(tmp_path: Path) -> None:
    figures = on_letter("tall")
    assert from_json(to_json(figures)) == figures
    report = replace(sample_program(), branding=branded(LOGOS["drawn"]))
    assert program_from_json(program_to_json(report)) == report
    kept = tmp_path / "figures.json"
    kept.write_text(to_json(figures))
    code = (
        "import sys, pathlib; from lei.reports.pdf import render_pdf; from lei.reports.figures import from_json;"
        "sys.stdout.buffer.write(render_pdf(from_json(pathlib.Path(sys.argv[1]).read_text())))"
    )
    other = subprocess.run([sys.executable, "-c", code, str(kept)], capture_output=True, check=True)
    assert other.stdout == draw_pdf(figures).content


def test_the_name_stands_escaped_in_masthead_and_foot() -> None:
    for html in (
        scorecard_html(replace(sample_figures(), branding=branded(None))),
        program_html(replace(sample_program(), branding=branded(None))),
    ):
        assert "<b>Logistics" not in html
        masthead = html.partition('<header class="masthead">')[2].partition("</header>")[0]
        foot = html.partition('<div class="running-foot">')[2].partition("</div>")[0]
        assert all("Halden &amp; &lt;b&gt;Logistics" in part for part in (masthead, foot))
        assert "<img" not in html


def test_bands_keep_their_colours_whatever_the_accent() -> None:
    tones = tones_of(ACCENT)
    assert {band: tones[band] for band in BAND_COLOURS} == dict(BAND_COLOURS)
    assert {tone for tone in TONES if tones[tone] != TONES[tone]} == {"accent", "shade", "span"}
    html = scorecard_html(replace(sample_figures(), branding=branded(None)))
    assert ACCENT in html
    assert TONES["accent"] not in html


def test_a_logo_of_an_organization_without_a_name_has_an_alternative_text() -> None:
    html = scorecard_html(replace(sample_figures(), branding=branded(LOGOS["tall"], "")))
    assert 'alt="Logo of the organization"' in html
    assert "data:" not in html
