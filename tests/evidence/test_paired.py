"""The change of the same people: Student's own sleep data, effect sizes by hand and by noncentral t, odd input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, Result, TooLittle
from lei.evidence.paired import Differences, paired_change, paired_change_from_summary, standardized_limits

# Student 1908, The probable error of a mean: additional hours of sleep of ten patients under two drugs.
FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
ANY = {"pairs": 2}


def found(result: Result) -> Estimate:
    assert isinstance(result, Estimate)
    return result


def codes(result: Result) -> list[str]:
    return [finding.code for finding in found(result).findings]


class TestSleep:
    def test_the_published_t_test(self) -> None:
        """R's manual of t.test: difference 1.58, interval 0.7001142 to 2.4598858, p 0.002833, 9 degrees of freedom."""
        change = found(paired_change(FIRST_DRUG, SECOND_DRUG, ANY))
        assert_allclose(change.effect, 1.58)
        assert_allclose([change.ci_low, change.ci_high], [0.7001142, 2.4598858], atol=1e-6)
        assert_allclose(change.p_value, 0.002833, atol=1e-6)
        assert change.degrees_of_freedom == 9

    def test_the_effect_sizes_by_hand(self) -> None:
        """Differences: sd 1.2300, so d_z 1.58 / 1.23 = 1.285; sds 1.789 and 2.002, s_av 1.899, so d_av 0.832.
        Reach of d_z: 1.95996 sqrt(1/10 + 1.285^2 / 20) = 0.8374, of d_av 0.8374 x 1.23 / 1.899 = 0.5425."""
        details = found(paired_change(FIRST_DRUG, SECOND_DRUG, ANY)).details
        assert_allclose([details["d_z"], details["d_z_low"], details["d_z_high"]], [1.285, 0.4471, 2.1219], atol=0.001)
        assert_allclose(
            [details["d_av"], details["d_av_low"], details["d_av_high"]], [0.832, 0.2896, 1.3746], atol=0.001
        )
        assert_allclose([details["mean_before"], details["mean_after"]], [0.75, 2.33])

    def test_wilcoxons_test_stands_beside_it(self) -> None:
        """One patient does not change; the nine others all gain, which of 2^9 signs two arrangements are as extreme."""
        assert found(paired_change(FIRST_DRUG, SECOND_DRUG, ANY)).details["wilcoxon_p"] == pytest.approx(2 / 2**9)

    def test_the_summary_gives_the_same_interval(self) -> None:
        whole = found(paired_change(FIRST_DRUG, SECOND_DRUG, ANY))
        changes = np.array(SECOND_DRUG) - np.array(FIRST_DRUG)
        summary = found(paired_change_from_summary(Differences(changes.mean(), changes.std(ddof=1), 10), ANY))
        assert_allclose([summary.ci_low, summary.ci_high], [whole.ci_low, whole.ci_high])
        assert summary.details["d_z"] == pytest.approx(whole.details["d_z"])


class TestFindings:
    def test_one_wild_pair_makes_the_tests_disagree(self) -> None:
        """Nineteen people gain one or two points, one loses a hundred: the ranks see a gain, the mean does not."""
        before = np.full(20, 50.0)
        after = before + np.array([1.0, 2.0] * 9 + [1.0, -100.0])
        assert "tests_disagree" in codes(paired_change(before, after))
        after[-1] = 51
        assert "tests_disagree" not in codes(paired_change(before, after))

    def test_people_without_a_partner_are_left_out_and_counted(self) -> None:
        rng = np.random.default_rng(2)
        before, after = rng.normal(60, 8, 40), rng.normal(65, 8, 40)
        with_gaps = (np.append(before, [70, math.nan]), np.append(after, [math.nan, 50]))
        change = found(paired_change(*with_gaps))
        assert change.effect == found(paired_change(before, after)).effect
        assert [(one.code, one.numbers) for one in change.findings] == [("unmatched", {"people": 2})]

    def test_twenty_pairs_are_enough_and_thirty_two_are_good(self) -> None:
        for pairs, expected in ((20, ["below_good"]), (31, ["below_good"]), (32, [])):
            assert codes(paired_change_from_summary(Differences(3, 8, pairs))) == expected
        assert paired_change_from_summary(Differences(3, 8, 19)) == TooLittle("paired", {"pairs": 20}, {"pairs": 19})

    def test_a_segment_is_good_from_fifty_pairs(self) -> None:
        change = paired_change_from_summary(Differences(3, 8, 49), method="skill_uplift")
        assert codes(change) == ["below_good"]
        assert found(change).method == "skill_uplift"

    def test_32_pairs_find_half_a_standard_deviation_four_times_out_of_five(self) -> None:
        """The reason of the policy's good amount."""
        rng = np.random.default_rng(8)
        draws = [paired_change(np.zeros(32), rng.normal(0.5, 1, 32)) for _ in range(400)]
        assert np.mean([found(one).excludes_zero for one in draws]) == pytest.approx(0.8, abs=0.06)


class TestLimits:
    @pytest.mark.parametrize("effect_size", [-1.0, 0.0, 0.3, 0.8, 2.0])
    @pytest.mark.parametrize("pairs", [20, 88])
    def test_they_are_near_the_exact_ones(self, effect_size: float, pairs: int) -> None:
        """Under exact limits, t is at the 97.5 and the 2.5 percent point of noncentral t (Steiger, Fouladi 1997)."""
        limits = np.array(standardized_limits(Differences(effect_size, 1, pairs)))
        points = stats.nct.cdf(effect_size * math.sqrt(pairs), pairs - 1, limits * math.sqrt(pairs))
        assert_allclose(points, [0.975, 0.025], atol=0.01)


class TestOddInput:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ([50.0] * 30, [53.0] * 30),
            ([50.0] * 30, [math.inf] * 30),
            ([50.0] * 30, [53.0] * 29),
            ([[50.0] * 30], [[53.0] * 30]),
            (np.arange(30) * 0.1, np.arange(30) * 0.1 + 0.3),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, before: object, after: object) -> None:
        with pytest.raises(InvalidError):
            paired_change(before, after)  # type: ignore[arg-type]  # what is tested

    def test_nothing_and_one_pair_are_too_little(self) -> None:
        assert isinstance(paired_change([], []), TooLittle)
        assert isinstance(paired_change([1.0], [2.0], {"pairs": 0}), TooLittle)
        assert isinstance(paired_change([math.nan] * 30, [2.0] * 30), TooLittle)

    @pytest.mark.parametrize(
        "differences", [Differences(3, 0, 30), Differences(math.nan, 1, 30), Differences(3, -1, 30)]
    )
    def test_summaries_that_cannot_be_are_refused(self, differences: Differences) -> None:
        with pytest.raises(InvalidError):
            paired_change_from_summary(differences)

    def test_an_unknown_method_is_refused(self) -> None:
        with pytest.raises(InvalidError, match="did_it_work"):
            paired_change([], [], method="did_it_work")

    @pytest.mark.parametrize("level", [0.0, -40.0, 1e-320])
    def test_a_level_of_nothing_or_below_has_no_relative_change(self, level: float) -> None:
        gains = np.arange(20.0) % 5
        assert found(paired_change(np.full(20, level), level + gains)).relative is None
        assert found(paired_change(np.full(20, 40.0), 40 + gains)).relative == pytest.approx(2 / 40)

    def test_an_enormous_effect_size_ends_in_finite_numbers(self) -> None:
        change = found(paired_change_from_summary(Differences(1e9, 1e-3, 20)))
        assert all(math.isfinite(number) for number in change.details.values())

    @settings(max_examples=50)
    @given(st.lists(st.integers(0, 100), min_size=20, max_size=40), st.integers(1, 9), st.integers(-50, 50))
    def test_the_change_follows_the_unit(self, results: list[int], scale: int, shift: int) -> None:
        before = np.array(results, dtype=float)
        gains = np.arange(before.size) % 7
        plain = found(paired_change(before, before + gains))
        moved = found(paired_change(before * scale, (before + gains) * scale + shift))
        assert_allclose(moved.effect, plain.effect * scale + shift, atol=1e-9)
        assert_allclose(moved.standard_error, plain.standard_error * scale)
