"""The whole example of docs/recipes.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lei.connectors.convert import convert
from lei.connectors.load_recipe import parse_recipe, shipped_recipes
from lei.connectors.recipe import FORMULAS, Condition

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")


def test_the_example_gives_the_figures_on_the_page(tmp_path: Path) -> None:
    completions, staff = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    (recipe,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "completions_2025-03.csv").write_text(completions, encoding="windows-1252")
    (tmp_path / "staff.csv").write_text(staff, encoding="utf-8")
    conversion = convert(parse_recipe("example", recipe), [tmp_path])
    found = [
        [f"`{one['measure']}`", one["period"], one["dimensions"]["program"], one["dimensions"]["unit"],
         f"{one['value']:g}", str(one["sample_size"])]
        for one in conversion.records
    ]  # fmt: skip
    shown = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if "| 2025-03 |" in line]
    assert found == shown
    (fault,) = conversion.unreadable
    assert (fault.line, fault.column, fault.value) == (4, "Finished", "31-02-2025")


@pytest.mark.parametrize("word", [*FORMULAS, *shipped_recipes(), "is", *Condition.COMPARISONS[1:]])
def test_the_page_names_every_word_of_the_language(word: str) -> None:
    assert f"`{word}`" in PAGE or f"`{word} = " in PAGE
