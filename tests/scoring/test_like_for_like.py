"""The composite of two months over what both of them have."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from scoring.change import like_for_like
from scoring.composite import two_level
from scoring.errors import ScoringError

NAN = math.nan


def test_like_for_like_uses_what_is_there_in_both_months() -> None:
    tree = two_level(np.zeros(3, dtype=int), np.array([2.0, 1, 1]), np.ones(1), min_coverage=0)
    before, after = like_for_like([50, 10, NAN], [60, NAN, 90], tree)
    assert (float(before), float(after)) == (50, 60)


def test_like_for_like_of_many_segments() -> None:
    tree = two_level(np.zeros(2, dtype=int), np.ones(2), np.ones(1))
    before, after = like_for_like([[50, 70], [50, NAN]], [[60, 80], [60, 90]], tree)
    assert_array_equal(before, [60, NAN])
    assert_array_equal(after, [70, NAN])
    with pytest.raises(ScoringError, match="differ in shape"):
        like_for_like([50, 70], [[60, 80]], tree)
