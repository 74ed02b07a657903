"""What the documents point at exists: links between them, and the files that CONTRIBUTING sends people to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lei.config import DEFAULTS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"`(?P<text>[^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def headings(document: Path) -> set[str]:
    """The anchors of a document, as they are made from its headings."""
    lines = [
        line.lstrip("#").strip().lower() for line in document.read_text(encoding="utf-8").splitlines() if "#" in line
    ]
    return {re.sub(r"[^\w\- ]", "", line).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for match in LINK.finditer(FENCE.sub("", document.read_text(encoding="utf-8"))):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        linked = (document.parent / target).resolve() if target else document
        assert linked.exists(), f"{document.name} links to {target}, which is not there"
        if anchor:
            assert anchor in headings(linked), f"{document.name} links to #{anchor}, which {linked.name} does not have"


def test_the_table_of_contributing_names_real_places() -> None:
    rows = [
        line for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines() if line.startswith("| new")
    ]
    assert len(rows) > 10
    for row in rows:
        for match in CODE.finditer(row):
            place = match["text"].partition("<")[0]
            if "/" in place or "." in place:
                assert (ROOT / place).exists(), f"CONTRIBUTING.md names {match['text']}, and {place} is not there"


def test_the_map_of_the_evidence_names_each_of_its_files() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = architecture.split("`lei/evidence/` lies flat")[1].split("\n## ")[0]
    named = {match["text"] for match in CODE.finditer(section)}
    files = {path.name for path in (ROOT / "lei" / "evidence").glob("[!_]*.py")}
    assert {name for name in named if name.endswith(".py")} == files


def test_every_setting_is_explained() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for setting in (*DEFAULTS, "LEI_CONFIG"):
        assert f"`{setting}`" in operations
