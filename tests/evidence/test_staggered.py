"""Staggered rollouts: by hand, where two-way fixed effects have the wrong sign, and against the plain comparison."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from panels import panel_of, simulated, story

from lei.errors import InvalidError
from lei.evidence.did import difference_in_differences
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.panel_data import NEVER, Panel
from lei.evidence.staggered import StaggeredRollout, staggered_rollout


def rollout_of(panel: Panel, lag: int = 0) -> StaggeredRollout:
    result = staggered_rollout(panel, lag=lag)
    assert isinstance(result, StaggeredRollout)
    return result


def two_way_fixed_effects(panel: Panel) -> float:
    """The naive coefficient: every month of every unit on the program and on dummies of units and months."""
    units, months = panel.values.shape
    design = np.column_stack(
        (panel.after.ravel(), np.repeat(np.eye(units), months, axis=0), np.tile(np.eye(months), (units, 1))[:, 1:])
    )
    return float(sm.OLS(panel.values.ravel(), design.astype(float)).fit().params[0])


def early_and_late() -> Panel:
    """Early units gain 1 in months 3 to 5 and 4 from 6 on, late ones 1 from 6 on; nobody loses, nothing else moves.

    With three months for a period this is the example of de Chaisemartin and D'Haultfœuille 2020 (section 1): the
    two-way fixed effect is 1/2 · 1 + 1 - 1/2 · 4 = -1/2. Levels differ by unit; errors of 0.1 cancel in each group.
    """
    early, late = [0] * 3 + [1] * 3 + [4] * 3, [0] * 6 + [1] * 3
    wiggle = np.array([0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    rows = {
        "early a": (5 + np.array(early) + wiggle).tolist(),
        "early b": (7 + np.array(early) - wiggle).tolist(),
        "late a": (4 + np.array(late) + wiggle).tolist(),
        "late b": (6 + np.array(late) - wiggle).tolist(),
    }
    return panel_of(rows, {"early a": 3, "early b": 3, "late a": 6, "late b": 6})


class TestTheWrongSign:
    def test_two_way_fixed_effects_turn_gains_into_a_loss(self) -> None:
        assert two_way_fixed_effects(early_and_late()) == pytest.approx(-0.5)

    def test_a_comparison_with_those_not_yet_started_finds_the_gain(self) -> None:
        """Months 3 to 5: early units +1 against late ones +0. From month 6 on there is nobody left to compare with."""
        result = rollout_of(early_and_late())
        assert result.estimate.effect == pytest.approx(1.0)
        assert [(cell.start, cell.month) for cell in result.effects] == [(3, 3), (3, 4), (3, 5)]
        left_out = [dict(f.numbers) for f in result.estimate.findings if f.code == "months_without_comparison"]
        assert left_out == [{"cells": 6}]

    def test_its_error_by_hand(self) -> None:
        """Gains 1.1, 0.9 and changes 0.1, -0.1: variances of the means 0.02/2 each; t(2) = 4.302653."""
        result = rollout_of(early_and_late()).estimate
        assert result.standard_error == pytest.approx(0.02**0.5)
        assert result.degrees_of_freedom == pytest.approx(2)
        assert result.ci_low == pytest.approx(1 - 4.3026527 * 0.02**0.5)

    def test_with_units_that_never_start_all_effects_are_found(self) -> None:
        """Early: three months of 1, three of 4; late: three of 1. Mean over months and units: (3 + 12 + 3) / 9 = 2."""
        panel = early_and_late()
        never = panel_of({"never a": [3.0] * 9, "never b": [2, 2, 2, 2.2, 2.2, 2.2, 2.2, 2.2, 2.2]}, {})
        result = rollout_of(joined(panel, never))
        # From "never b" the comparison gains 0.2/4 in months 3 to 5, where the late units are compared with too, then
        # 0.2/2; against its mean before month 6, which has half of the 0.2 in it, 0.1/2.
        expected = (3 * (1 - 0.05) + 3 * (4 - 0.1) + 3 * (1 - 0.05)) / 9
        assert result.estimate.effect == pytest.approx(expected)
        assert sum(cell.weight for cell in result.effects) == pytest.approx(1)
        assert (result.estimate.before, result.estimate.after) == (3, 6)
        assert (result.estimate.units_treated, result.estimate.units_comparison) == (4, 4)


def joined(one: Panel, other: Panel) -> Panel:
    return Panel(
        one.units + other.units,
        np.vstack((one.values, other.values)),
        np.vstack((one.cases, other.cases)),
        np.append(one.starts, other.starts),
        one.clusters + other.clusters,
    )


class TestOneStart:
    """With a single start this is the plain difference-in-differences."""

    def test_effect_and_interval_are_the_same(self) -> None:
        panel = simulated(np.random.default_rng(8), units=10, effect=2)
        staggered, plain = rollout_of(panel).estimate, difference_in_differences(panel)
        assert isinstance(plain, Estimate)
        for name in ("effect", "standard_error", "degrees_of_freedom", "ci_low", "relative", "before", "after"):
            assert getattr(staggered, name) == pytest.approx(getattr(plain, name))

    def test_the_story_after_its_lag(self) -> None:
        result = rollout_of(story(), lag=3).estimate
        assert result.effect == pytest.approx(-4 / 3)
        assert result.details["counterfactual"] == pytest.approx(8.1)
        assert (result.n_treated, result.n_comparison) == (900, 900)


class TestNeverAlreadyStarted:
    def test_values_of_started_units_do_not_move_the_effect_on_others(self) -> None:
        panel = early_and_late()
        values = panel.values.copy()
        values[:2, 6:] += 1000  # early units, in months where only late ones start
        assert rollout_of(replace(panel, values=values)).estimate.effect == pytest.approx(1.0)

    def test_intervals_hold_the_truth(self) -> None:
        """Twelve units, three starts, four never; shocks that last; effects of -1: 300 simulated rollouts."""
        rng = np.random.default_rng(20261126)
        held = []
        for _ in range(300):
            panel = simulated(rng, units=12)
            starts = np.array([4, 4, 4, 6, 6, 6, 8, 8] + [NEVER] * 4)
            panel = replace(panel, starts=starts, values=simulated_values(panel, starts))
            estimate = rollout_of(panel).estimate
            held.append(estimate.ci_low <= -1 <= estimate.ci_high)
        assert 0.915 <= np.mean(held) <= 0.99


def simulated_values(panel: Panel, starts: np.ndarray) -> np.ndarray:
    running = (starts[:, None] != NEVER) & (np.arange(panel.values.shape[1]) >= starts[:, None])
    return panel.values - 1.0 * running


class TestTooLittleOrRefused:
    def test_starts_without_three_months_before_are_left_out(self) -> None:
        panel = early_and_late()
        result = staggered_rollout(replace(panel, starts=np.array([2, 2, 6, 6])))
        assert isinstance(result, TooLittle)
        assert result.found["months_after"] == 0

    def test_one_treated_site(self) -> None:
        panel = early_and_late()
        result = staggered_rollout(replace(panel, starts=np.array([3, NEVER, NEVER, NEVER])))
        assert result == TooLittle("staggered_rollout", {"sites_treated": 2}, {"sites_treated": 1})

    def test_nobody_to_compare_with(self) -> None:
        result = staggered_rollout(replace(early_and_late(), starts=np.full(4, 3)))
        assert isinstance(result, TooLittle)
        assert result.found["sites_comparison"] == 0

    def test_nothing_that_varies(self) -> None:
        with pytest.raises(InvalidError, match="how sure"):
            staggered_rollout(story(spread=0.0), lag=3)

    def test_a_lag_below_0(self) -> None:
        with pytest.raises(InvalidError, match="lag"):
            staggered_rollout(story(), lag=-1)
