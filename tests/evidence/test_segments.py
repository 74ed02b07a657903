"""Segments against a pooled difference: the classic published tables, and differences worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, Result, TooLittle
from lei.evidence.samples import Sample, Share
from lei.evidence.segments import SegmentCheck, SegmentSamples, SegmentShares, check_samples, check_shares

# Bickel, Hammel and O'Connell 1975, Science 187; counts of the six largest departments as in R's UCBAdmissions:
# admitted men, all men, admitted women, all women.
BERKELEY = {
    "A": (512, 825, 89, 108),
    "B": (353, 560, 17, 25),
    "C": (120, 325, 202, 593),
    "D": (138, 417, 131, 375),
    "E": (53, 191, 94, 393),
    "F": (22, 373, 24, 341),
}
# Charig et al. 1986, British Medical Journal 292: successes of open surgery and of percutaneous nephrolithotomy.
STONES = {"small": (81, 87, 234, 270), "large": (192, 263, 55, 80)}


def shares(table: dict[str, tuple[int, int, int, int]]) -> list[SegmentShares]:
    return [SegmentShares(name, Share(a, n), Share(b, m)) for name, (a, n, b, m) in table.items()]


def checked(result: SegmentCheck | TooLittle) -> SegmentCheck:
    assert isinstance(result, SegmentCheck)
    return result


def found(result: Result) -> Estimate:
    assert isinstance(result, Estimate)
    return result


class TestKidneyStones:
    """Pooled 273/350 = 78.0 % against 289/350 = 82.6 %; small 93.1 against 86.7, large 73.0 against 68.75."""

    def test_the_published_percents(self) -> None:
        check = checked(check_shares(shares(STONES)))
        assert_allclose(list(check.pooled.details.values()), [78.0, 82.5714], atol=1e-4)
        assert_allclose(list(found(check.within["small"]).details.values()), [93.1034, 86.6667], atol=1e-4)
        assert_allclose(list(found(check.within["large"]).details.values()), [73.0038, 68.75], atol=1e-4)

    def test_the_standardized_difference_by_hand(self) -> None:
        """Weights n1 n0 / N: 87 x 270 / 357 = 65.798 and 263 x 80 / 343 = 61.341;
        (65.798 x 6.4368 + 61.341 x 4.2538) / 127.139 = 5.384 points."""
        check = checked(check_shares(shares(STONES)))
        assert_allclose(found(check.standardized).effect, 5.3836, atol=0.001)

    def test_the_reversal_is_said(self) -> None:
        check = checked(check_shares(shares(STONES)))
        assert [(one.code, one.names) for one in check.findings] == [("simpson_reversal", ("small", "large"))]


class TestBerkeley:
    def test_the_published_percents_of_men_and_women(self) -> None:
        """Men 1198 of 2691 = 44.5 %, women 557 of 1835 = 30.4 %; departments as printed in textbooks."""
        check = checked(check_shares(shares(BERKELEY)))
        assert_allclose(list(check.pooled.details.values()), [44.52, 30.35], atol=0.01)
        percents = [list(found(one).details.values()) for name, one in check.within.items() if name != "B"]
        assert_allclose(percents, [[62, 82], [37, 34], [33, 35], [28, 24], [6, 7]], atol=0.6)

    def test_a_department_with_25_women_is_not_compared_alone(self) -> None:
        check = checked(check_shares(shares(BERKELEY)))
        assert check.within["B"] == TooLittle("percent", {"cases": 30}, {"cases": 25})

    def test_fourteen_points_for_men_become_two_against_them(self) -> None:
        """Departments weighted by n1 n0 / N: A, with 20 points for women, outweighs the small leads of men."""
        above = weight = 0.0
        for a, n1, b, n0 in BERKELEY.values():
            above += n1 * n0 / (n1 + n0) * (a / n1 - b / n0)
            weight += n1 * n0 / (n1 + n0)
        check = checked(check_shares(shares(BERKELEY)))
        assert_allclose(check.pooled.effect, 14.16, atol=0.01)
        assert_allclose(found(check.standardized).effect, 100 * above / weight)
        assert found(check.standardized).effect < 0
        assert [(one.code, one.names) for one in check.findings] == [("simpson_reversal", ("A", "D", "F"))]


class TestMantelHaenszel:
    def test_its_error_is_near_the_one_for_large_segments(self) -> None:
        """Greenland and Robins 1985: sum w^2 (p1 q1 / n1 + p0 q0 / n0) / (sum w)^2 with w = n1 n0 / N."""
        variance = weight = 0.0
        for a, n1, b, n0 in BERKELEY.values():
            w, p1, p0 = n1 * n0 / (n1 + n0), a / n1, b / n0
            variance += w**2 * (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
            weight += w
        error = found(checked(check_shares(shares(BERKELEY))).standardized).standard_error
        assert_allclose(error, 100 * math.sqrt(variance) / weight, rtol=0.02)

    def test_its_interval_holds_in_many_small_segments(self) -> None:
        """Thirty segments of 3 and 4 people, 10 points apart in each."""
        rng = np.random.default_rng(4)
        base = rng.uniform(0.1, 0.8, 30)
        held = 0
        for _ in range(300):
            one, two = rng.binomial(3, base + 0.1), rng.binomial(4, base)
            table = {str(place): (int(one[place]), 3, int(two[place]), 4) for place in range(30)}
            estimate = found(checked(check_shares(shares(table))).standardized)
            held += estimate.ci_low <= 10 <= estimate.ci_high
        assert 0.92 <= held / 300 <= 0.98

    def test_equal_mixes_leave_nothing_to_say(self) -> None:
        check = checked(check_shares(shares({"north": (60, 100, 50, 100), "south": (40, 100, 30, 100)})))
        assert_allclose([check.pooled.effect, found(check.standardized).effect], 10)
        assert check.findings == ()

    def test_a_difference_that_is_mostly_mix(self) -> None:
        """Both sites 2 points apart; the trained are mostly at the better one: pooled 82 % against 32 %."""
        table = {"good": (184, 200, 18, 20), "poor": (4, 20, 36, 200)}
        check = checked(check_shares(shares(table), {"cases": 20}))
        assert_allclose([check.pooled.effect, found(check.standardized).effect], [100 * (188 - 54) / 220, 2])
        assert [one.code for one in check.findings] == ["mix_of_segments"]

    def test_a_segment_with_one_group_alone_is_left_out_and_named(self) -> None:
        check = checked(check_shares(shares({**STONES, "none": (30, 40, 0, 0)})))
        assert_allclose(found(check.standardized).effect, 5.3836, atol=0.001)
        assert ("segments_left_out", ("none",)) in [(one.code, one.names) for one in check.findings]
        apart = checked(check_shares(shares({"one": (30, 40, 0, 0), "two": (0, 0, 20, 40)})))
        assert isinstance(apart.standardized, TooLittle)


class TestMeans:
    SITES = (
        SegmentSamples("north", Sample(80, 8, 90), Sample(76, 8, 30)),
        SegmentSamples("south", Sample(60, 8, 30), Sample(56, 8, 90)),
    )

    def test_four_points_in_each_site_look_like_fourteen_pooled(self) -> None:
        """Pooled: (80 x 90 + 60 x 30) / 120 = 75 against (76 x 30 + 56 x 90) / 120 = 61. Each site: error
        8 sqrt(1/90 + 1/30) = 1.6865; both together 1.6865 / sqrt(2) = 1.1926."""
        check = checked(check_samples(self.SITES))
        assert_allclose(check.pooled.effect, 14)
        standardized = found(check.standardized)
        assert_allclose([standardized.effect, standardized.standard_error], [4, 1.1926], atol=1e-4)
        assert_allclose([standardized.ci_low, standardized.ci_high], [1.6626, 6.3374], atol=1e-3)
        assert [one.code for one in check.findings] == ["mix_of_segments"]

    def test_pooling_is_what_all_values_together_give(self) -> None:
        rng = np.random.default_rng(6)
        parts = [rng.normal(50, 5, 30), rng.normal(70, 9, 50)]
        other = rng.normal(55, 5, 30)
        segments = [SegmentSamples(name, _sample(part), _sample(other)) for name, part in zip("ab", parts, strict=True)]
        whole = np.concatenate(parts)
        pooled = checked(check_samples(segments)).pooled
        twice = np.concatenate([other, other])
        error = math.sqrt(whole.var(ddof=1) / whole.size + twice.var(ddof=1) / twice.size)
        assert_allclose([pooled.effect, pooled.standard_error], [whole.mean() - other.mean(), error])

    def test_a_thin_segment_is_left_out_and_named(self) -> None:
        thin = SegmentSamples("west", Sample(90, 8, 5), Sample(20, 8, 300))
        check = checked(check_samples([*self.SITES, thin]))
        assert_allclose(found(check.standardized).effect, 4)
        assert ("segments_left_out", ("west",)) in [(one.code, one.names) for one in check.findings]

    def test_only_thin_segments_have_no_standardized_difference(self) -> None:
        thin = [SegmentSamples(name, Sample(9, 2, 15), Sample(8, 2, 15)) for name in "abc"]
        assert isinstance(checked(check_samples(thin)).standardized, TooLittle)


class TestOddInput:
    def test_no_segment_and_a_name_twice_are_refused(self) -> None:
        for segments in ([], shares({"a": (30, 40, 20, 40)}) * 2):
            with pytest.raises(InvalidError):
                check_shares(segments)
        with pytest.raises(InvalidError):
            check_samples([])

    def test_counts_and_numbers_that_cannot_be_are_refused(self) -> None:
        with pytest.raises(InvalidError):
            check_shares([SegmentShares("a", Share(50, 40), Share(20, 400))])
        with pytest.raises(InvalidError):
            check_samples([SegmentSamples("a", Sample(math.nan, 1, 40), Sample(20, 1, 40))])
        with pytest.raises(InvalidError, match="do not differ"):
            check_samples([SegmentSamples("a", Sample(5, 0, 40), Sample(4, 0, 40))])
        with pytest.raises(InvalidError, match="do not differ"):
            check_shares([SegmentShares("a", Share(40, 40), Share(40, 40))])

    def test_too_few_together_are_too_little(self) -> None:
        assert isinstance(check_shares(shares({"a": (9, 10, 8, 10), "b": (9, 10, 8, 10)})), TooLittle)
        assert isinstance(check_samples([SegmentSamples("a", Sample(0, 0, 0), Sample(0, 0, 0))]), TooLittle)

    @settings(max_examples=50)
    @given(st.lists(st.tuples(st.integers(1, 39), st.integers(1, 39)), min_size=1, max_size=4))
    def test_the_standardized_difference_lies_between_those_of_the_segments(self, table: list[tuple[int, int]]) -> None:
        segments = shares({str(place): (a, 40, b, 60) for place, (a, b) in enumerate(table)})
        differences = [100 * (a / 40 - b / 60) for a, b in table]
        estimate = found(checked(check_shares(segments)).standardized)
        assert min(differences) - 1e-9 <= estimate.effect <= max(differences) + 1e-9


def _sample(values: np.ndarray) -> Sample:
    return Sample(float(values.mean()), float(values.std(ddof=1)), values.size)
