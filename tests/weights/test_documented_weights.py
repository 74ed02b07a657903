"""The worked examples of docs/scoring-method.md section 7 are what the code computes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from weights.contradictions import contradictions
from weights.data_methods import DATA_METHODS
from weights.judgements import combined_matrix
from weights.opinions import group_opinion
from weights.pairwise import pairwise_weights
from weights.points import allocated_weights
from weights.random_index import RANDOM_INDICES
from weights.ranks import RANK_RULES

CASES = np.array([[60.0, 40, 70], [70, 45, 50], [80, 80, 60]])
JUDGED = np.array([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])


@pytest.fixture(scope="module")
def section() -> str:
    """The text of section 7."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "scoring-method.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^## 7\. .*?(?=^## 8\. )", text, re.DOTALL | re.MULTILINE)
    return str(found)


def in_bold(values: object) -> str:
    """Numbers with three decimals as the section prints them."""
    return "**" + ", ".join(f"{value:.3f}" for value in np.asarray(values).tolist()) + "**"


def test_pairwise_comparisons(section: str) -> None:
    found = pairwise_weights(JUDGED)
    assert f"weights {in_bold(found.weights)}, λ = {found.eigenvalue:.4f}, CI = {found.index:.4f}" in section
    other = pairwise_weights(JUDGED, RANDOM_INDICES["saaty_2005"])
    assert f"CR = **{found.ratio:.3f}** (by `saaty_2005` **{other.ratio:.3f}**)" in section


def test_the_tables_of_random_indices(section: str) -> None:
    for table in RANDOM_INDICES.values():
        (row,) = (line for line in section.splitlines() if line.startswith(f"| `{table.name}`"))
        numbers = [table.of(size) for size in (3, 5, 7)] + [len(table.values)]
        assert [float(cell) for cell in row.split("|")[2:6]] == numbers


def test_a_contradiction(section: str) -> None:
    (worst,) = contradictions(["outcomes", "access", "impact"], JUDGED, pairwise_weights(JUDGED).weights)
    assert (
        f"3 · 3 = {worst.implied:.0f} is implied, {worst.judged:.0f} was judged, factor **{worst.factor:.1f}**"
        in section
    )


def test_several_people(section: str) -> None:
    both = combined_matrix([[[1, 2], [1 / 2, 1]], [[1, 8], [1 / 8, 1]]])
    assert f"2 times and 8 times make **{both[0, 1]:.0f}** times" in section


def test_gaps(section: str) -> None:
    given = JUDGED.copy()
    given[0, 2] = given[2, 0] = np.nan
    found = pairwise_weights(given)
    assert f"weights {in_bold(found.weights)}, the gap is filled with **{found.matrix[0, 2]:.0f}**" in section


@pytest.mark.parametrize("rule", RANK_RULES)
def test_ranks(section: str, rule: str) -> None:
    (sentence,) = re.findall(rf"`{rule}` \(.*?\*\*.*?\*\*", section, re.DOTALL)
    assert sentence.endswith(in_bold(list(RANK_RULES[rule]({"a": 1, "b": 2, "c": 3}).values())))


def test_the_concentration_of_two_people(section: str) -> None:
    found = group_opinion([allocated_weights({"a": 60, "b": 40}), allocated_weights({"a": 40, "b": 60})])
    assert f"κ = 0.48 / 0.04 = **{found.concentration:.0f}**" in section


@pytest.mark.parametrize("name", DATA_METHODS)
def test_data_driven_methods(section: str, name: str) -> None:
    (row,) = (line for line in section.splitlines() if line.startswith(f"| `{name}` |"))
    printed = [float(number) for number in row.split("|")[3].split("/")]
    assert printed == pytest.approx(DATA_METHODS[name].weigh(CASES).tolist(), abs=5.01e-4)
