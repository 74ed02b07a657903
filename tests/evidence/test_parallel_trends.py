"""The months before the program: slopes and gaps by hand, the three verdicts, and starts that never were."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from panels import panel_of, simulated, story

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.panel_data import NEVER, Panel
from lei.evidence.parallel_trends import ParallelTrends, parallel_trends, placebo
from lei.evidence.study_design import PreTrend

AFTER = [0.0, 0.0, 0.0]


def trends_of(panel: Panel) -> ParallelTrends:
    result = parallel_trends(panel)
    assert isinstance(result, ParallelTrends)
    return result


def before(rows: dict[str, list[float]]) -> Panel:
    """A panel whose units t1, t2, ... start after the given months."""
    months = len(next(iter(rows.values())))
    return panel_of({unit: row + AFTER for unit, row in rows.items()}, {u: months for u in rows if u.startswith("t")})


class TestSlopes:
    def test_by_hand(self) -> None:
        """Slopes 1.0 and 1.2 against 0.4 and 0.6: difference 0.6, error sqrt(.02/2 + .02/2) = .1414, t(2) = 4.303."""
        result = trends_of(before({"t1": [1, 2, 3], "t2": [1, 2.2, 3.4], "c1": [1, 1.4, 1.8], "c2": [2, 2.6, 3.2]}))
        assert result.slope.effect == pytest.approx(0.6)
        assert result.slope.standard_error == pytest.approx(0.02**0.5)
        assert result.slope.ci_low == pytest.approx(0.6 - 4.3026527 * 0.02**0.5)
        assert result.slope.details == pytest.approx({"slope_treated": 1.1, "slope_comparison": 0.5})

    def test_a_slope_of_unequal_cases_is_that_of_polyfit(self) -> None:
        rng = np.random.default_rng(1)
        panel = simulated(rng, units=4)
        panel = replace(panel, cases=rng.uniform(10, 90, panel.cases.shape))
        cases, values = panel.cases[:, :6], panel.values[:, :6]
        slopes = [np.polyfit(np.arange(6), values[i], 1, w=np.sqrt(cases[i]))[0] for i in range(4)]
        weights = cases.sum(axis=1)
        expected = np.average(slopes[:2], weights=weights[:2]) - np.average(slopes[2:], weights=weights[2:])
        assert trends_of(panel).slope.effect == pytest.approx(expected)

    def test_gaps_are_against_the_last_month(self) -> None:
        """Gap in month -3: ((1-3) + (1-3.4))/2 - ((1-1.8) + (2-3.2))/2 = -2.2 + 1.0."""
        result = trends_of(before({"t1": [1, 2, 3], "t2": [1, 2.2, 3.4], "c1": [1, 1.4, 1.8], "c2": [2, 2.6, 3.2]}))
        assert [gap.month for gap in result.gaps] == [-3, -2]
        assert [gap.effect for gap in result.gaps] == pytest.approx([-1.2, -0.6])


class TestVerdicts:
    def test_the_story_is_parallel(self) -> None:
        assert trends_of(story()).verdict is PreTrend.PARALLEL

    def test_a_group_that_was_rising_already_is_not(self) -> None:
        result = trends_of(simulated(np.random.default_rng(3), units=20, drift=0.5))
        assert result.verdict is PreTrend.NOT_PARALLEL
        assert result.slope.ci_low < 0.5 < result.slope.ci_high

    def test_one_month_that_stands_out_is_not_parallel_though_slopes_are_alike(self) -> None:
        """A bump in the middle of five months leaves the slope where it was."""
        errors = [-0.25, -0.15, -0.05, 0.05, 0.15, 0.25]
        rows = {f"t{e}": [e, -e, 2 + e, -e, e] for e in errors} | {f"c{e}": [-e, e, -e, 0, e] for e in errors}
        result = trends_of(before(rows))
        assert not result.slope.excludes_zero
        assert [gap.month for gap in result.gaps if gap.stands_out] == [-3]
        assert result.verdict is PreTrend.NOT_PARALLEL

    def test_a_drift_among_noise_cannot_be_told(self) -> None:
        """Slopes -1, 3 against -2, 1: difference 1.5 with an error of 2.5; the drift of 3 is far from small."""
        result = trends_of(before({"t1": [2, 1, 0], "t2": [0, 3, 6], "c1": [4, 2, 0], "c2": [0, 1, 2]}))
        assert result.slope.ci_low < 0 < result.slope.ci_high
        assert result.drift > 0.25
        assert result.verdict is PreTrend.CANNOT_TELL

    def test_the_drift_is_in_standard_deviations_of_the_baseline(self) -> None:
        """Values 2,1,0,0,3,6 have variance 5.2, values 4,2,0,0,1,2 have 2.3: sd sqrt(3.75); 1.5 · 2 months."""
        result = trends_of(before({"t1": [2, 1, 0], "t2": [0, 3, 6], "c1": [4, 2, 0], "c2": [0, 1, 2]}))
        assert result.drift == pytest.approx(3 / 3.75**0.5)

    def test_series_that_never_moved_are_parallel(self) -> None:
        rows = {"t1": [8.4] * 3, "t2": [8.4] * 3, "c1": [8.5] * 3, "c2": [8.3] * 3}
        result = trends_of(before(rows))
        assert result.verdict is PreTrend.PARALLEL
        assert (result.slope.effect, result.slope.p_value, result.drift) == (0, 1, 0)

    def test_false_alarms_are_rare(self) -> None:
        rng = np.random.default_rng(7)
        verdicts = [trends_of(simulated(rng, units=12)).verdict for _ in range(100)]
        assert verdicts.count(PreTrend.NOT_PARALLEL) <= 15


class TestTooLittleOrRefused:
    def test_two_months_before(self) -> None:
        result = parallel_trends(before({"t1": [1, 2], "t2": [1, 3], "c1": [1, 2], "c2": [2, 2]}))
        assert result == TooLittle("parallel_trends", {"months_before": 3}, {"months_before": 2})

    def test_one_site(self) -> None:
        result = parallel_trends(before({"t1": [1, 2, 3], "c1": [1, 2, 2], "c2": [2, 2, 5]}))
        assert result == TooLittle("parallel_trends", {"sites_treated": 2}, {"sites_treated": 1})

    def test_a_unit_with_one_month_is_no_site(self) -> None:
        rows = {"t1": [1, 2, 3], "t2": [1, 1, 3], "c1": [1, 2, 2], "c2": [math.nan, math.nan, 5]}
        result = parallel_trends(before(rows))
        assert result == TooLittle("parallel_trends", {"sites_comparison": 2}, {"sites_comparison": 1})

    def test_no_comparison(self) -> None:
        with pytest.raises(InvalidError):
            parallel_trends(before({"t1": [1, 2, 3], "t2": [1, 2, 4]}))

    def test_a_start_in_the_first_month(self) -> None:
        panel = replace(story(), starts=np.array([0, 0, 0, NEVER, NEVER, NEVER]))
        assert isinstance(parallel_trends(panel), TooLittle)
        assert isinstance(placebo(panel), TooLittle)


class TestPlacebo:
    def test_five_months_are_too_few(self) -> None:
        rows = {"t1": [1.0] * 5, "t2": [2.0] * 5, "c1": [1.0] * 5, "c2": [3.0] * 5}
        assert placebo(before(rows)) == TooLittle("placebo", {"months_before": 6}, {"months_before": 5})

    def test_by_hand(self) -> None:
        """Halfway through six months t1 and t2 rise by 1 and 2, c1 and c2 by 0 and 1: the placebo finds 1."""
        rows = {
            "t1": [1, 1, 1, 2, 2, 2],
            "t2": [1, 1, 1, 3, 3, 3],
            "c1": [1, 1, 1, 1, 1, 1],
            "c2": [1, 1, 1, 2, 2, 2],
        }
        result = placebo(before(rows))
        assert isinstance(result, Estimate)
        assert result.method == "placebo"
        assert result.effect == pytest.approx(1)
        assert (result.before, result.after) == (3, 3)

    def test_it_finds_nothing_where_the_effect_comes_with_the_program(self) -> None:
        result = placebo(simulated(np.random.default_rng(5), units=20, effect=-3))
        assert isinstance(result, Estimate)
        assert abs(result.effect) < 1
        assert not any(found.code == "placebo_found_effect" for found in result.findings)

    def test_it_says_so_where_groups_drifted_apart_before(self) -> None:
        result = placebo(simulated(np.random.default_rng(5), units=20, drift=0.8))
        assert isinstance(result, Estimate)
        assert result.findings[0].code == "placebo_found_effect"
        assert result.findings[0].numbers["effect"] == pytest.approx(0.8 * 3, abs=1)
