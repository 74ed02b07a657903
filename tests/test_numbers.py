"""How numbers and lists are written for people, and periods."""

from __future__ import annotations

import pytest

from lei import numbers
from lei.language import speaking
from lei.periods import parse_period, period_label, short_period_label


@pytest.mark.parametrize(
    ("number", "text"), [(60.4, "60"), (60.5, "60"), (61.5, "62"), (-0.4, "0"), (-7.6, "−8"), (12345.0, "12,345")]
)
def test_a_whole_number_is_rounded_half_even_and_has_a_true_minus(number: float, text: str) -> None:
    assert numbers.whole(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0.26, "+0.3"), (-0.31, "−0.3"), (0.04, "0.0"), (-0.04, "0.0"), (12.0, "+12.0")]
)
def test_a_step_has_one_decimal(number: float, text: str) -> None:
    assert numbers.signed_tenths(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(59.4, "59%"), (59.5, "59.5%"), (59.99, "59.9%"), (60.0, "60%"), (60.4, "60%"), (72.5, "72%")]
)
def test_what_is_below_a_line_is_never_written_as_the_line(number: float, text: str) -> None:
    assert numbers.percent_beside(number, 60) == text


def test_names_are_listed_as_a_sentence_lists_them() -> None:
    assert [numbers.joined("ABC"[:n]) for n in range(4)] == ["", "A", "A and B", "A, B and C"]


@pytest.mark.parametrize(("code", "text"), [("en", "A; B; C"), ("es", "A; B; C"), ("fr", "A\u202f; B\u202f; C")])
def test_texts_in_a_row_have_the_sign_between_them_that_the_language_writes(code: str, text: str) -> None:
    with speaking(code):
        assert numbers.in_a_row(["A", "", "B", "C"]) == text
        assert numbers.in_a_row([]) == ""


@pytest.mark.parametrize(
    ("period", "long", "short"),
    [("2026-10", "October 2026", "Oct 26"), ("2026-Q4", "Q4 2026", "Q4 26"), ("2026", "2026", "2026")],
)
def test_periods(period: str, long: str, short: str) -> None:
    assert period_label(parse_period(period)) == long
    assert short_period_label(parse_period(period)) == short
