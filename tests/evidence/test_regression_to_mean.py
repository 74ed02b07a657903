"""Regression to the mean: the published reliability of Shrout and Fleiss, and groups chosen in simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lei.errors import InvalidError
from lei.evidence.estimate import TooLittle
from lei.evidence.regression_to_mean import RegressionToMean, regression_to_mean

# Shrout and Fleiss 1979, Psychological Bulletin 86, table 2: six targets rated by four judges.
RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
FEW = {"units": 6}


def found(result: RegressionToMean | TooLittle) -> RegressionToMean:
    assert isinstance(result, RegressionToMean)
    return result


class TestReliability:
    def test_the_published_one(self) -> None:
        """ICC(3, 4) = (11.24 - 1.02) / 11.24 = 0.91; its interval in R's `psych::ICC` is 0.68 to 0.99."""
        worst = np.array([False, True, False, False, False, False])
        regression = found(regression_to_mean(RATINGS, worst, 1.0, FEW))
        assert_allclose(regression.reliability, 0.91, atol=0.005)
        assert_allclose([regression.reliability_low, regression.reliability_high], [0.68, 0.99], atol=0.005)

    def test_the_expected_change_by_hand(self) -> None:
        """The second target has 3 on average, all 127 / 24 = 5.2917: (1 - 0.9093) x 2.2917 = 0.2079, of a change of 1
        about a fifth."""
        worst = np.array([False, True, False, False, False, False])
        regression = found(regression_to_mean(RATINGS, worst, 1.0, FEW))
        assert_allclose([regression.expected, regression.share], 0.2079, atol=0.0005)
        assert regression.low < regression.expected < regression.high
        assert regression.finding is not None
        assert regression.finding.numbers["observed"] == 1

    def test_a_change_of_all_units_alike_does_not_count(self) -> None:
        chosen = np.arange(6) == 1
        plain = found(regression_to_mean(RATINGS, chosen, 1.0, FEW))
        moved = found(regression_to_mean(RATINGS + np.array([0, 50, -20, 7]), chosen, 1.0, FEW))
        assert_allclose(moved.expected, plain.expected)


class TestChosenGroups:
    @pytest.mark.parametrize(("periods", "spread"), [(3, 1.0), (6, 1.0), (3, 0.5)])
    def test_the_worst_units_come_back_as_far_as_is_expected(self, periods: int, spread: float) -> None:
        """Units with a level of their own and noise of 1 each month; the worst tenth is chosen; nothing is done."""
        rng = np.random.default_rng(2)
        levels = rng.normal(20, spread, 4000)[:, np.newaxis]
        history, later = levels + rng.normal(0, 1, (4000, periods)), levels + rng.normal(0, 1, (4000, periods))
        means = history.mean(axis=1)
        chosen = means <= np.quantile(means, 0.1)
        change = float(later[chosen].mean() - history[chosen].mean())
        regression = found(regression_to_mean(history, chosen, change))
        assert_allclose(regression.expected, change, rtol=0.1)
        assert_allclose(regression.share, 1, rtol=0.1)
        assert_allclose(regression.reliability, spread**2 / (spread**2 + 1 / periods), atol=0.03)

    def test_pure_chance_comes_back_all_the_way(self) -> None:
        """Units that swing against each other from month to month: no place is kept, reliability 0."""
        history = np.random.default_rng(3).normal(50, 1, (40, 2))
        history[:, 1] = 100 - history[:, 0] + np.linspace(0, 0.01, 40)
        chosen = np.arange(40) == 0
        regression = found(regression_to_mean(history, chosen, 1.0))
        assert regression.reliability == 0
        assert_allclose(regression.expected, history.mean() - history[0].mean())

    def test_a_change_the_other_way_is_not_explained(self) -> None:
        worst = np.array([False, True, False, False, False, False])
        for observed in (-1.0, 0.0):
            regression = found(regression_to_mean(RATINGS, worst, observed, FEW))
            assert (regression.share, regression.finding) == (0, None)

    def test_a_group_that_was_too_good_falls(self) -> None:
        best = np.array([False, False, False, False, True, False])
        regression = found(regression_to_mean(RATINGS, best, -1.0, FEW))
        assert regression.low < regression.expected < regression.high < 0
        assert regression.finding is not None


class TestMinimum:
    def test_thirty_units_and_two_periods_are_needed(self) -> None:
        history = np.random.default_rng(1).normal(50, 5, (30, 4))
        chosen = np.arange(30) < 5
        assert isinstance(regression_to_mean(history, chosen, 1.0), RegressionToMean)
        history[29, 0] = math.nan
        assert regression_to_mean(history, chosen, 1.0) == TooLittle("regression_to_mean", {"units": 30}, {"units": 29})
        one = regression_to_mean(np.arange(40.0)[:, np.newaxis], np.arange(40) < 5, 1.0)
        assert one == TooLittle("regression_to_mean", {"periods": 2}, {"periods": 1})
        assert isinstance(regression_to_mean(np.zeros((0, 3)), np.zeros(0, dtype=bool), 1.0), TooLittle)

    def test_what_cannot_be_used_is_refused(self) -> None:
        history, chosen = np.random.default_rng(1).normal(50, 5, (30, 4)), np.arange(30) < 5
        infinite = history.copy()
        infinite[0, 0] = math.inf
        for table, picked, observed in (
            (infinite, chosen, 1.0),
            (history, chosen[:29], 1.0),
            (history[0], chosen, 1.0),
            (history, chosen, math.nan),
            (history, np.zeros(30, dtype=bool), 1.0),
            (np.full((30, 4), 7.0), chosen, 1.0),
            (np.repeat(np.arange(30.0)[:, np.newaxis], 4, axis=1), chosen, 1.0),
        ):
            with pytest.raises(InvalidError):
                regression_to_mean(table, picked, observed)
