"""The PDF: complete, accessible, archivable, the same every time, and closed to the outside.

A render costs about a second, so each document is drawn once for the module.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import page as validation
import pikepdf
import pytest

from lei.errors import InvalidError, RenderError
from lei.reports import pdf as drawing
from lei.reports.figures import Point, Remark, ScorecardFigures, from_json
from lei.reports.fonts import WEIGHTS, font_files
from lei.reports.pdf import DrawnPdf, check_drawing, draw_pdf, render_pdf
from lei.reports.sample import sample_figures

LONG = "Advanced negotiation and customer relationship management for senior field sales representatives " * 3
# WeasyPrint logs that it cannot draw this, and goes on without it.
BROKEN_CHART = "<html lang=en><title>t</title><svg viewBox='0 0 9 9'><circle cx='1' cy='1' r='2' opacity='q'/></svg>"
NAMES = (
    LONG[:200],
    "X" * 200,
    "تطوير القيادة",
    "תוכנית",
    "<script>alert(1)</script>",
    "🚀 学习",
    "url(http://example.org/x)",
)


def with_scores(figures: ScorecardFigures, score: float, months: int) -> ScorecardFigures:
    """The same scorecard with one score everywhere, over so many months."""
    series = tuple(Point(str(n), f"M{n}", score) for n in range(months))
    band = "at_risk" if score < 40 else "leading"
    return replace(
        figures,
        index=replace(figures.index, score=score, band=band, series=series),
        pillars=tuple(replace(pillar, score=score, band=band, series=series) for pillar in figures.pillars),
        measures=tuple(replace(row, score=score, band=band) for row in figures.measures),
    )


def hostile() -> ScorecardFigures:
    figures = sample_figures()
    names = [NAMES[n % len(NAMES)] for n in range(len(figures.measures))]
    return replace(
        figures,
        title=NAMES[0],
        segment_name=NAMES[1],
        segments=tuple(replace(row, name=name) for row, name in zip(figures.segments, names, strict=False)),
        measures=tuple(replace(row, name=name) for row, name in zip(figures.measures, names, strict=False)),
        drivers=tuple(replace(step, name=name) for step, name in zip(figures.drivers, names, strict=False)),
        not_working=NAMES[:4],
    )


def with_all_marks() -> ScorecardFigures:
    comment = Remark(LONG[:500], NAMES[4], datetime(2026, 11, 5, tzinfo=UTC))
    return replace(sample_figures(), mark="DRAFT", incomplete=LONG, comment=comment)


@pytest.fixture(scope="module")
def sample() -> DrawnPdf:
    return draw_pdf(sample_figures())


@pytest.fixture(scope="module")
def opened(sample: DrawnPdf) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(sample.content))


def fonts_of(content: bytes) -> set[str]:
    """The embedded fonts, without their subset tags."""
    document = pikepdf.open(io.BytesIO(content))
    names = (obj.get("/BaseFont") for obj in document.objects if isinstance(obj, pikepdf.Dictionary))
    return {str(name).rpartition("+")[2] for name in names if name is not None}


def compliant(content: bytes, tmp_path: Path, profile: validation.ValidationProfile) -> list[str]:
    """What the validator finds wrong."""
    file = tmp_path / "scorecard.pdf"
    file.write_bytes(content)
    report = validation.validate_pdf(str(file), profile=profile)
    assert report.is_compliant == (not list(report.failures))
    return [str(failure) for failure in report.failures]


PROFILES = [validation.ValidationProfile.PDF_UA_1, validation.ValidationProfile.PDF_A_3A]


class TestTheSample:
    def test_it_has_the_pages_that_it_says(self, sample: DrawnPdf, opened: pikepdf.Pdf) -> None:
        assert sample.pages == len(opened.pages)
        assert 3 <= sample.pages <= 6
        assert len(sample.content) < 250_000

    @pytest.mark.parametrize("profile", PROFILES, ids=str)
    def test_it_keeps_every_rule(self, sample: DrawnPdf, tmp_path: Path, profile: validation.ValidationProfile) -> None:
        assert compliant(sample.content, tmp_path, profile) == []

    def test_it_says_what_it_is(self, opened: pikepdf.Pdf) -> None:
        assert opened.docinfo["/Title"] == "Learning scorecard, October 2026"
        assert str(opened.Root.Lang) == "en"
        with opened.open_outline() as outline:
            assert outline.root[0].title == "Learning scorecard, October 2026"

    def test_its_only_typeface_is_inter(self, sample: DrawnPdf) -> None:
        assert {name.partition("-")[0] for name in fonts_of(sample.content)} == {"Inter"}

    def test_it_carries_its_own_data(self, opened: pikepdf.Pdf) -> None:
        figures = sample_figures()
        assert sorted(opened.attachments) == ["figures.json", "measures.csv"]
        text = opened.attachments["figures.json"].get_file().read_bytes().decode()
        assert from_json(text) == figures
        table = opened.attachments["measures.csv"].get_file().read_bytes().decode()
        assert len(list(csv.DictReader(io.StringIO(table)))) == len(figures.measures) + len(figures.context)

    def test_each_header_of_a_table_says_what_it_heads(self, opened: pikepdf.Pdf) -> None:
        elements = [obj for obj in opened.objects if isinstance(obj, pikepdf.Dictionary)]
        headers = [element for element in elements if element.get("/S") == "/TH"]
        scopes = {(str(element.P.P.S), str(element.A.Scope)) for element in headers}
        assert scopes == {("/THead", "/Column"), ("/TBody", "/Row")}

    def test_the_same_figures_give_the_same_bytes(self, sample: DrawnPdf) -> None:
        code = (
            "import sys; from lei.reports.pdf import render_pdf; from lei.reports.sample import sample_figures;"
            "sys.stdout.buffer.write(render_pdf(sample_figures()))"
        )
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
        assert other.stdout == sample.content


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(hostile(), id="hostile names"),
        pytest.param(with_all_marks(), id="marks and a comment"),
        pytest.param(with_scores(sample_figures(), 0.0, 60), id="0 everywhere, 60 months"),
        pytest.param(with_scores(sample_figures(), 100.0, 1), id="100 everywhere, one month"),
    ],
)
def test_extremes_are_drawn_and_keep_every_rule(figures: ScorecardFigures, tmp_path: Path) -> None:
    content = render_pdf(replace(figures, page_size="Letter"))
    assert b"\r\nendstream" not in content
    assert [fault for profile in PROFILES for fault in compliant(content, tmp_path, profile)] == []


def test_a_chart_that_cannot_be_drawn_fails_the_scorecard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "scorecard_html", lambda figures, setting: BROKEN_CHART)
    with pytest.raises(RenderError, match="could not be drawn completely"):
        render_pdf(sample_figures())


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "data:image/png;base64,AA=="])
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(
        drawing,
        "scorecard_html",
        lambda figures, setting: f"<html lang=en><title>t</title><img src='{address}'>",
    )
    with pytest.raises(RenderError, match="may not load"):
        render_pdf(sample_figures())


def headings_by_page(content: bytes) -> dict[str, int]:
    """The number of the page that each heading of the outline stands on."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        pages = [page.obj.objgen for page in pdf.pages]
        return {
            str(item.title): 1 + pages.index(item.destination[0].objgen)
            for top in outline.root
            for item in (top, *top.children)
            if item.destination is not None
        }


def test_steps_that_page_2_has_no_room_for_share_page_3_with_what_follows() -> None:
    figures = sample_figures()
    assert figures.outlook is not None
    long = replace(figures.outlook, text=" ".join([figures.outlook.text] * 30))
    found = headings_by_page(render_pdf(replace(figures, outlook=long)))
    assert found["What moved the index"] == 3
    assert found["Units and programs"] == 3


def test_an_unknown_page_size_is_refused() -> None:
    with pytest.raises(InvalidError, match="A4, Letter"):
        render_pdf(replace(sample_figures(), page_size="A5"))


def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint.text.ffi

    monkeypatch.setattr(weasyprint.text.ffi, "harfbuzz_subset", None)
    with pytest.raises(RenderError, match=r"apt-get install .*libharfbuzz-subset0"):
        check_drawing()


def test_fonts_are_built_once_and_digits_have_one_width(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    files = font_files(tmp_path)
    assert sorted(files) == sorted(WEIGHTS)
    before = {file: file.stat().st_mtime_ns for file in files.values()}
    assert {file: file.stat().st_mtime_ns for file in font_files(tmp_path).values()} == before
    for file in files.values():
        font = TTFont(file)
        names = font.getBestCmap()
        assert len({font["hmtx"][names[code]][0] for code in range(ord("0"), ord("9") + 1)}) == 1
        assert file.stat().st_size < 60_000
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("draft")] == []
