"""Contrast with white as WCAG 2.2 defines it; the expected values are worked out by hand from the definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lei.reports.branding import HOUSE_ACCENT
from lei.reports.contrast import contrast_with_white, nearest_readable, readable, tint

COLOURS = st.binary(min_size=3, max_size=3).map(lambda channels: f"#{channels.hex()}")


@pytest.mark.parametrize(
    ("colour", "ratio"),
    [
        ("#000000", 21.0),  # 1.05 / 0.05
        ("#ffffff", 1.0),
        ("#767676", 4.54),  # L = ((118/255 + 0.055) / 1.055)^2.4 = 0.1812
        ("#777777", 4.48),  # L = 0.1845
        ("#ff0000", 4.0),  # L = 0.2126
        ("#0000ff", 8.59),  # L = 0.0722
    ],
)
def test_the_ratio_is_that_of_the_definition(colour: str, ratio: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.005)


def test_the_border_lies_between_two_greys() -> None:
    assert readable("#767676")
    assert not readable("#777777")
    assert readable(HOUSE_ACCENT)


@pytest.mark.parametrize(
    ("colour", "nearest"),
    [
        ("#777777", "#767676"),
        # 0.9278 times the linear channel must be at most 1.05 / 4.5 - 0.05 = 0.1833: a channel of 122.87.
        ("#ffff00", "#7a7a00"),
        ("#ffffff", "#767676"),
        ("#1f4e79", "#1f4e79"),
    ],
)
def test_the_nearest_readable_colour_keeps_its_hue(colour: str, nearest: str) -> None:
    assert nearest_readable(colour) == nearest


@given(COLOURS)
def test_what_is_suggested_is_always_readable_and_never_lighter(colour: str) -> None:
    found = nearest_readable(colour)
    assert readable(found)
    assert all(new <= old for new, old in zip(bytes.fromhex(found[1:]), bytes.fromhex(colour[1:]), strict=True))
    assert not readable(colour) or found == colour


def test_a_tint_is_mixed_with_white() -> None:
    assert (tint("#8c145a", 1), tint("#8c145a", 0), tint("#ff0000", 0.2)) == ("#8c145a", "#ffffff", "#ffcccc")
