"""The weighted mean over what is present: values by hand, properties, published generalised means."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from scoring.aggregate import weighted_mean
from scoring.errors import ScoringError
from scoring.means import MeanKind, MeanName, logarithmic_mean, named_mean

KINDS: tuple[MeanName, ...] = ("arithmetic", "geometric", "harmonic")
score = st.one_of(st.floats(0, 100), st.just(math.nan))
weight = st.one_of(st.just(0.0), st.floats(1e-3, 1e3))
orders = st.floats(-10, 10).filter(lambda order: order == 0 or abs(order) >= 0.05)
# Powers of numbers between leave the range of floats.
small_or_large = st.one_of(st.just(0.0), st.floats(1e-9, 100))


def test_weights_need_not_add_up_to_anything() -> None:
    mean, coverage = weighted_mean([80.0, 20.0], [3.0, 1.0])
    assert (float(mean), float(coverage)) == (65.0, 100.0)


def test_a_missing_child_is_left_out_and_shown_as_coverage() -> None:
    mean, coverage = weighted_mean([80.0, math.nan, 20.0], [3.0, 4.0, 1.0])
    assert (float(mean), float(coverage)) == (65.0, 50.0)


def test_where_nothing_is_missing_rounding_never_carries_the_coverage_beyond_100() -> None:
    rng = np.random.default_rng(1)
    coverages = np.array([weighted_mean(np.full((9, 30), 50.0), rng.uniform(0, 1, 30))[1] for _ in range(200)])
    assert coverages.max() <= 100
    assert_allclose(coverages, 100)


def test_without_any_child_there_is_no_mean_and_no_coverage() -> None:
    mean, coverage = weighted_mean([math.nan, 50.0], [1.0, 0.0])
    assert math.isnan(float(mean))
    assert float(coverage) == 0.0


def test_geometric_and_harmonic_means_by_hand() -> None:
    assert_allclose(weighted_mean([4.0, 9.0], [1, 1], "geometric")[0], 6.0)
    assert_allclose(weighted_mean([2.0, 16.0], [2, 1], "geometric")[0], 4.0)
    assert_allclose(weighted_mean([40.0, 60.0], [1, 1], "harmonic")[0], 48.0)


def test_a_child_at_zero_counts_as_one_in_a_geometric_mean() -> None:
    assert_allclose(weighted_mean([0.0, 100.0], [1, 1], "geometric")[0], 10.0)
    assert_allclose(weighted_mean([0.0, 100.0], [1, 1], "harmonic")[0], 2 / (1 / 1 + 1 / 100))
    assert float(weighted_mean([0.0, 100.0], [1, 1], "geometric", floor=0.0)[0]) == 0.0


def test_a_zero_without_weight_wipes_out_nothing() -> None:
    for kind in ("geometric", "harmonic", -2):
        assert_allclose(weighted_mean([0.0, 40.0], [0, 1], kind, floor=0.0)[0], 40.0)


@pytest.mark.parametrize("kind", ["arithmetic", "geometric", "harmonic", 2, -0.4])
@pytest.mark.parametrize("floor", [1.0, 0.0])
def test_rounding_never_carries_a_mean_of_full_marks_beyond_100(kind: MeanKind, floor: float) -> None:
    rng = np.random.default_rng(2)
    means = np.array([weighted_mean(np.full(7, 100.0), rng.uniform(0, 1, 7), kind, floor)[0] for _ in range(200)])
    assert means.max() <= 100
    assert_allclose(means, 100)


def test_a_gap_beside_a_mean_without_floor_is_left_out() -> None:
    assert_allclose(weighted_mean([20.0, math.nan, 45.0], [1, 5, 1], "geometric", floor=0.0)[0], 30.0)


def test_leading_axes_are_kept() -> None:
    mean, coverage = weighted_mean(np.full((2, 3, 4), 30.0), [1, 2, 3, 4])
    assert mean.shape == coverage.shape == (2, 3)
    assert_allclose(mean, 30.0)


def test_the_largest_weights_there_are_do_not_overflow() -> None:
    assert float(weighted_mean([20.0, 40.0], [1.7e308, 1.7e308])[0]) == 30.0
    assert float(weighted_mean([20.0, 40.0], [5e-324, 5e-324])[0]) == 30.0


@given(arrays(float, 6, elements=score), arrays(float, 6, elements=weight), st.sampled_from(KINDS))
def test_against_the_means_of_the_standard_library(scores: np.ndarray, weights: np.ndarray, kind: MeanName) -> None:
    assume(weights.any())
    used = ~np.isnan(scores) & (weights > 0)
    mean, coverage = weighted_mean(scores, weights, kind)
    assert_allclose(coverage, 100 * math.fsum(weights[~np.isnan(scores)]) / math.fsum(weights), atol=1e-9)
    if not used.any():
        assert math.isnan(float(mean))
        return
    kept, shares = list(scores[used]), list(weights[used])
    floored = [max(value, 1.0) for value in kept]
    logs = math.fsum(w * math.log(s) for w, s in zip(shares, floored, strict=True)) / math.fsum(shares)
    expected = {
        "arithmetic": lambda: statistics.fmean(kept, shares),
        "geometric": lambda: math.exp(logs),
        "harmonic": lambda: statistics.harmonic_mean(floored, shares),
    }[kind]()
    assert_allclose(mean, expected, rtol=1e-9, atol=1e-9)


@given(arrays(float, 5, elements=score), arrays(float, 5, elements=weight), st.sampled_from(KINDS))
def test_the_mean_lies_between_the_least_and_the_greatest_child(
    scores: np.ndarray, weights: np.ndarray, kind: MeanName
) -> None:
    used = ~np.isnan(scores) & (weights > 0)
    assume(used.any())
    floored = np.maximum(scores[used], named_mean(kind).floor)
    mean = float(weighted_mean(scores, weights, kind)[0])
    assert floored.min() - 1e-9 <= mean <= floored.max() + 1e-9


@given(
    arrays(float, 5, elements=score),
    arrays(float, 5, elements=weight),
    st.floats(1e-6, 1e6),
    st.permutations(range(5)),
    st.sampled_from(KINDS),
)
def test_neither_the_scale_of_weights_nor_the_order_matters(
    scores: np.ndarray, weights: np.ndarray, factor: float, order: list[int], kind: MeanName
) -> None:
    assume(weights.any())
    plain = weighted_mean(scores, weights, kind)
    changed = weighted_mean(scores[order], factor * weights[order], kind)
    assert_allclose(changed[0], plain[0], rtol=1e-9, atol=1e-9)
    assert_allclose(changed[1], plain[1], rtol=1e-9, atol=1e-9)


@given(arrays(float, 5, elements=score), arrays(float, 5, elements=st.floats(1e-3, 1e3)), st.sampled_from(KINDS))
def test_leaving_out_equals_filling_in_the_mean_of_the_siblings(
    scores: np.ndarray, weights: np.ndarray, kind: MeanName
) -> None:
    assume(not np.isnan(scores).all())
    mean = weighted_mean(scores, weights, kind)[0]
    filled = np.where(np.isnan(scores), mean, scores)
    assert_allclose(weighted_mean(filled, weights, kind)[0], mean, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, -1.0], "0 or more"),
        ([1.0, math.nan], "0 or more"),
        ([math.inf, 1.0], "0 or more"),
        ([0.0, 0.0], "greater than 0"),
        ([], "one for each child"),
        ([[1.0, 1.0]], "one for each child"),
        (["a", "b"], "must be numbers"),
        ([1.0, 1.0, 1.0], "last axis must have 3"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: list[float], message: str) -> None:
    with pytest.raises(ScoringError, match=message):
        weighted_mean([10.0, 20.0], weights)


@pytest.mark.parametrize("wrong", [-0.1, 100.1, math.inf, -math.inf])
def test_scores_outside_the_scale_are_refused(wrong: float) -> None:
    with pytest.raises(ScoringError, match="between 0 and 100"):
        weighted_mean([10.0, wrong, math.nan], [1, 1, 1])


def test_an_unknown_mean_and_an_impossible_floor_are_refused() -> None:
    with pytest.raises(ScoringError, match="one of: arithmetic, geometric, harmonic"):
        weighted_mean([1.0], [1.0], "median")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ScoringError, match="floor"):
        weighted_mean([1.0], [1.0], "geometric", floor=-1.0)


def test_published_generalised_means(shared: Path) -> None:
    """`gpindex` 0.6.3 for R on the price data of Balk (2008); the relatives are scaled up to lie within 0..100."""
    reference = json.loads((shared / "reference/scoring/generalised_mean_contributions.json").read_text("utf-8"))
    relatives = np.array(reference["inputs"]["level_1"]) * 10
    weights = reference["parameters"]["weights_base_period_share"]
    for kind, name in [*zip(KINDS, KINDS, strict=True), (2, "power_2"), (-0.5, "power_m0.5"), (0, "geometric")]:
        expected = 10 * reference["expected"]["weighted"][name]["mean"]
        assert_allclose(weighted_mean(relatives, weights, kind)[0], expected, rtol=1e-12)


def test_published_logarithmic_means(shared: Path) -> None:
    reference = json.loads((shared / "reference/scoring/generalised_mean_contributions.json").read_text("utf-8"))
    table = reference["expected"]["log_mean"]
    assert_allclose(logarithmic_mean(np.array(table["a"]), np.array(table["b"])), table["L"], rtol=1e-12)
    assert_array_equal(logarithmic_mean(np.array([5.0]), np.array([5.0])), [5.0])


@pytest.mark.parametrize("order", [11, -11, 0.01, -1e-9, math.nan, math.inf, True])
def test_an_order_that_is_no_number_or_too_large_is_refused(order: float) -> None:
    with pytest.raises(ScoringError, match="from -10 to 10"):
        weighted_mean([1.0], [1.0], order)


def test_power_means_by_hand() -> None:
    assert_allclose(weighted_mean([10.0, 70.0], [1, 1], 2)[0], 50.0)
    assert_allclose(weighted_mean([4.0, 16.0], [1, 1], 0.5)[0], 9.0)
    assert_allclose(weighted_mean([0.0, 4.0], [1, 1], 0.5)[0], 1.0)
    # Below 1 of 100 a child counts as 1 in the orders below 0, not in those above.
    assert_allclose(weighted_mean([0.0, 2.0], [1, 1], -2)[0], math.sqrt(2 / (1 + 1 / 4)))
    assert_allclose(weighted_mean([0.0, 8.0], [1, 1], 3)[0], 8 / 2 ** (1 / 3))
    assert float(weighted_mean([0.0, 8.0], [1, 1], -2, floor=0.0)[0]) == 0.0


@given(st.lists(st.floats(0.5, 100), min_size=2, max_size=6), orders, orders)
def test_a_higher_order_never_gives_a_lower_mean(scores: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    weights = [1.0] * len(scores)
    means = [float(weighted_mean(scores, weights, order, floor=0.0)[0]) for order in (low, high)]
    assert means[0] <= means[1] + 1e-8


@given(small_or_large, small_or_large, st.sampled_from([2, 3.5, 10, 0.5, 0.05, -0.05, -0.5, -2, -10]))
def test_slopes_of_power_means_lead_from_one_end_to_the_other(a: float, b: float, order: float) -> None:
    mean = named_mean(order)
    ends = [mean.floored(np.array([end])) for end in (a, b)]
    assume(ends[0].max() + ends[1].max() > 0)
    rise = mean.transform(ends[0]) - mean.transform(ends[1])
    assert_allclose(mean.slope(*ends) * (ends[0] - ends[1]), rise, rtol=1e-7, atol=1e-10)


@given(
    st.sampled_from([*KINDS, 2, 0.5, -0.4, -2, -10]), st.floats(1, 99), st.one_of(st.just(0.0), st.floats(1e-14, 1e-6))
)
@example(2, 50.0, 1e-12)
@example(-2, 50.0, 1e-12)
@example("geometric", 50.0, 1e-12)
def test_slopes_keep_their_digits_where_both_ends_are_close(kind: MeanKind, base: float, step: float) -> None:
    a, b = np.array([base + step]), np.array([base])
    derivative = {"arithmetic": 1.0, "geometric": 1 / base, "harmonic": 1 / base**2}
    # The transform of any other order r is (s / 100)^r / r.
    expected = derivative[kind] if isinstance(kind, str) else (base / 100) ** (kind - 1) / 100
    for ends in ((a, b), (b, a)):
        assert_allclose(named_mean(kind).slope(*ends), expected, rtol=1e-5)


def test_slopes_keep_their_digits_where_the_ends_are_ten_powers_of_ten_apart() -> None:
    """-2 x^-0.5 with x = s / 100 rises from -200,000 to -2; 2 x^0.5 from 2e-5 to 2; ln x by 10 ln 10."""
    low, high = np.array([1e-8]), np.array([100.0])
    for order, rise in ((-0.5, 2e5 - 2), (0.5, 2 - 2e-5), (0, 10 * math.log(10))):
        for ends in ((low, high), (high, low)):
            assert_allclose(named_mean(order, 0.0).slope(*ends), rise / (100 - 1e-8), rtol=1e-12)


def test_a_floor_may_lie_anywhere_below_100() -> None:
    assert_allclose(weighted_mean([0.0, 100.0], [1, 0], "geometric", floor=99.5)[0], 99.5)
