"""Opportunities: points for a tenth of the goalpost range, by hand, and never a loss."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.composite import evaluate
from scoring.errors import ScoringError
from scoring.means import MeanName
from scoring.normalise import Goalposts, normalise_columns
from scoring.opportunities import improved, opportunities
from tests.scoring.conftest import TwoLevel

NAN = math.nan
COST = Goalposts("lower_is_better", 250, 80)
HOURS = Goalposts("target_is_best", 0, 13, 35, 100)
REACH = Goalposts("higher_is_better", 40, 95)
DAYS = Goalposts("lower_is_better", 100, 10, curve="lognormal")
STEPS = Goalposts("higher_is_better", 0, 10, curve="piecewise", knots=((0, 0), (4, 60), (6, 60), (10, 100)))
HUMPS = Goalposts("target_is_best", 0, 8, curve="piecewise", knots=((0, 0), (2, 80), (4, 20), (8, 100), (9, 0)))
FALLING = Goalposts("lower_is_better", 20, 10, curve="piecewise", knots=((10, 100), (20, 0)))
MESA = Goalposts("target_is_best", 0, 2, curve="piecewise", knots=((0, 0), (2, 100), (4, 100), (10, 0)))
FLAT_LEFT = Goalposts("lower_is_better", 10, 2, curve="piecewise", knots=((0, 100), (2, 100), (10, 0)))
FLAT_RIGHT = Goalposts("higher_is_better", 0, 7, curve="piecewise", knots=((0, 0), (7, 100), (10, 100)))
POSTS = [COST, HOURS, REACH, DAYS, STEPS, HUMPS]


@pytest.mark.parametrize(
    ("posts", "before", "after"),
    [
        (COST, 165, 148),
        (COST, 90, 80),  # clamped at the end
        (COST, 70, 70),  # beyond it already
        (REACH, 40, 45.5),
        (REACH, 99, 99),
        (HOURS, 5, 6.3),  # towards the target from below ...
        (HOURS, 12, 13),
        (HOURS, 20, 20),
        (HOURS, 40, 35),  # ... and from above, where a tenth of the range is 6.5
        (HOURS, 60, 53.5),
        (DAYS, 60, 51),
        (DAYS, 8, 8),
        (STEPS, 3, 4),
        (STEPS, 9.5, 10),
        (STEPS, 11, 11),  # beyond the best knot already
        (STEPS, 4.5, 5.5),  # on the flat stretch, where it costs nothing and is on the way
        (FALLING, 16, 15),
        (FALLING, 5, 5),  # beyond the best knot already
        (MESA, 0.5, 1.5),
        (MESA, 1.5, 2),  # to the near end of the best stretch from below ...
        (MESA, 4.5, 4),  # ... and from above
        (FLAT_LEFT, -1, -1),  # the best stretch goes on for ever
        (FLAT_RIGHT, 11, 11),
        (HUMPS, 8.4, 8),
        (HUMPS, 5, 5.9),
        (HUMPS, 1.9, 1.9),  # 0.9 further there are 56 points instead of 76: it stays
        (REACH, NAN, NAN),
    ],
)
def test_a_tenth_of_the_range_in_the_better_direction(posts: Goalposts, before: float, after: float) -> None:
    assert_allclose(improved([before], [posts], 0.1), [after], rtol=1e-14)


def test_gains_are_weights_times_ten_points_and_ranked(two_level: TwoLevel) -> None:
    """Pillars 1 : 3, in the first COST and HOURS of 1 : 1, in the second REACH. Ten points more of COST are worth 1.25,
    of REACH 7.5; HOURS is on target."""
    found = opportunities([165, 20, 50], [COST, HOURS, REACH], two_level([0, 0, 1], [1, 1, 1], [1, 3]))
    assert_allclose(found.gain, [1.25, 0, 7.5], atol=1e-12)
    assert_array_equal(found.order, [2, 0, 1])
    assert_allclose(found.values, [148, 20, 55.5])


def test_what_is_missing_offers_nothing_to_state(two_level: TwoLevel) -> None:
    tree = two_level([0, 0, 1], [3, 1, 1], [1, 1])
    found = opportunities([[165, NAN, 50], [165, 20, NAN]], [COST, HOURS, REACH], tree)
    assert_allclose(found.gain, [[5, NAN, 5], [NAN, NAN, NAN]])
    assert_array_equal(found.order[0], [0, 2, 1])


@given(
    st.lists(st.floats(-20, 300), min_size=12, max_size=12),
    st.floats(0.01, 2),
    st.sampled_from(["arithmetic", "geometric", "harmonic"]),
)
def test_an_opportunity_never_lowers_the_composite_and_gives_what_it_says(
    two_level: TwoLevel, values: list[float], share: float, mean: MeanName
) -> None:
    table = np.array(values).reshape(2, 6)
    tree = two_level([0, 0, 1, 1, 2, 2], [1, 2, 3, 1, 1, 1], [1, 1, 2], mean)
    found = opportunities(table, POSTS, tree, share)
    now = evaluate(normalise_columns(table, POSTS), tree).composite
    for measure in range(6):
        changed = table.copy()
        changed[:, measure] = found.values[:, measure]
        then = evaluate(normalise_columns(changed, POSTS), tree).composite
        assert (then >= now - 1e-12).all()
        assert_allclose(found.gain[:, measure], then - now, atol=1e-9)
    ordered = np.take_along_axis(found.gain, found.order, axis=1)
    assert (np.diff(ordered, axis=1) <= 0).all()


def test_many_segments_and_months_at_once(two_level: TwoLevel) -> None:
    values = np.random.default_rng(2).uniform(0, 200, (3, 4, 6))
    tree = two_level([0, 0, 1, 1, 2, 2], [1] * 6, [1] * 3)
    found = opportunities(values, POSTS, tree)
    for place in np.ndindex(3, 4):
        assert_allclose(opportunities(values[place], POSTS, tree).gain, found.gain[place], atol=1e-12)


@pytest.mark.parametrize("share", [0.0, -0.1, NAN, math.inf])
def test_a_share_that_is_none_is_refused(share: float, two_level: TwoLevel) -> None:
    with pytest.raises(ScoringError, match="share"):
        opportunities([165, 20], [COST, HOURS], two_level([0, 0], [1, 1], [1]), share)
