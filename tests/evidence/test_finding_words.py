"""Findings in words: every code that the code base knows has a sentence, and none is dropped in silence."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

from lei import evidence
from lei.evidence import finding_templates
from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.finding_words import (
    TEMPLATES,
    counted_amount,
    finding_sentence,
    finding_sentences,
    too_little_sentence,
)
from lei.evidence.forbidden_words import find_forbidden
from lei.evidence.grade import Grade
from lei.evidence.minimums import MINIMUMS

SOURCES = sorted(Path(evidence.__path__[0]).glob("*.py"))


def codes_in(path: Path) -> set[str]:
    """The codes that a module makes findings of: first arguments of Finding(...), as literals."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    firsts = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Finding" and call.args]
    literals = [node for first in firsts for node in ast.walk(first) if isinstance(node, ast.Constant)]
    return {str(literal.value) for literal in literals}


def test_every_finding_of_the_statistics_has_words() -> None:
    found = set().union(*(codes_in(path) for path in SOURCES))
    assert {"few_months", "post_hoc", "other_change"} <= found
    assert found - TEMPLATES.keys() == set()


@pytest.mark.parametrize("method", MINIMUMS)
def test_every_amount_that_a_statistic_needs_has_words(method: str) -> None:
    for name in (*MINIMUMS[method].needed, *MINIMUMS[method].good):
        assert counted_amount(name, 2)


def test_an_unknown_code_or_amount_is_refused() -> None:
    with pytest.raises(LookupError, match="no words for 'moonshine'"):
        finding_sentence(Finding("moonshine"))
    with pytest.raises(LookupError, match="no words for the amount 'moons'"):
        too_little_sentence(TooLittle("x", {"moons": 2}, {"moons": 1}))


def test_a_finding_without_the_numbers_of_its_only_template_is_refused() -> None:
    with pytest.raises(LookupError, match="No template of 'few_months' can be filled"):
        finding_sentence(Finding("few_months"))


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (
            Finding("below_good", {"found": 4.0, "good": 6.0}, ("months_before",)),
            "Enough data to show the result, but not much: 4 months before, where 6 would be good.",
        ),
        (
            Finding("high_drop_out", {"dropout": 0.31, "limit": 0.2}),
            "31% of a group dropped out (limit 20%).",
        ),
        (
            Finding("tests_disagree", {"t_p": 0.0412, "wilcoxon_p": 0.0731}),
            "Two tests disagree (p = 0.041 and, by ranks, 0.073); do not lean on either.",
        ),
        (Finding("outlier_driven", {"r": 0.62, "spearman": 0.31}), "by ranks the correlation is 0.31 instead of 0.62."),
        (Finding("gaps", {"months": 2.0}), "2 months have no value and were left out."),
        (
            Finding("baselines_differ", {"largest": 0.412, "limit": 0.25}, ("tenure", "role mix")),
            "The groups differ at the start in tenure and role mix, by up to 0.41 standard deviations (limit 0.25).",
        ),
        (Finding("baselines_differ"), "The groups differ too much at the start in KPI, tenure or role mix."),
        (
            Finding("few_months", {"needed": 3.0, "before": 2.0, "after": 4.0}),
            "The KPI needs 3 months before and after the start; there are 2 and 4.",
        ),
    ],
)
def test_a_finding_tells_its_numbers_where_it_has_them(finding: Finding, told: str) -> None:
    assert finding_sentence(finding).endswith(told)


def test_the_same_finding_twice_is_told_once() -> None:
    assert finding_sentences([Finding("gaps"), Finding("gaps")]) == ("Some months have no value and were left out.",)


@pytest.mark.parametrize(
    ("needed", "found", "told"),
    [
        (
            {"months_before": 3, "months_after": 3},
            {"months_before": 2, "months_after": 1},
            "Too little data: needs 3 months before and 3 after; there are 2 and 1.",
        ),
        ({"months_after": 3}, {"months_after": 1}, "Too little data: needs 3 months after; there is 1."),
        ({"pairs": 20}, {"pairs": 0}, "Too little data: needs 20 matched pairs; there are 0."),
        (
            {"people_treated": 20, "share_matched": 0.5},
            {"people_treated": 12, "share_matched": 0.31},
            "Too little data: needs 20 people in the trained group and 50% of the trained group matched; "
            "there are 12 and 31%.",
        ),
    ],
)
def test_too_little_data(needed: dict[str, float], found: dict[str, float], told: str) -> None:
    assert too_little_sentence(TooLittle("x", needed, found)) == told


def test_no_template_has_a_word_that_any_grade_with_a_kpi_forbids() -> None:
    for templates in TEMPLATES.values():
        for template in templates:
            assert template.endswith((".", "{names}."))
            words = "".join(text for text, *_ in Formatter().parse(template))
            assert not find_forbidden(words, Grade.E1), template
    assert len(TEMPLATES) == sum(
        len(table)
        for table in (finding_templates.OF_GRADES, finding_templates.OF_STATISTICS, finding_templates.COST_AND_CREDIT)
    )
