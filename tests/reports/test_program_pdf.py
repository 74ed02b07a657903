"""The PDFs with programs: page 1 holds everything, on both papers and with any names, and every rule is kept."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import page as validation
import pikepdf
import pytest

from lei.reports.pdf import DrawnPdf, draw_pdf, draw_program_pdf
from lei.reports.program_figures import ProgramFigures, program_from_json
from lei.reports.sample_program import sample_program
from lei.reports.sample_programs import sample_with_programs
from tests.reports.hostile import hostile_program, hostile_scorecard

PROFILES = [validation.ValidationProfile.PDF_UA_1, validation.ValidationProfile.PDF_A_3A]


def faults(content: bytes, tmp_path: Path) -> list[str]:
    """What the validator finds wrong, by both profiles."""
    file = tmp_path / "drawn.pdf"
    file.write_bytes(content)
    found = [validation.validate_pdf(str(file), profile=profile) for profile in PROFILES]
    return [str(failure) for report in found for failure in report.failures]


def page_of(content: bytes, name: str) -> int:
    """The number of the page that the named place stands on."""
    document = pikepdf.open(io.BytesIO(content))
    names = list(document.Root.Names.Dests.Names)  # name, target, name, target...
    target = names[[str(key) for key in names[::2]].index(name) * 2 + 1]
    return [page.obj.objgen for page in document.pages].index(target[0].objgen) + 1


@pytest.fixture(scope="module")
def report() -> DrawnPdf:
    return draw_program_pdf(sample_program())


class TestTheReportOnAProgram:
    def test_it_has_two_pages_on_either_paper(self, report: DrawnPdf) -> None:
        assert report.pages == 2
        assert draw_program_pdf(replace(sample_program(), page_size="Letter")).pages == 2

    def test_it_keeps_every_rule(self, report: DrawnPdf, tmp_path: Path) -> None:
        assert faults(report.content, tmp_path) == []

    def test_it_carries_its_own_figures(self, report: DrawnPdf) -> None:
        document = pikepdf.open(io.BytesIO(report.content))
        assert list(document.attachments) == ["figures.json"]
        text = document.attachments["figures.json"].get_file().read_bytes().decode()
        assert program_from_json(text) == sample_program()

    def test_the_same_figures_give_the_same_bytes(self, report: DrawnPdf) -> None:
        code = (
            "import sys; from lei.reports.pdf import draw_program_pdf;"
            "from lei.reports.sample_program import sample_program;"
            "sys.stdout.buffer.write(draw_program_pdf(sample_program()).content)"
        )
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
        assert other.stdout == report.content

    def test_without_kpi_evidence_and_money_it_still_is_a_report(self, tmp_path: Path) -> None:
        bare = draw_program_pdf(replace(without_anything(), page_size="Letter"))
        assert bare.pages == 2
        assert faults(bare.content, tmp_path) == []


def without_anything() -> ProgramFigures:
    figures = sample_program()
    links = tuple(replace(link, status="missing", signal="", change_text="") for link in figures.chain.links)
    empty = {"benefit": None, "roi_percent": None, "grid": None, "tornado": (), "costs": (), "cost": None, "notes": ()}
    return replace(
        figures,
        kpi=None,
        evidence=None,
        decisions=(),
        chain=replace(figures.chain, links=links),
        money=replace(figures.money, text="No money is stated.", intangibles=(), **empty),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("size", ["A4", "Letter"])
class TestPageOneHolds:
    def test_a_program_of_hostile_names(self, size: str, tmp_path: Path) -> None:
        drawn = draw_program_pdf(replace(hostile_program(), page_size=size))
        assert page_of(drawn.content, "end-of-page-1") == 1
        assert faults(drawn.content, tmp_path) == []

    def test_a_scorecard_of_hostile_programs(self, size: str, tmp_path: Path) -> None:
        drawn = draw_pdf(replace(hostile_scorecard(), page_size=size))
        assert page_of(drawn.content, "end-of-page-1") == 1
        assert faults(drawn.content, tmp_path) == []

    def test_the_scorecard_with_programs(self, size: str, tmp_path: Path) -> None:
        drawn = draw_pdf(replace(sample_with_programs(), page_size=size))
        assert page_of(drawn.content, "end-of-page-1") == 1
        assert faults(drawn.content, tmp_path) == []
        document = pikepdf.open(io.BytesIO(drawn.content))
        assert sorted(document.attachments) == ["figures.json", "measures.csv", "programs.csv"]
