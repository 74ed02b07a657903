"""The types of programs are those of the rules, and name KPIs and measures that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lei.catalog.loader import avoid_only_kpis, default_kpis, default_measures
from lei.catalog.program_types import fitting_measures, program_types
from lei.evidence.links import Link


def section(shared: Path, number: int) -> str:
    """One section of the rules."""
    text = (shared / "domain" / "kpi-chain.md").read_text("utf-8")
    return text.split(f"\n## {number}. ")[1].split("\n## ")[0]


def rows_of(text: str) -> list[list[str]]:
    """The cells of a table whose first column holds keys, without its heading."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if "default first" not in " ".join(row) and "recommended KPIs" not in row]


def test_there_are_seven_types_with_kpis_that_are_known() -> None:
    known = {kpi.key for kpi in default_kpis()}
    assert list(program_types()) == [
        "onboarding",
        "compliance_quality",
        "leadership_manager",
        "sales_enablement",
        "customer_facing",
        "technical_skills",
        "healthcare_regulated",
    ]
    for kind in program_types().values():
        assert set(kind.recommended) <= known
        assert {avoided.key for avoided in kind.avoid} <= known
        assert not {avoided.key for avoided in kind.avoid} & set(kind.recommended)
        assert all(avoided.reason.endswith(".") for avoided in kind.avoid)
        assert kind.first_reading_months[0] <= kind.first_reading_months[1]


def test_avoided_keys_are_those_of_the_rules(shared: Path) -> None:
    listed = section(shared, 4).split("Avoided keys per type (for the warning):")[1].split("\n\n")[0]
    wanted = {part.split("`")[1]: set(re.findall(r"kpi_\w+", part)) for part in listed.replace("\n", " ").split("·")}
    assert {kind.key: {avoided.key for avoided in kind.avoid} for kind in program_types().values()} == wanted


def test_recommended_keys_are_those_of_the_rules(shared: Path) -> None:
    known = {kpi.key for kpi in default_kpis()}
    rows = rows_of(section(shared, 4))
    assert len(rows) == 7
    for key, recommended, *_ in rows:
        named = {f"kpi_{word}" for word in re.findall(r"\w+", recommended)} & known
        assert named <= set(program_types()[key.strip("`")].recommended), key


def test_measures_of_the_links_are_those_of_the_rules(shared: Path) -> None:
    known = {measure.key for measure in default_measures()}
    rows = rows_of(section(shared, 2))
    assert len(rows) == 5
    for link, _, _, fitting, _ in rows:
        measures = fitting_measures()[Link(link.strip("`"))]
        assert measures == tuple(re.findall(r"`(\w+)`", fitting)), link
        assert set(measures) <= known


@pytest.mark.parametrize(
    ("kind", "kpi", "alone", "words"),
    [
        ("onboarding", "kpi_annual_engagement_score", True, "The period does not match"),
        ("leadership_manager", "kpi_annual_engagement_score", True, "asked once a year"),
        ("technical_skills", "kpi_company_profit", False, "cannot be traced"),
        ("healthcare_regulated", "kpi_customer_satisfaction", True, "only KPI"),
        ("healthcare_regulated", "kpi_customer_satisfaction", False, None),
        ("compliance_quality", "kpi_customer_satisfaction", False, "too indirect"),
        ("customer_facing", "kpi_customer_satisfaction", True, None),
    ],
)
def test_why_a_kpi_should_be_avoided(kind: str, kpi: str, alone: bool, words: str | None) -> None:
    reason = program_types()[kind].reason_to_avoid(kpi, alone=alone)
    assert (reason is None) if words is None else (reason is not None and words in reason)


def test_kpis_are_those_of_the_rules_with_real_units(shared: Path) -> None:
    listed = section(shared, 3)
    rows = [line.split("|") for line in listed.splitlines() if line.startswith("| `kpi_")]
    kpis = {kpi.key: kpi for kpi in default_kpis()}
    assert len(rows) == 28
    for _, key, definition, better, *_ in rows:
        kpi = kpis[key.strip(" `")]
        assert kpi.definition == definition.strip()
        assert kpi.direction == ("higher_is_better" if "↑" in better else "lower_is_better")
        assert kpi.unit_words
        for base in re.findall(r"per [\d,]+ \w+(?: days)?", kpi.definition):
            assert kpi.unit_words == base
    assert set(avoid_only_kpis()) == set(re.findall(r"`(kpi_\w+)`", listed.split("`avoid_only` keys")[1]))
    assert set(avoid_only_kpis()) == set(kpis) - {row[1].strip(" `") for row in rows}
