"""The curve through a cloud of points, against one regression for each place, and groups whose means are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.arrays import Floats
from scoring.errors import ScoringError
from scoring.smoother import local_linear

WIDTHS = (0.15, 0.25, 0.4, 0.65, 1.0, 2.0, 10.0)


def regression_at(place: float, x: Floats, y: Floats, width: float) -> float:
    """The height at `place` of the straight line by weighted least squares."""
    roots = np.exp(-0.25 * ((x - place) / width) ** 2)
    height, _ = np.linalg.lstsq(np.stack([roots, roots * (x - place)], axis=1), roots * y, rcond=None)[0]
    return float(height)


def plain_fit(x: Floats, y: Floats) -> tuple[float, Floats]:
    """The width that predicts points best which were truly left out, and its curve; no point may make its own fit."""
    places = (x - x.mean()) / x.std()
    others = [np.arange(x.size) != number for number in range(x.size)]
    found = []
    for width in WIDTHS:
        own = [regression_at(place, places, 1.0 * ~rest, width) for place, rest in zip(places, others, strict=True)]
        if max(own) > 1 - 1e-6:
            continue
        fitted = np.array([regression_at(place, places, y, width) for place in places])
        left_out = [
            regression_at(place, places[rest], y[rest], width) for place, rest in zip(places, others, strict=True)
        ]
        found.append((float(((y - left_out) ** 2).mean()), width, fitted))
    return min(found, key=lambda each: each[0])[1:]


def waves(seed: int, count: float, noise: float) -> tuple[Floats, Floats]:
    """Thirty points of a sine with so many waves, and so much noise."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, 30)
    return x, np.sin(2 * math.pi * count * x) + noise * rng.normal(size=30)


class TestAgainstOneRegressionForEachPlace:
    @pytest.mark.parametrize(
        ("seed", "count", "noise", "width"),
        [
            (5, 1.5, 0.05, 0.15),
            (1, 1.5, 0.3, 0.25),
            (4, 0.25, 0.05, 0.4),
            (2, 0.5, 0.3, 0.65),
            (3, 0.25, 0.3, 1.0),
            (4, 1, 2, 2.0),
            (4, 4, 2, 10.0),
        ],
    )
    def test_every_width_is_taken_where_it_predicts_best(
        self, seed: int, count: float, noise: float, width: float
    ) -> None:
        x, y = waves(seed, count, noise)
        best, fitted = plain_fit(x, y)
        assert best == width
        assert_allclose(local_linear(x, y), fitted, rtol=1e-8, atol=1e-9)

    def test_a_width_at_which_a_point_stands_alone_is_ruled_out(self) -> None:
        """A wave between 0 and 2 and a point at 3; by the others alone its narrow neighbourhoods would do best."""
        x = np.r_[np.random.default_rng(1).uniform(0, 2, 20), 3.0]
        y = np.sin(math.pi * x)
        y[-1] = y[x[:-1].argmax()]
        assert_allclose(local_linear(x, y), plain_fit(x, y)[1], rtol=1e-8, atol=1e-9)

    def test_it_makes_no_difference_where_the_points_lie_on_the_axis(self) -> None:
        x, y = waves(1, 1.5, 0.3)
        x = np.round(x * 1024)
        assert_allclose(local_linear(x + 2.0**40, y), local_linear(x, y), rtol=1e-9)


class TestGroups:
    """Three groups of ten points at 0, 1 and 2 whose heights are 0 to 9, 20000 to 20009 and 0 to 9: so far apart that
    the least width, which alone sees no group from another, predicts best."""

    HEIGHTS = np.r_[np.arange(10.0), np.arange(20_000.0, 20_010), np.arange(10.0)]
    MEANS = np.repeat([4.5, 20_004.5, 4.5], 10)

    def spread_out(self, variance: float) -> Floats:
        """Places that rise with the heights; within a group they vary by so much, in squares of the least width."""
        within = np.tile(np.arange(10) - 4.5, 3) / np.std(np.arange(10))
        return np.repeat([0.0, 1.0, 2.0], 10) + within * math.sqrt(variance) * 0.15 * math.sqrt(2 / 3)

    def test_at_single_places_they_have_their_means(self) -> None:
        assert_allclose(local_linear(self.spread_out(0), self.HEIGHTS), self.MEANS, rtol=1e-5)

    def test_what_varies_by_less_than_a_millionth_of_a_square_of_the_width_has_no_slope(self) -> None:
        assert_allclose(local_linear(self.spread_out(5e-7), self.HEIGHTS), self.MEANS, rtol=1e-5)

    def test_what_varies_by_more_has_one(self) -> None:
        assert_allclose(local_linear(self.spread_out(3e-6), self.HEIGHTS), self.HEIGHTS, atol=1e-3)


class TestKnownCurves:
    def test_a_straight_line_is_found_exactly(self) -> None:
        x = np.random.default_rng(1).uniform(0, 100, 40)
        assert_allclose(local_linear(x, 3 * x - 20), 3 * x - 20, rtol=1e-9)

    def test_a_curve_is_found_closely(self) -> None:
        """A sine with noise of 0.1: nearer to the sine than the noise is, in the middle of its range."""
        rng = np.random.default_rng(2)
        x = np.sort(rng.uniform(0, 2 * math.pi, 300))
        fitted = local_linear(x, np.sin(x) + rng.normal(0, 0.1, 300))
        assert np.abs(fitted - np.sin(x))[20:-20].max() < 0.1

    def test_noise_is_not_taken_for_a_curve(self) -> None:
        rng = np.random.default_rng(9)
        noise = rng.normal(0, 1, 60)
        assert local_linear(rng.uniform(0, 1, 60), noise).var() < 0.1 * noise.var()

    def test_two_groups_have_their_means(self) -> None:
        fitted = local_linear(np.repeat([0.0, 1.0], 10), np.r_[np.arange(10.0), np.arange(10.0, 20)])
        assert_allclose(fitted, np.repeat([4.5, 14.5], 10), atol=1e-6)

    def test_one_point_far_away_does_not_break_it(self) -> None:
        x = np.r_[np.random.default_rng(3).normal(50, 1, 400), 100_000.0]
        assert np.isfinite(local_linear(x, x % 7)).all()

    def test_a_single_place_is_refused(self) -> None:
        with pytest.raises(ScoringError):
            local_linear(np.ones(5), np.arange(5.0))
