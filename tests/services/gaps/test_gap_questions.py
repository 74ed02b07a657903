"""Is it training? What each answer recommends, and that a program is the last thing suggested."""

from __future__ import annotations

import itertools

import pytest

from lei.services.gaps.gap_questions import QUESTIONS, Answers, Question, next_step, open_questions

# What people answer when it is a skill gap, at one site.
SKILL_GAP: dict[Question, bool] = {
    "definition_changed": False,
    "process_changed": False,
    "tool_changed": False,
    "staffing_changed": False,
    "skilled_also_fail": False,
    "one_site_only": True,
    "skill_is_low": True,
}
TYPES = ("Customer-facing", "Technical skills")


def test_without_answers_the_first_question_is_the_next_step() -> None:
    found = next_step({}, TYPES)
    assert (found.step, found.program_types) == ("ask", ())
    assert found.sentence == (
        "Before any program, ask its owner: Did the definition, the source or the counting of the KPI change?"
    )
    assert open_questions({}) == tuple(QUESTIONS)


def test_a_skill_gap_at_one_site() -> None:
    found = next_step(SKILL_GAP, TYPES)
    assert (found.step, found.program_types) == ("plan_program", TYPES)
    assert found.sentence == (
        "A skill gap is likely: plan a program (Customer-facing and Technical skills) where it fell, and nowhere else "
        "yet, with this KPI as its goal."
    )
    everywhere = next_step({**SKILL_GAP, "one_site_only": False}, TYPES)
    assert "nowhere else" not in everywhere.sentence


def test_a_kpi_that_no_program_moves() -> None:
    assert next_step(SKILL_GAP, ()).step == "no_program_moves_it"


@pytest.mark.parametrize(
    ("question", "answer", "step"),
    [
        ("definition_changed", True, "repair_the_figure"),
        ("process_changed", True, "look_at_what_changed"),
        ("tool_changed", True, "look_at_what_changed"),
        ("staffing_changed", True, "look_at_what_changed"),
        ("skilled_also_fail", True, "look_at_the_work"),
        ("skill_is_low", False, "no_skill_gap"),
    ],
)
def test_one_answer_that_speaks_against_training(question: Question, answer: bool, step: str) -> None:
    assert next_step({**SKILL_GAP, question: answer}, TYPES).step == step
    assert next_step({question: answer}, TYPES).step == step  # it decides alone


def test_all_that_changed_is_named() -> None:
    found = next_step({"process_changed": True, "staffing_changed": True}, TYPES)
    assert "what changed (process or product and staffing, workload or mix of cases)" in found.sentence


def test_a_program_is_suggested_in_two_of_all_the_ways_to_answer() -> None:
    """Each question yes, no or open: 3^7 ways; only the skill gap, at one site or not, leads to a program."""
    ways: list[Answers] = [
        {question: answer for question, answer in zip(QUESTIONS, way, strict=True) if answer is not None}
        for way in itertools.product((True, False, None), repeat=len(QUESTIONS))
    ]
    suggested = [way for way in ways if next_step(way, TYPES).program_types]
    assert suggested == [SKILL_GAP, {**SKILL_GAP, "one_site_only": False}]
