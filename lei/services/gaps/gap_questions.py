"""Is it training at all? What to ask when a KPI falls, and what the answers recommend to do next.

Most gaps in performance are none of skill; these questions come before any program (Mager and Pipe 1997, Analyzing
Performance Problems; Rummler and Brache 1995, Improving Performance).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lei.services.words.segment_words import listed

Question = Literal[
    "definition_changed",
    "process_changed",
    "tool_changed",
    "staffing_changed",
    "skilled_also_fail",
    "one_site_only",
    "skill_is_low",
]
Step = Literal[
    "repair_the_figure",
    "look_at_what_changed",
    "look_at_the_work",
    "no_skill_gap",
    "ask",
    "plan_program",
    "no_program_moves_it",
]
# True: yes. A question that nobody has answered is absent.
Answers = Mapping[Question, bool]

QUESTIONS: Mapping[Question, str] = MappingProxyType(
    {
        "definition_changed": "Did the definition, the source or the counting of the KPI change?",
        "process_changed": "Did the process or the product change?",
        "tool_changed": "Did a tool or a system change, or fail?",
        "staffing_changed": "Did staffing, workload or the mix of cases change?",
        "skilled_also_fail": "Do those who know how to do it fall short as well?",
        "one_site_only": "Is it one site or team only?",
        "skill_is_low": "Is the skill behind it measured low?",
    }
)
_OTHER_CAUSES: tuple[tuple[Question, str], ...] = (
    ("process_changed", "process or product"),
    ("tool_changed", "tools"),
    ("staffing_changed", "staffing, workload or mix of cases"),
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is recommended, in a sentence. program_types: those that move the KPI, only where a program makes sense."""

    step: Step
    sentence: str
    program_types: tuple[str, ...] = ()


def open_questions(answers: Answers) -> tuple[Question, ...]:
    """The questions that nobody has answered, in the order to ask them."""
    return tuple(question for question in QUESTIONS if question not in answers)


def next_step(answers: Answers, program_types: Sequence[str]) -> NextStep:
    """What to do next; a program is suggested only when every question is answered and nothing else explains the fall.

    program_types: names of those that move this KPI.
    """
    if answers.get("definition_changed"):
        return NextStep(
            "repair_the_figure", "Put the figures on one definition first: the fall may be one of counting."
        )
    changed = [words for question, words in _OTHER_CAUSES if answers.get(question)]
    if changed:
        sentence = (
            f"Look first at what changed ({listed(changed)}), with whoever owns it: training does not repair that."
        )
        return NextStep("look_at_what_changed", sentence)
    if answers.get("skilled_also_fail"):
        sentence = "Look at the work itself: where people who know how fall short as well, more training will not help."
        return NextStep("look_at_the_work", sentence)
    if answers.get("skill_is_low") is False:
        return NextStep("no_skill_gap", "No program is recommended: the skill behind this KPI is not measured low.")
    missing = open_questions(answers)
    if missing:
        return NextStep("ask", f"Before any program, ask its owner: {QUESTIONS[missing[0]]}")
    if not program_types:
        return NextStep("no_program_moves_it", "The skill is low, but no type of program is known to move this KPI.")
    where = " where it fell, and nowhere else yet" if answers["one_site_only"] else ""
    sentence = (
        f"A skill gap is likely: plan a program ({listed(list(program_types))}){where}, with this KPI as its goal."
    )
    return NextStep("plan_program", sentence, tuple(program_types))
