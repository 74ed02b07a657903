"""Difference-in-differences: the story of the specification, a table by hand, statsmodels by another way, coverage."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import panel_of, simulated, story

from lei.errors import InvalidError
from lei.evidence.did import difference_in_differences
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.panel_data import NEVER, Panel

NAN = math.nan


def estimate_of(panel: Panel, lag: int = 0) -> Estimate:
    result = difference_in_differences(panel, lag=lag)
    assert isinstance(result, Estimate)
    return result


def codes_of(result: Estimate) -> set[str]:
    return {finding.code for finding in result.findings}


class TestTheStory:
    """Early errors of new hires: (6.77 - 8.4) - (8.20 - 8.5) = -1.33 per 100 tickets, 16 percent."""

    def test_the_effect_is_the_double_difference_of_the_four_means(self) -> None:
        result = estimate_of(story(), lag=3)
        assert result.details["treated_before"] == pytest.approx(8.4)
        assert result.details["treated_after"] == pytest.approx((7.1 + 6.7 + 6.5) / 3)
        assert result.details["comparison_before"] == pytest.approx(8.5)
        assert result.details["comparison_after"] == pytest.approx(8.2)
        assert result.effect == pytest.approx(-4 / 3)
        assert round(result.effect, 2) == -1.33

    def test_it_is_16_percent_of_what_would_have_been(self) -> None:
        result = estimate_of(story(), lag=3)
        assert result.details["counterfactual"] == pytest.approx(8.4 - 0.3)
        assert result.relative == pytest.approx(-(4 / 3) / 8.1)
        assert result.relative is not None
        assert round(100 * result.relative) == -16

    def test_the_interval_is_welchs_over_sites(self) -> None:
        """Changes of the sites lie 0.3 apart: s = 0.3 in each group, error 0.3 · sqrt(2/3), t(4) = 2.776445."""
        result = estimate_of(story(), lag=3)
        error = 0.3 * math.sqrt(2 / 3)
        assert result.standard_error == pytest.approx(error)
        assert result.degrees_of_freedom == pytest.approx(4)
        assert result.ci_low == pytest.approx(-4 / 3 - 2.7764451 * error)
        assert result.ci_high == pytest.approx(-4 / 3 + 2.7764451 * error)

    def test_months_of_the_lag_are_left_out(self) -> None:
        result = estimate_of(story(), lag=3)
        assert (result.before, result.after) == (3, 3)
        assert (result.units_treated, result.units_comparison) == (3, 3)
        assert (result.n_treated, result.n_comparison) == (900, 900)
        without = estimate_of(story())
        assert without.after == 6
        assert without.effect == pytest.approx((44.3 / 6 - 8.4) - (49.9 / 6 - 8.5))

    def test_six_sites_are_few_clusters_and_enough_sites(self) -> None:
        found = codes_of(estimate_of(story(), lag=3))
        assert "few_clusters" in found
        assert "few_sites" not in found


class TestWeights:
    def test_units_weigh_by_their_cases(self) -> None:
        """Changes -3 (300 cases a month) and -1 (100) against 0 and 0.4 with equal cases: -2.5 - 0.2 = -2.7."""
        rows = {"a": [9, 9, 9, 6, 6, 6], "b": [5, 5, 5, 4, 4, 4], "c": [7] * 6, "d": [7, 7, 7, 7.4, 7.4, 7.4]}
        result = estimate_of(panel_of(rows, {"a": 3, "b": 3}, {"a": 300, "b": 100, "c": 50, "d": 50}))
        assert result.effect == pytest.approx(-2.7)
        assert result.details["treated_before"] == pytest.approx(8)
        assert result.details["treated_after"] == pytest.approx(5.5)

    def test_a_dominating_cluster_leaves_few_degrees_of_freedom(self) -> None:
        """Treated shares 3/4, 1/4: V = .5625·.25/.25 + .0625·2.25/.75 = .75. HC2 degrees by hand: a = 9/4, 1/12 and
        B = [[1/3, -1], [-1, 3]]: (3/4 + 1/4)² / (9/16 + 2·9/48 + 1/16) = 1. Comparison: V = .04, 1 degree."""
        rows = {"a": [9, 9, 9, 6, 6, 6], "b": [5, 5, 5, 4, 4, 4], "c": [7] * 6, "d": [7, 7, 7, 7.4, 7.4, 7.4]}
        result = estimate_of(panel_of(rows, {"a": 3, "b": 3}, {"a": 300, "b": 100, "c": 50, "d": 50}))
        assert result.standard_error**2 == pytest.approx(0.75 + 0.04)
        assert result.degrees_of_freedom == pytest.approx(0.79**2 / (0.75**2 + 0.04**2))

    def test_a_month_weighs_by_its_cases(self) -> None:
        panel = story()
        cases = panel.cases.copy()
        cases[:, 0], cases[:, 2] = 50, 150
        values = panel.values.copy()
        values[:3, 2] += 0.4
        result = estimate_of(replace(panel, cases=cases, values=values), lag=3)
        # April has 150 of 300 cases.
        assert result.details["treated_before"] == pytest.approx(8.4 + 0.4 / 2)


class TestClusters:
    def test_units_of_one_cluster_count_once(self) -> None:
        """Every site split into two teams that move alike: the same effect, error and degrees of freedom."""
        panel = story()
        twice = Panel(
            units=tuple(f"{unit} {team}" for unit in panel.units for team in "ab"),
            values=np.repeat(panel.values, 2, axis=0),
            cases=np.repeat(panel.cases, 2, axis=0) / 2,
            starts=np.repeat(panel.starts, 2),
            clusters=tuple(unit for unit in panel.units for _ in "ab"),
        )
        one, two = estimate_of(panel, 3), estimate_of(twice, 3)
        for name in ("effect", "standard_error", "degrees_of_freedom", "ci_low", "ci_high", "n_treated"):
            assert getattr(two, name) == pytest.approx(getattr(one, name))
        assert two.units_treated == 6

    def test_clusters_with_both_groups_are_those_of_a_regression_of_all_months(self) -> None:
        """Trained and untrained teams of the same sites, by the long way: all months, effects of teams and of time."""
        rng = np.random.default_rng(4)
        panel = replace(simulated(rng, units=8), clusters=("n", "s", "e", "w") * 2)
        result = estimate_of(panel)
        assert result.effect == pytest.approx(_long_regression(panel))
        changes = panel.values[:, 6:].mean(axis=1) - panel.values[:, :6].mean(axis=1)
        residuals = changes - np.where(panel.treated, changes[:4].mean(), changes[4:].mean())
        sums = residuals[:4] / 4 - residuals[4:] / 4
        assert result.standard_error == pytest.approx(math.sqrt((sums**2).sum() * 4 / 3 * 7 / 6))
        assert result.degrees_of_freedom == 3

    def test_the_effect_is_that_of_two_way_fixed_effects_where_nothing_is_missing(self) -> None:
        panel = simulated(np.random.default_rng(9), units=10, effect=-0.8)
        assert estimate_of(panel).effect == pytest.approx(_long_regression(panel))

    def test_two_sites_in_a_group_have_a_finding_of_their_own(self) -> None:
        panel = story()
        kept = [0, 2, 3, 4, 5]
        part = Panel(
            tuple(panel.units[unit] for unit in kept),
            panel.values[kept],
            panel.cases[kept],
            panel.starts[kept],
            tuple(panel.units[unit] for unit in kept),
        )
        assert "few_sites" in codes_of(estimate_of(part, 3))

    def test_intervals_of_six_sites_hold_the_truth_95_times_in_100(self) -> None:
        """1000 simulated rollouts with shocks that last for months; three standard errors of 0.95 are 0.021."""
        rng = np.random.default_rng(20261126)
        held = [_holds(estimate_of(simulated(rng, effect=-1.0)), -1.0) for _ in range(1000)]
        assert 0.929 <= np.mean(held) <= 0.985

    def test_errors_that_ignore_clusters_would_not(self) -> None:
        """The reason for clustering: taking months for independent holds the truth far less often."""
        rng = np.random.default_rng(20261126)
        held = []
        for _ in range(200):
            panel = simulated(rng, effect=-1.0)
            fit = _long_fit(panel)
            low, high = fit.conf_int()[0]
            held.append(low <= -1.0 <= high)
        assert np.mean(held) < 0.9


def _holds(result: Estimate, truth: float) -> bool:
    return result.ci_low <= truth <= result.ci_high


def _long_regression(panel: Panel) -> float:
    return float(_long_fit(panel).params[0])


def _long_fit(panel: Panel) -> sm.regression.linear_model.RegressionResultsWrapper:
    """Ordinary least squares of every month of every unit on the program and dummies of units and months."""
    units, months = panel.values.shape
    design = np.column_stack(
        (panel.after.ravel(), np.repeat(np.eye(units), months, axis=0), np.tile(np.eye(months), (units, 1))[:, 1:])
    )
    return sm.OLS(panel.values.ravel(), design.astype(float)).fit()


class TestTooLittle:
    def test_two_months_before_are_too_few(self) -> None:
        panel = story()
        later = np.where(panel.treated, panel.starts - 1, NEVER)
        short = replace(panel, values=panel.values[:, 1:], cases=panel.cases[:, 1:], starts=later)
        result = difference_in_differences(short, lag=3)
        assert result == TooLittle("difference_in_differences", {"months_before": 3}, {"months_before": 2})

    def test_a_lag_that_leaves_two_months_is_too_long(self) -> None:
        result = difference_in_differences(story(), lag=4)
        assert result == TooLittle("difference_in_differences", {"months_after": 3}, {"months_after": 2})

    def test_19_people_are_too_few(self) -> None:
        panel = story()
        result = difference_in_differences(replace(panel, cases=np.full(panel.cases.shape, 2.0)), lag=3)
        assert result == TooLittle(
            "difference_in_differences",
            {"people_treated": 20, "people_comparison": 20},
            {"people_treated": 18, "people_comparison": 18},
        )

    def test_one_site_in_a_group_has_no_error(self) -> None:
        panel = replace(story(), clusters=("a", "a", "a", "b", "c", "d"))
        result = difference_in_differences(panel, lag=3)
        assert result == TooLittle("difference_in_differences", {"sites_treated": 2}, {"sites_treated": 1})

    def test_a_start_after_all_months_has_no_months_after(self) -> None:
        panel = story()
        result = difference_in_differences(replace(panel, starts=np.where(panel.treated, 40, NEVER)))
        assert isinstance(result, TooLittle)
        assert result.found["months_after"] == 0


class TestGaps:
    def test_a_unit_without_months_before_is_left_out_and_named(self) -> None:
        panel = story()
        values = np.vstack((panel.values, [NAN] * 3 + [5.0] * 6))
        more = Panel(
            (*panel.units, "opened in May"),
            values,
            np.vstack((panel.cases, panel.cases[:1])),
            np.append(panel.starts, 3),
            (*panel.clusters, "opened in May"),
        )
        result = estimate_of(more, 3)
        assert result.effect == pytest.approx(-4 / 3)
        assert [finding.names for finding in result.findings if finding.code == "units_left_out"] == [
            ("opened in May",)
        ]

    def test_missing_months_are_counted(self) -> None:
        panel = story()
        values = panel.values.copy()
        values[0, 0] = NAN
        result = estimate_of(replace(panel, values=values), 3)
        assert [dict(found.numbers) for found in result.findings if found.code == "months_missing"] == [{"cells": 1}]

    def test_a_unit_with_one_case_on_either_side_counts(self) -> None:
        panel = story()
        values, cases = panel.values.copy(), panel.cases.copy()
        values[0, 1:8], cases[0] = NAN, 1
        result = estimate_of(replace(panel, values=values, cases=cases), 3)
        assert result.units_treated == 3
        # Weights 1·1/2 and twice 300·300/600; changes from 8.4 to 6.2, and on average by 20.3/3 + 0.15 - 8.4.
        expected = (0.5 * -2.2 + 300 * (20.3 / 3 + 0.15 - 8.4)) / 300.5
        assert result.effect == pytest.approx(expected + 0.3)

    def test_there_is_no_share_of_nothing(self) -> None:
        rows = {"a": [0, 0, 0, 1, 1, 1], "b": [0, 0, 0, 2, 2, 2], "c": [0] * 6, "d": [0] * 6}
        result = estimate_of(panel_of(rows, {"a": 3, "b": 3}))
        assert result.effect == pytest.approx(1.5)
        assert result.relative is None


class TestRefused:
    @pytest.mark.parametrize("value", [math.inf, -math.inf, 1e200])
    def test_values_that_are_no_numbers_of_a_kpi(self, value: float) -> None:
        panel = story()
        values = panel.values.copy()
        values[0, 0] = value
        with pytest.raises(InvalidError, match="finite"):
            difference_in_differences(replace(panel, values=values))

    @pytest.mark.parametrize("cases", [-1.0, math.inf])
    def test_cases_that_are_no_count(self, cases: float) -> None:
        panel = story()
        with pytest.raises(InvalidError, match="cases"):
            difference_in_differences(replace(panel, cases=np.full(panel.cases.shape, cases)))

    def test_no_comparison_group(self) -> None:
        with pytest.raises(InvalidError, match="no comparison group"):
            difference_in_differences(replace(story(), starts=np.full(6, 3)))

    def test_nobody_with_the_program(self) -> None:
        with pytest.raises(InvalidError, match="nothing to compare"):
            difference_in_differences(replace(story(), starts=np.full(6, NEVER)))

    def test_different_starts(self) -> None:
        with pytest.raises(InvalidError, match="staggered"):
            difference_in_differences(replace(story(), starts=np.array([3, 3, 4, -1, -1, -1])))

    def test_units_that_all_change_alike(self) -> None:
        with pytest.raises(InvalidError, match="how sure"):
            difference_in_differences(story(spread=0.0), lag=3)

    def test_shapes_that_do_not_fit(self) -> None:
        with pytest.raises(InvalidError, match="one start"):
            difference_in_differences(replace(story(), starts=np.array([3, -1])))

    def test_a_lag_below_0(self) -> None:
        with pytest.raises(InvalidError, match="lag"):
            difference_in_differences(story(), lag=-1)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(0.01, 100), st.floats(-20, 20))
def test_scale_and_level_do_not_matter_and_an_added_effect_is_found(
    seed: int, level: float, scale: float, more: float
) -> None:
    panel = simulated(np.random.default_rng(seed))
    plain = estimate_of(panel)
    moved = estimate_of(replace(panel, values=scale * (panel.values + more * panel.after) + level))
    assert moved.effect == pytest.approx(scale * (plain.effect + more), abs=1e-6)
    assert moved.standard_error == pytest.approx(scale * plain.standard_error, rel=1e-6)
    assert moved.ci_low <= moved.effect <= moved.ci_high
