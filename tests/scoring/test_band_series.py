"""Bands of many series at once are the bands of each stretch alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.band_series import NO_BAND, series_of_settled_bands
from scoring.bands import BANDS, settled_bands
from scoring.errors import ScoringError

# Scores near the borders are where the rule bites.
NEAR_BORDERS = st.sampled_from(
    [0.0, 38.9, 39.0, 39.5, 40.0, 40.9, 41.0, 59.0, 59.9, 60.1, 61.0, 75.5, 76.0, 90.2, 100.0]
)
SERIES = st.lists(st.one_of(NEAR_BORDERS, st.floats(0, 100), st.just(math.nan)), min_size=1, max_size=13)


@given(SERIES, st.integers(0, 13))
def test_each_point_is_settled_by_the_stretch_that_ends_there(series: list[float], memory: int) -> None:
    found = series_of_settled_bands(np.array(series), memory).tolist()
    alone = [settled_bands(series[max(0, t - memory) : t + 1])[-1] for t in range(len(series))]
    assert [None if number == NO_BAND else BANDS[number].key for number in found] == alone


def test_several_series_keep_their_shape() -> None:
    series = [[58.9, 60.1, 60.1], [58.9, 61.0, 60.0]], [[60.1, 60.1, 58.0], [50.0, math.nan, 50.0]]
    bands = series_of_settled_bands(np.array(series), 12)
    assert bands.tolist() == [[[1, 1, 2], [1, 2, 2]], [[2, 2, 1], [1, NO_BAND, 1]]]


def test_two_months_beyond_the_border_are_enough() -> None:
    bands = series_of_settled_bands(np.array([58.9, 60.1, 60.2]), 12)
    assert [BANDS[band].key for band in bands] == ["developing", "developing", "on_track"]


@pytest.mark.parametrize("wrong", [101.0, 100.1, -0.5])
def test_scores_off_the_scale_are_refused(wrong: float) -> None:
    with pytest.raises(ScoringError, match="between 0 and 100"):
        series_of_settled_bands(np.array([50.0, wrong]), 12)


def test_a_single_number_is_no_series() -> None:
    with pytest.raises(ScoringError, match="at least one score"):
        series_of_settled_bands(50.0, 12)
