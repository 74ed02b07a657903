"""How effects, levels and shares are written for people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lei.evidence.amounts import (
    Figure,
    decimals_between,
    decimals_for,
    level,
    level_beside_size,
    share_in_percent,
    size,
)
from lei.language import speaking
from lei.numbers import with_decimals


@pytest.mark.parametrize(
    ("effect", "low", "high", "decimals"),
    [
        (-1.33, -2.1, -0.6, 1),  # width 1.5: two digits are 1.5
        (12.4, 2.0, 31.0, 0),
        (0.0123, 0.004, 0.021, 3),
        (5000.0, 1000.0, 9000.0, 0),
        (0.0, 0.0, 0.0, 1),
        (2.0, 2.0, 2.0, 1),
        (5.0, 0.003, 9.9, 3),
        (0.1, -0.003, 9.9, 1),  # an interval with 0 in it may show 0.0
    ],
)
def test_decimals_are_those_that_the_interval_supports(effect: float, low: float, high: float, decimals: int) -> None:
    assert decimals_for(effect, low, high) == decimals


@given(st.floats(1e-5, 1e6), st.floats(0, 1e6), st.booleans())
def test_an_interval_that_excludes_0_is_never_written_with_0(near: float, width: float, falls: bool) -> None:
    low, high = (-near - width, -near) if falls else (near, near + width)
    decimals = decimals_for((low + high) / 2, low, high)
    assert any(digit in "123456789" for digit in with_decimals(high if falls else low, decimals))


@pytest.mark.parametrize(("before", "after", "decimals"), [(47, 67, 0), (47, 47.8, 1), (4.3, 4.3, 0), (4.31, 4.36, 2)])
def test_levels_have_the_decimals_that_show_their_difference(before: float, after: float, decimals: int) -> None:
    assert decimals_between(before, after) == decimals


def test_percent_and_percentage_points_are_kept_apart() -> None:
    assert level(71.4, "percent", 0) == "71%"
    assert size(4.2, "percent", 1) == "4.2 percentage points"
    assert size(1.0, "percent", 0) == "1 percentage point"


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("en", ("0.5 points", "1 point", "1.5 points", "2 points")),
        ("es", ("0,5 puntos", "1 punto", "1,5 puntos", "2 puntos")),
        ("fr", ("0,5 point", "1 point", "1,5 point", "2 points")),
    ],
)
def test_a_noun_behind_a_fraction_has_the_form_of_the_language(code: str, texts: tuple[str, ...]) -> None:
    with speaking(code):
        assert tuple(size(number, "score", int(number % 1 > 0)) for number in (0.5, 1.0, 1.5, 2.0)) == texts


def test_a_unit_in_words_stands_behind_the_number_once() -> None:
    assert size(1.33, "per 100 tickets", 1, ("0.6", "2.1")) == "1.3 [0.6 to 2.1] per 100 tickets"
    assert level(6.77, "per 100 tickets", 1) == "6.8 per 100 tickets"
    assert level_beside_size(6.77, "per 100 tickets", 1) == "6.8"
    assert level_beside_size(71.4, "percent", 0) == "71%"


@pytest.mark.parametrize(("share", "text"), [(-0.16, "−16%"), (0.004, "0.4%"), (0.0, "0%"), (1.0, "100%")])
def test_shares(share: float, text: str) -> None:
    assert share_in_percent(share) == text


@pytest.mark.parametrize(
    ("template", "number", "text"),
    [
        ("{n}", 20.0, "20"),
        ("{n}", 0.412, "0.41"),
        ("{n}", -1.333, "−1.3"),
        ("{n:percent}", 0.31, "31%"),
        ("{n:2}", 2, "2.00"),
    ],
)
def test_a_figure_writes_itself_into_a_template(template: str, number: float, text: str) -> None:
    assert template.format(n=Figure(number)) == text
