"""What statistics without a claim say of themselves: which way, how sure, and what they leave open."""

from __future__ import annotations

import itertools

import pytest
from foreign_language import plain_words
from studies import estimate

from lei.evidence.analysis_words import told_alone, told_in_segments
from lei.evidence.estimate import TooLittle
from lei.evidence.unit_correlation import METHOD as OF_UNITS
from lei.language import speaking

KINDS = ["paired", "trend", "cross_section", "correlation", "segments"]
RISEN, FALLEN, UNCLEAR = (2.0, 1.0, 3.0), (-2.0, -3.0, -1.0), (0.5, -1.0, 2.0)


@pytest.mark.parametrize(
    ("kind", "numbers", "told"),
    [
        (
            "paired",
            RISEN,
            "Sales rose 2.0 hours between before and after (95% interval 1.0 to 3.0), in 270 pairs; nobody is there to "
            "compare with, so the reason stays open.",
        ),
        (
            "cross_section",
            FALLEN,
            "Units with the program lie 2.0 hours below units without it in sales (95% interval −3.0 to −1.0), at the "
            "same controls; that tells who differs, not what changed.",
        ),
        ("trend", UNCLEAR, "No clear trend in sales: +0.5 hours a period (95% interval −1.0 to 2.0)."),
    ],
)
def test_a_result_in_words(kind: str, numbers: tuple[float, float, float], told: str) -> None:
    assert told_alone(kind, estimate("x", *numbers), "sales", "hours") == told


def test_the_total_that_points_the_other_way_stands_behind_the_segments() -> None:
    assert told_in_segments(estimate("x", *RISEN), estimate("x", *FALLEN), "sales", "hours") == (
        "Like compared with like, within segments, the difference in sales is +2.0 hours (95% interval 1.0 to 3.0). "
        "In total it is −2.0 hours, which points the other way and comes from the mix of segments."
    )


def test_no_word_stays_english(foreign: str) -> None:
    lacking = [TooLittle(OF_UNITS, {"units": 30}, {"units": units}) for units in (3, 12)]
    with speaking(foreign):
        told = [
            *(told_alone(kind, estimate("x", *numbers), "κπι", "percent") for kind, numbers in all_of(KINDS)),
            *(told_alone("correlation", result, "κπι", "percent") for result in lacking),
            told_in_segments(estimate("x", *RISEN), estimate("x", *RISEN), "κπι", "percent"),
            told_in_segments(estimate("x", *RISEN), estimate("x", *FALLEN), "κπι", "percent"),
        ]
    assert [plain_words(text) for text in told] == [""] * len(told)


def all_of(kinds: list[str]) -> itertools.product[tuple[str, tuple[float, float, float]]]:
    """Every kind that rose, fell, and did neither clearly."""
    return itertools.product(kinds, (RISEN, FALLEN, UNCLEAR))
