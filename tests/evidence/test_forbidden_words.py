"""No grade says more than it may: over every claim that can be made, and over every text that the product shows."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studies import chain, claim, design_of, result_of, subject

from lei.evidence import chain_words, claim_templates
from lei.evidence.claim_notes import CAVEATS, notes
from lei.evidence.claims import Units
from lei.evidence.finding_words import finding_sentence
from lei.evidence.forbidden_words import FORBIDDEN, find_forbidden, find_words
from lei.evidence.grade import Grade
from lei.evidence.grades import assign_grade
from lei.evidence.links import LinkStatus
from lei.evidence.words import effect_with_interval, page_one_sentence, sentence

ROOT = Path(__file__).resolve().parents[2]
EFFECTS = [(-1.33, -2.1, -0.6), (1.33, 0.6, 2.1), (-1.33, -2.9, 0.3), (1.33, -0.3, 2.9)]
LINKS = ["learning_activity", "behavior_change", "capability_growth", "workforce_readiness", "business_kpi"]
FACTS: list[dict[str, Any]] = [
    {},
    {"fixed_before_launch": True},
    {"post_hoc": True},
    {"definition_or_sampling_changed": True},
    {"definition_or_sampling_changed": True, "volunteers": True, "baselines_compared": False},
]
POSITIVE = ("improv*", "better", "success*", "contribut*", "consistent with", "good", "strong*")


def study_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Volunteers lower a grade only where nobody compared baselines, and then nothing is known of them."""
    return {**facts, "baselines_comparable": None} if "volunteers" in facts else facts


class TestTheTable:
    """The words of the table of grades, in its last column."""

    @pytest.mark.parametrize(
        ("grade", "text"),
        [
            (Grade.E0, "Errors fell."),
            (Grade.E0, "a positive effect"),
            *((Grade.E1, f"It {word} something.") for word in ("improved", "has an effect on", "had impact on")),
            (Grade.E1, "The ROI was 24 %."),
            *((Grade.E2, f"It {word} it.") for word in ("moved because of", "led to", "drove", "contributed to")),
            (Grade.E2, "Thanks  to the program"),
            *((Grade.E3, f"It {word} it.") for word in ("caused", "proved", "is due to")),
            *((Grade.E4, f"It {word} it.") for word in ("caused", "Proved")),
            (Grade.E5, "It will cause more."),
            (Grade.E5, "It caused it."),
        ],
    )
    def test_forbids(self, grade: Grade, text: str) -> None:
        assert find_forbidden(text, grade)

    @pytest.mark.parametrize(
        ("grade", "text"),
        [
            (Grade.E0, "not measured yet"),
            (Grade.E1, "90 people took part, the program reached 93 % of them"),
            (Grade.E2, "changed after, moved with, in the same period"),
            (Grade.E3, "moved more than its earlier trend; is consistent with a contribution of the program"),
            (Grade.E4, "moved 1.3 more than in comparable teams [0.6-2.1]; the program probably contributed"),
            (Grade.E5, "raised X by 3 [1-5] in this group and period"),
        ],
    )
    def test_permits(self, grade: Grade, text: str) -> None:
        assert find_forbidden(text, grade) == ()

    def test_caused_is_permitted_only_by_a_claim_that_may_say_it(self) -> None:
        assert find_forbidden("It caused it.", Grade.E5) == ("caused",)
        assert find_forbidden("It caused it.", Grade.E5, caused_is_permitted=True) == ()
        assert find_forbidden("It caused it.", Grade.E4, caused_is_permitted=True) == ("caused",)

    def test_what_a_grade_forbids_every_lower_one_forbids_too(self) -> None:
        for lower, higher in itertools.pairwise(sorted(FORBIDDEN)):
            assert all(find_forbidden(word.rstrip("*"), lower) for word in FORBIDDEN[higher])

    def test_never_no_effect(self) -> None:
        assert all(find_forbidden("There was no effect.", grade) for grade in Grade)


@pytest.mark.parametrize("grade", list(Grade))
def test_no_claim_says_more_than_its_grade(grade: Grade) -> None:
    """Every grade × status of each of five links × direction × clear or not × fact of the study."""
    statuses = [LinkStatus.EVIDENCED, LinkStatus.FLAT, LinkStatus.MISSING]
    chains = [chain(**dict(zip(LINKS, each, strict=True))) for each in itertools.product(statuses, repeat=5)]
    # Thousands of claims are worded in some dozens of ways: each is searched once.
    wordings = set()
    for effect, facts in itertools.product(EFFECTS, FACTS):
        for reading in chains:
            told = claim(grade, result_of(grade, *effect), reading, study_facts(facts))
            text = " ".join([sentence(told), sentence(told, with_interval=True), effect_with_interval(told)])
            is_unclear = told.effect is not None and not told.is_clear
            wordings.add((text, told.grade, told.caused_is_permitted, told.is_adverse, is_unclear))
    for text, given, caused_is_permitted, is_adverse, is_unclear in wordings:
        assert find_forbidden(text, given, caused_is_permitted=caused_is_permitted) == ()
        assert not (is_adverse and find_words(text, POSITIVE))
        assert not is_unclear or "no clear difference" in text.lower()


@pytest.mark.parametrize("grade", [grade for grade in Grade if grade > Grade.E0])
@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("units", list(Units))
def test_nor_do_its_notes(grade: Grade, facts: dict[str, Any], units: Units) -> None:
    study = study_facts(facts)
    told = claim(grade, None, chain(capability_growth=LinkStatus.ADVERSE), study, subject(units=units))
    text = " ".join([page_one_sentence(told, "extend it"), *notes(told), CAVEATS[told.grade]])
    assert find_forbidden(text, told.grade, caused_is_permitted=told.caused_is_permitted) == ()
    assert notes(told)


def test_every_reason_why_a_grade_is_not_reached_is_worded_without_them() -> None:
    for grade in Grade:
        decision = assign_grade(result_of(grade), design_of(grade))
        for finding in itertools.chain(*decision.unmet.values()):
            assert find_forbidden(finding_sentence(finding), Grade.E1) == ()


def test_what_is_said_of_a_chain_claims_nothing() -> None:
    for text in (*chain_words.STATES.values(), *chain_words.SIGNALS.values(), *chain_words.CHECKS.values()):
        assert find_forbidden(text, Grade.E2) == ()


def test_caused_stands_in_no_clause_but_those_of_e5() -> None:
    clauses = {**claim_templates.WITHOUT_A_MOVE, **claim_templates.MOVES, **claim_templates.VERDICTS}
    assert [key for key, clause in clauses.items() if "caused" in clause] == ["E5_caused", "adverse_E5_caused"]


# Below: all texts of the product, apart from the tables of claims, which the tests above go over.

EVERYWHERE = ("caused", "led to", "thanks to", "drove", "impact", "impact of", "prove*", "proof", "due to", "ROI")
EVERYWHERE += ("improv*", "contributed")
# Where such a word stands, what it is, and why it may.
ALLOWED = {
    ("api/resources/batches.py", "impact"): "the field that says which scores and scorecards a correction touches",
    ("api/resources/observations.py", "impact"): "the field that says which scores and scorecards a correction touches",
    ("api/schemas/batches.py", "impact"): "the field that says which scores and scorecards a correction touches",
    ("lei/reports/charts/tornado.py", "ROI"): "the range of a return; drawn only where the grade permits a value",
    ("lei/reports/charts/tornado.py", "roi"): "the name of a place in a text",
    ("pdf_templates/partials/program_money.html", "ROI"): "the range of a return; drawn only where the grade permits",
    ("pdf_templates/partials/program_money.html", "roi"): "the name of a variable",
    ("lei/catalog/measure.py", "Impact"): "the name of the pillar Business Impact & Value Realization",
    ("lei/catalog/measure.py", "ROI"): "names level 5 of Phillips in what the catalog accepts",
    ("lei/catalog/measures.csv", "ROI"): "the name of a context measure that a customer reports, and warnings about it",
    ("lei/catalog/measures.csv", "improve"): "a warning: groups picked for bad results do so anyway",
    ("lei/catalog/measures.csv", "improvement"): "in definitions: possible points between two tests; none is 0 points",
    ("lei/catalog/measures.csv", "due to"): "in a definition: enrollments that were due to end",
    ("lei/catalog/measures.csv", "proof"): "in a definition: a validated proof of competence",
    ("scoring/bands.py", "improvement"): "the meaning of a band: a plan, not a result",
    ("web/templates/overview.html", "impact"): "denies it: a health score, not proof of impact",
    ("web/templates/overview.html", "proof"): "denies it: a health score, not proof of impact",
}
WHOLE = {
    "pdf_templates": ["*.html"],
    "web": ["*.html"],
    "api": ["*.html"],
    "lei/delivery": ["*.html", "*.txt"],
    "lei/catalog": ["*.csv", "*.toml"],
}
WITH_LITERALS = ("lei/reports", "lei/services", "lei/delivery", "lei/catalog", "lei/cli", "web", "api", "scoring")


def shown_texts() -> Iterator[tuple[str, str]]:
    """Files with texts for people, and their texts: templates whole, and string literals that are no docstrings."""
    for folder, kinds in WHOLE.items():
        for path in sorted(path for kind in kinds for path in (ROOT / folder).rglob(kind)):
            yield str(path.relative_to(ROOT)), path.read_text()
    for folder in WITH_LITERALS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for text in literals(ast.parse(path.read_text())):
                yield str(path.relative_to(ROOT)), text


def literals(tree: ast.AST) -> Iterator[str]:
    """String literals of a module, without its docstrings."""
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.value


def test_no_text_of_the_product_claims_an_effect() -> None:
    found = {(path, word) for path, text in shown_texts() for word in find_words(text, EVERYWHERE)}
    assert found - ALLOWED.keys() == set()
    assert ALLOWED.keys() - found == set(), "no longer there: take it off the list"
