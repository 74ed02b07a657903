"""The change of a KPI before and after: levels by hand, t tests of scipy, coverage by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from lei.errors import InvalidError
from lei.evidence.before_after import before_after
from lei.evidence.estimate import Estimate, Result, TooLittle
from lei.evidence.panel_data import NEVER, Panel

NAN = math.nan


def panel(values: list[list[float]], starts: list[int], cases: list[float] | None = None) -> Panel:
    """Units with the same number of cases in every month (25 unless said)."""
    table = np.array(values, dtype=float)
    units = tuple(f"site {number}" for number in range(1, len(starts) + 1))
    people = np.array(cases or [25.0] * len(starts))
    return Panel(units, table, np.broadcast_to(people[:, np.newaxis], table.shape), np.array(starts), units)


def found(result: Result) -> Estimate:
    assert isinstance(result, Estimate)
    return result


def codes(result: Result) -> list[str]:
    return [finding.code for finding in found(result).findings]


# Repeat calls per 100 jobs at four sites, three months before and three after.
SITES = [
    [12.0, 13.0, 14.0, 10.0, 10.0, 10.0],
    [20.0, 20.0, 20.0, 18.0, 19.0, 17.0],
    [15.0, 16.0, 14.0, 15.0, 15.0, 15.0],
    [11.0, 10.0, 12.0, 8.0, 7.0, 6.0],
]
# Errors per 100 tickets at one site, six months before and six after.
SITE = [[8.4, 8.6, 8.3, 8.5, 8.2, 8.7, 7.5, 7.2, 7.6, 7.1, 7.7, 7.3]]


class TestSeveralUnits:
    def test_equal_units_are_a_t_test_of_their_changes(self) -> None:
        """Changes 13 -> 10, 20 -> 18, 15 -> 15, 11 -> 7: -3, -2, 0, -4, mean -2.25 from a level of 14.75."""
        change = found(before_after(panel(SITES, [3, 3, 3, 3])))
        expected = stats.ttest_1samp([-3, -2, 0, -4], 0)
        limits = expected.confidence_interval(0.95)
        assert_allclose([change.effect, change.ci_low, change.ci_high], [-2.25, limits.low, limits.high])
        assert_allclose([change.p_value, change.degrees_of_freedom], [expected.pvalue, 3])
        assert_allclose([change.relative, change.details["level_before"]], [-2.25 / 14.75, 14.75])
        assert_allclose([change.details["level_after"], change.details["people"]], [12.5, 100])
        assert (change.units_treated, change.before, change.after, change.n_treated) == (4, 3, 3, 600)

    def test_units_weigh_by_their_people(self) -> None:
        """Weights 60, 20, 10, 10 of 100: -1.8 - 0.4 + 0 - 0.4 = -2.6; sum w^2 0.42, so 2.381 units. Spread:
        .6 x .16 + .2 x .36 + .1 x 6.76 + .1 x 1.96 = 1.04; / .58 x .42 = 0.7531, root 0.8678."""
        change = found(before_after(panel(SITES, [3, 3, 3, 3], [60, 20, 10, 10])))
        assert_allclose([change.effect, change.standard_error], [-2.6, 0.8678], atol=1e-4)
        assert_allclose([change.details["units_effective"], change.degrees_of_freedom], [2.381, 1.381], atol=1e-3)

    def test_the_interval_holds_a_known_change_of_unequal_units(self) -> None:
        rng = np.random.default_rng(7)
        held = 0
        for _ in range(400):
            changes = rng.normal(-2, 1.5, 6)
            table = np.column_stack([np.full((6, 3), 20.0), 20 + np.repeat(changes[:, np.newaxis], 3, axis=1)])
            change = found(before_after(panel(table.tolist(), [3] * 6, [5, 10, 20, 30, 40, 80])))
            held += change.ci_low <= -2 <= change.ci_high
        assert 0.92 <= held / 400 <= 0.99

    def test_each_unit_counts_from_its_own_start(self) -> None:
        staggered = [SITES[0] + [10.0] * 2, [20.0, *SITES[1], 18.0], [15.0, 15.0, *SITES[2]]]
        change = found(before_after(panel(staggered, [3, 4, 5])))
        assert_allclose(change.effect, (-3 - 2 + 0) / 3)

    def test_comparison_units_are_not_looked_at(self) -> None:
        with_others = panel([*SITES, [1.0, 2.0, 3.0, 40.0, NAN, math.inf]], [3, 3, 3, 3, NEVER])
        assert found(before_after(with_others)).effect == found(before_after(panel(SITES, [3] * 4))).effect

    def test_months_of_the_lag_are_left_out(self) -> None:
        change = found(before_after(panel([[*row[:3], 99.0, 98.0, *row[3:]] for row in SITES], [3] * 4), lag=2))
        assert_allclose(change.effect, -2.25)


class TestOneUnit:
    def test_months_are_the_observations(self) -> None:
        """Means 50.7 / 6 = 8.45 and 44.4 / 6 = 7.4. Months that swing are not alike: Student's t test of scipy."""
        change = found(before_after(panel(SITE, [6])))
        expected = stats.ttest_ind(SITE[0][6:], SITE[0][:6])
        assert_allclose([change.effect, change.details["level_before"]], [-1.05, 8.45])
        assert change.degrees_of_freedom == 10
        assert_allclose([change.ci_low, change.ci_high], list(expected.confidence_interval(0.95)), rtol=1e-6)
        assert "months_as_observations" in codes(before_after(panel(SITE, [6])))

    def test_two_units_are_taken_together_month_by_month(self) -> None:
        """Weights 3 to 1; a month that one of them lacks is none of both."""
        other = [20.0 + value for value in SITE[0]]
        other[2] = NAN
        change = found(before_after(panel([SITE[0], other], [6, 6], [30, 10])))
        together = np.delete(np.array(SITE[0]) + 5, 2)
        assert_allclose(change.details["level_before"], together[:5].mean())
        assert_allclose(change.effect, together[5:].mean() - together[:5].mean())
        assert (change.before, change.after, change.units_treated) == (5, 6, 2)

    def test_months_that_swing_slowly_widen_the_interval(self) -> None:
        slow = [*np.sin(np.arange(24) / 3) + 0.1 * np.resize([1, -1, 0], 24)]
        change = found(before_after(panel([slow], [12])))
        plain = stats.ttest_ind(slow[12:], slow[:12]).confidence_interval(0.95)
        assert change.ci_high - change.ci_low > 1.5 * (plain.high - plain.low)
        assert "autocorrelated" in codes(before_after(panel([slow], [12])))


class TestSeason:
    def test_half_a_year_on_either_side_is_another_season(self) -> None:
        change = found(before_after(panel(SITE, [6])))
        assert {one.code: one.numbers for one in change.findings}["other_season"] == {"overlap": 0}

    def test_a_whole_year_on_either_side_is_the_same(self) -> None:
        rng = np.random.default_rng(1)
        assert "other_season" not in codes(before_after(panel(rng.normal(20, 1, (4, 24)).tolist(), [12] * 4)))

    def test_the_same_months_of_the_year_before_can_be_asked_for(self) -> None:
        """A KPI that is 10 higher from July to December; the program starts in July and changes -1, -2, -3."""
        season = np.resize([0.0] * 6 + [10.0] * 6, 18)
        table = [[*(20 + season[:12]), *(20 + season[12:])] for _ in range(3)]
        for row, change in zip(table, (-1, -2, -3), strict=True):
            row[18:] = [30.0 + change] * 6
        plain = before_after(panel(table, [18] * 3))
        same = before_after(panel(table, [18] * 3), year_before=True)
        assert found(plain).effect > 0
        assert_allclose(found(same).effect, -2)
        assert "other_season" in codes(plain)
        assert "other_season" not in codes(same)


class TestMinimum:
    def test_three_and_three_months_and_twenty_people_are_needed(self) -> None:
        short = panel([row[1:] for row in SITES], [2] * 4)
        assert before_after(short) == TooLittle("before_after", {"months_before": 3}, {"months_before": 2})
        few = panel(SITES, [3] * 4, [4, 5, 6, 4])
        assert before_after(few) == TooLittle("before_after", {"people": 20}, {"people": 19})
        assert isinstance(before_after(few, at_least={"people": 19}), Estimate)

    def test_a_unit_without_enough_months_is_left_out_and_named(self) -> None:
        gappy = [*SITES, [NAN, NAN, 50.0, 1.0, 1.0, 1.0]]
        change = found(before_after(panel(gappy, [3] * 5)))
        assert_allclose(change.effect, -2.25)
        assert ("units_left_out", ("site 5",)) in [(one.code, one.names) for one in change.findings]

    def test_gaps_are_counted(self) -> None:
        longer = [[row[0], row[0], *row] for row in SITES]
        longer[0][0] = NAN
        change = found(before_after(panel(longer, [5] * 4)))
        assert {one.code: one.numbers for one in change.findings}["gaps"] == {"months": 1}

    def test_nobody_with_the_program_is_too_little(self) -> None:
        assert isinstance(before_after(panel(SITES, [NEVER] * 4)), TooLittle)
        assert isinstance(before_after(panel([[NAN] * 6] * 4, [3] * 4)), TooLittle)
        assert isinstance(before_after(panel([[NAN] * 6], [3]), at_least={"months_before": 0, "people": 0}), TooLittle)

    @pytest.mark.parametrize("start", [0, 6, 10, -3])
    def test_a_start_outside_the_months_leaves_nothing_to_compare(self, start: int) -> None:
        assert isinstance(before_after(panel(SITES[:2], [start, start])), TooLittle)
        assert isinstance(before_after(panel(SITES, [start] * 4)), TooLittle)

    def test_six_and_six_are_good(self) -> None:
        assert "below_good" in codes(before_after(panel(SITES, [3] * 4)))
        assert "below_good" not in codes(before_after(panel(SITE, [6])))


class TestOddInput:
    def test_what_cannot_be_compared_is_refused(self) -> None:
        with pytest.raises(InvalidError, match="infinite"):
            before_after(panel([[*row[:5], math.inf] for row in SITES], [3] * 4))
        with pytest.raises(InvalidError, match="cases"):
            before_after(panel(SITES, [3] * 4, [25, 25, 25, NAN]))
        with pytest.raises(InvalidError, match="lag"):
            before_after(panel(SITES, [3] * 4), lag=-1)

    def test_what_does_not_vary_is_refused(self) -> None:
        with pytest.raises(InvalidError):
            before_after(panel([[5.0] * 6] * 4, [3] * 4))
        with pytest.raises(InvalidError):
            before_after(panel([[5.0] * 3 + [4.0] * 3], [3]))

    @settings(max_examples=50)
    @given(st.integers(0, 2**32), st.integers(1, 5), st.floats(-1e6, 1e6), st.floats(0.1, 1e3))
    def test_the_change_follows_the_unit_of_the_kpi(self, seed: int, units: int, shift: float, scale: float) -> None:
        values = np.random.default_rng(seed).normal(20, 4, (units, 9))
        plain = found(before_after(panel(values.tolist(), [4] * units)))
        moved = found(before_after(panel((values * scale + shift).tolist(), [4] * units)))
        assert_allclose(
            [moved.effect, moved.ci_low], np.array([plain.effect, plain.ci_low]) * scale, rtol=1e-3, atol=1e-3
        )
