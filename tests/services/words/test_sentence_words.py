"""The words that sentences are made of: chances, values in their units, lists of names."""

from __future__ import annotations

import pytest

from lei.catalog.loader import default_measures
from lei.services.words.segment_words import listed, name_of
from lei.services.words.share_words import chance
from lei.services.words.value_words import value_text

MEASURES = {measure.key: measure for measure in default_measures()}


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "0 %"),
        (0.004, "less than 1 %"),
        (0.02, "2 %"),
        (0.974, "97 %"),
        (0.996, "more than 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_chance_is_certain_only_where_it_is(probability: float, words: str) -> None:
    assert chance(probability) == words


@pytest.mark.parametrize(
    ("value", "key", "towards", "words"),
    [
        (71.5, "pass_rate", 0, "71.5 %"),
        (73.333, "pass_rate", 0, "73.33 %"),
        (73.333, "pass_rate", 1, "73.34 %"),
        (73.337, "pass_rate", -1, "73.33 %"),
        (0.1 + 0.2, "pass_rate", 1, "0.3 %"),  # an ulp above 0.3 is 0.3
        (0.01237, "pass_rate", 0, "0.0124 %"),
        (-0.00001, "pass_rate", 0, "0 %"),
        (131.0, "cost_per_learning_hour", 0, "131"),
        (9.1, "learning_hours_per_employee", 0, "9.1 hours"),
        (60.0, "time_to_competency", 0, "60 days"),
        (-20.0, "training_nps", 0, "-20 points"),
    ],
)
def test_a_value_in_its_unit_reaches_what_it_must(value: float, key: str, towards: float, words: str) -> None:
    assert value_text(value, MEASURES[key], towards) == words


def test_names_of_segments_and_lists_of_them() -> None:
    assert (name_of({}), name_of({"unit": "Sales", "region": "EMEA"})) == ("the whole organization", "Sales, EMEA")
    assert [listed(list(names)) for names in ("", "A", "AB", "ABCD", "ABCDE")] == [
        "",
        "A",
        "A and B",
        "A, B, C and D",
        "A, B, C and 2 others",
    ]
