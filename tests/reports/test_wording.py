"""How points, values in their units and goalposts are written in a scorecard."""

from __future__ import annotations

import pytest

from lei.reports import wording


@pytest.mark.parametrize(
    ("number", "text"), [(2.6, "+3 points"), (1.0, "+1 point"), (-1.2, "−1 point"), (0.0, "0 points")]
)
def test_a_change_shows_its_sign_and_its_noun(number: float, text: str) -> None:
    assert wording.points(number) == text


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
