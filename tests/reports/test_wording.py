"""How numbers, periods and lists are written for people."""

from __future__ import annotations

import pytest

from lei.periods import parse_period
from lei.reports import wording


@pytest.mark.parametrize(
    ("number", "text"), [(60.4, "60"), (60.5, "60"), (61.5, "62"), (-0.4, "0"), (-7.6, "−8"), (12345.0, "12,345")]
)
def test_a_whole_number_is_rounded_half_even_and_has_a_true_minus(number: float, text: str) -> None:
    assert wording.whole(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(2.6, "+3 points"), (1.0, "+1 point"), (-1.2, "−1 point"), (0.0, "0 points")]
)
def test_a_change_shows_its_sign_and_its_noun(number: float, text: str) -> None:
    assert wording.points(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0.26, "+0.3"), (-0.31, "−0.3"), (0.04, "0.0"), (-0.04, "0.0"), (12.0, "+12.0")]
)
def test_a_step_has_one_decimal(number: float, text: str) -> None:
    assert wording.signed_tenths(number) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (64.4, "percent", "64%"),
        (1.34, "percent", "1.3%"),
        (4.0, "percent", "4%"),
        (0.94, "ratio", "0.94"),
        (137.47, "ratio", "137"),
        (31.0, "nps", "+31"),
        (-12.0, "nps", "−12"),
        (62.0, "days", "62 days"),
        (9.25, "hours", "9.2 hours"),
        (214173.0, "currency", "214,173"),
        (3.9, "score", "3.9"),
    ],
)
def test_a_value_is_as_precise_as_it_deserves(value: float, unit: str, text: str) -> None:
    assert wording.in_unit(value, unit) == text


def test_goalposts_run_from_0_to_100_and_a_band_has_four() -> None:
    assert wording.goalposts(250.0, 80.0, None, None) == "250 → 80"
    assert wording.goalposts(0.0, 13.0, 35.0, 100.0) == "0 → 13–35 → 100"
    assert wording.goalposts(None, None, None, None) == ""


@pytest.mark.parametrize(
    ("period", "long", "short"),
    [("2026-10", "October 2026", "Oct 26"), ("2026-Q4", "Q4 2026", "Q4 26"), ("2026", "2026", "2026")],
)
def test_periods(period: str, long: str, short: str) -> None:
    assert wording.period_label(parse_period(period)) == long
    assert wording.short_period_label(parse_period(period)) == short


def test_names_are_listed_as_a_sentence_lists_them() -> None:
    assert [wording.joined("ABC"[:n]) for n in range(4)] == ["", "A", "A and B", "A, B and C"]
