"""What is said of limits: in points, and never as if they did nothing."""

from __future__ import annotations

import pytest

from lei.services.scores.limit_words import holding_down, limit_sentences
from lei.services.scores.score_report import CapNote


def note(before: float, *, binding: bool = True, composite_points: float = 1.0) -> CapNote:
    return CapNote("composite", 60.0, "pass_rate", 40.0, before, max(before - 60, 0.0), composite_points, binding)


@pytest.mark.parametrize(("before", "shown"), [(71.4, "71"), (60.3, "60.3")])
def test_where_the_score_would_be_without_it(before: float, shown: str) -> None:
    (text,) = limit_sentences([note(before)], {"pass_rate": "Pass rate"})
    assert text == (
        f"The index scores 60 at most, because Pass rate scores below 40: without that it would be {shown}."
    )


def test_one_that_takes_nothing_is_only_told() -> None:
    (text,) = limit_sentences([note(52.0, binding=False, composite_points=0.0)], {"pass_rate": "Pass rate"})
    assert text == "The index scores 60 at most, because Pass rate scores below 40."


def test_only_what_takes_from_the_index_holds_it_down() -> None:
    assert holding_down([note(71.0), note(52.0, binding=False, composite_points=0.0)]) == (note(71.0),)
