"""Statements of behavior that one can see are let through; those of what goes on inside a head are sent back."""

from __future__ import annotations

import pytest

from lei.catalog.observable_behavior import objections


@pytest.mark.parametrize(
    "statement",
    [
        "checks the last three tickets before answering, in 9 of 10 calls",
        "Agents check the last three tickets before answering",
        "Managers hold a 1:1 with each report every two weeks",
        "Technicians wear the harness whenever they climb",
        "Sales people ask for the budget in the first call",
        "Nurses confirm that the patient understands the dose, every time",
        "Agents explain the price so that customers know it, in all calls",
        "Agents update the knowledge base after every call",
        "answers 95% of tickets",
    ],
)
def test_what_one_can_see_is_let_through(statement: str) -> None:
    assert objections(statement) == ()


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("Understand the ticket history", "understand"),
        ("Agents understand the ticket history in 9 of 10 calls", "understand"),
        ("knows all 12 rules", "knows"),
        ("Managers are aware of bias in every interview", "aware"),
        ("Everybody appreciates feedback each week", "appreciates"),
        ("LEARN the three steps", "learn"),
        ("Are familiar with the new tool within 30 days", "familiar"),
        ("Nurses feel confident with 5 devices", "feel"),
    ],
)
def test_verbs_of_the_mind_are_sent_back_with_an_example(statement: str, word: str) -> None:
    (objection,) = objections(statement)
    assert objection.code == "not_observable"
    assert f"'{word}'" in objection.message
    assert "checks the last three tickets" in objection.hint


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("Listen", "no_object"),
        ("Sell more", "no_object"),
        ("", "no_object"),
        ("Agents check the ticket history", "no_standard"),
        ("Managers give feedback to their people", "no_standard"),
    ],
)
def test_a_behavior_has_an_object_and_a_standard(statement: str, code: str) -> None:
    assert [objection.code for objection in objections(statement)] == [code]


def test_the_behavior_of_a_competency_needs_no_standard() -> None:
    assert objections("finds earlier promises", needs_standard=False) == ()
    assert [o.code for o in objections("knows earlier promises", needs_standard=False)] == ["not_observable"]
