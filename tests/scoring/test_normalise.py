"""Values become scores by fixed goalposts: worked examples, the published curves, and what is refused."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.errors import ScoringError
from scoring.normalise import CURVES, Goalposts, beyond_goalposts, log_normal_points, normalise, normalise_columns

NAN = math.nan
HIGHER = Goalposts("higher_is_better", 50.0, 95.0)
LOWER = Goalposts("lower_is_better", 250.0, 80.0)
TARGET = Goalposts("target_is_best", 0.0, 13.0, 35.0, 100.0)
RISING = Goalposts("higher_is_better", 1.0, 16.0, curve="lognormal")
LOGARITHMIC = Goalposts("higher_is_better", 2, 50, curve="logarithmic")
KNOTS = Goalposts("higher_is_better", 0.0, 10.0, curve="piecewise", knots=((0.0, 0.0), (5.0, 80.0), (10.0, 100.0)))
ALL = (HIGHER, LOWER, TARGET, RISING, KNOTS)

values = st.floats(allow_nan=False, allow_infinity=False)


def test_cost_per_learning_hour_of_165_scores_50() -> None:
    """The worked example of the catalogue: 100 x (165 - 250) / (80 - 250)."""
    assert normalise(165.0, LOWER) == 50.0


def test_forty_learning_hours_score_just_above_92() -> None:
    """The worked example of the catalogue: min(100 x 40 / 13, 100 x (100 - 40) / (100 - 35)) = min(308, 92.3)."""
    assert_allclose(normalise(40.0, TARGET), 6000 / 65)


def test_four_posts_rise_hold_and_fall() -> None:
    assert_allclose(normalise([-5, 0, 6.5, 13, 24, 35, 67.5, 100, 120], TARGET), [0, 0, 50, 100, 100, 100, 50, 0, 0])


def test_a_target_may_be_a_single_value() -> None:
    assert_allclose(normalise([5, 10, 15], Goalposts("target_is_best", 0, 10, 10, 20)), [50, 100, 50])


def test_scores_stop_at_the_goalposts() -> None:
    assert_array_equal(normalise([49, 50, 72.5, 95, 96], HIGHER), [0, 0, 50, 100, 100])
    assert_array_equal(normalise([251, 250, 80, 0], LOWER), [0, 0, 100, 100])


def test_values_beyond_all_measure_are_clamped_without_a_warning() -> None:
    assert_array_equal(normalise([-1.7e308, 1.7e308], HIGHER), [0, 100])


class TestBeyondTheGoalposts:
    """For analysis, a value may lie as far beyond its posts as it does."""

    def test_the_straight_line_goes_on(self) -> None:
        """100 x (x - 250) / (80 - 250): 34 below the better post is a fifth of the way beyond it, 34 above 250 too."""
        assert_allclose(beyond_goalposts([46, 80, 165, 250, 284, NAN], LOWER), [120, 100, 50, 0, -20, NAN])
        assert_allclose(beyond_goalposts([41, 72.7, 104], HIGHER), [-20, 2270 / 45, 120])

    @pytest.mark.parametrize("posts", [TARGET, RISING, LOGARITHMIC, KNOTS])
    def test_other_curves_and_target_ranges_are_refused(self, posts: Goalposts) -> None:
        with pytest.raises(ScoringError, match="straight line between two"):
            beyond_goalposts(1.0, posts)

    def test_an_infinite_value_is_refused(self) -> None:
        with pytest.raises(ScoringError, match="infinite"):
            beyond_goalposts([1.0, math.inf], LOWER)


def test_a_missing_value_stays_missing() -> None:
    for posts in ALL:
        assert math.isnan(float(normalise(math.nan, posts)))
    assert_array_equal(normalise([None, 165.0], LOWER), [NAN, 50.0])  # type: ignore[list-item]  # works all the same


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_an_infinite_value_is_refused(infinite: float) -> None:
    with pytest.raises(ScoringError, match="infinite"):
        normalise([1.0, infinite], HIGHER)
    with pytest.raises(ScoringError, match="infinite"):
        normalise_columns([[1.0, infinite]], [HIGHER, LOWER])


def test_columns_score_like_each_column_alone() -> None:
    rng = np.random.default_rng(7)
    table = rng.uniform(-20, 300, (3, 40, len(ALL)))
    table[rng.random(table.shape) < 0.2] = np.nan
    together = normalise_columns(table, ALL)
    for index, posts in enumerate(ALL):
        assert_array_equal(together[..., index], normalise(table[..., index], posts))


def test_columns_of_one_empty_and_many_blocks() -> None:
    assert normalise_columns(np.empty((0, 2)), [HIGHER, LOWER]).shape == (0, 2)
    many = np.full((70_000, 2), 165.0)
    assert (normalise_columns(many, [LOWER, LOWER]) == 50.0).all()


def test_columns_need_one_pair_of_goalposts_each() -> None:
    with pytest.raises(ScoringError, match="last axis must have 2 entries"):
        normalise_columns([[1.0, 2.0, 3.0]], [HIGHER, LOWER])


@pytest.mark.parametrize("text", ["high", "165", ["165"], True, 1j, [[1.0], [1.0, 2.0]], [{}], [10**400]])
def test_what_is_not_a_table_of_numbers_is_refused(text: object) -> None:
    with pytest.raises(ScoringError, match="must be numbers"):
        normalise(text, HIGHER)  # type: ignore[arg-type]  # that is the point


class TestLogNormal:
    """The curve with two control points, against the published test vectors of Lighthouse (Apache-2.0)."""

    def test_the_goalposts_score_10_and_90_and_their_geometric_mean_50(self) -> None:
        assert_allclose(normalise([1, 4, 16], RISING), [10, 50, 90], atol=1e-12)
        falling = Goalposts("lower_is_better", 600.0, 150.0, curve="lognormal")
        assert_allclose(normalise([600, 300, 150], falling), [10, 50, 90], atol=1e-12)

    def test_published_vectors(self, shared: Path) -> None:
        reference = read(shared, "lighthouse_lognormal.json")
        expected = reference["expected"]["vectors"]["rows"]
        for (half, ninety, value), (score, match) in zip(reference["inputs"]["vectors"]["rows"], expected, strict=True):
            # "Exactly 0" comes from the approximated erf upstream; the true one leaves 4e-20 points there.
            tolerance = 1e-18 if match == "exact" else 0.5
            assert abs(float(log_normal_points(value, half, ninety)) - 100 * score) <= tolerance

    def test_grid_of_the_upstream_code(self, shared: Path) -> None:
        reference = read(shared, "lighthouse_lognormal.json")
        rows = reference["inputs"]["grid"]["rows"]
        points = [float(log_normal_points(value, half, ninety)) for _, _, ninety, half, value in rows]
        tolerance = 100 * reference["tolerance"]["grid_abs_true_erf"]  # upstream approximates erf; here it is exact
        assert_allclose(points, 100 * np.array(reference["expected"]["grid"]), atol=tolerance)

    def test_control_points_divide_exactly(self, shared: Path) -> None:
        for ninety, half in read(shared, "lighthouse_lognormal.json")["inputs"]["control_points_one_ulp"]["rows"]:
            near = [0.0, math.nextafter(ninety, 0), ninety, math.nextafter(ninety, math.inf)]
            middle = [math.nextafter(half, 0), half, min(math.nextafter(half, math.inf), 1.7976931348623157e308)]
            points = log_normal_points(near + middle, half, ninety)
            assert points[0] == 100
            assert points[1] >= 90
            assert points[2] == 90 > points[3]
            assert points[4] >= 50 == points[5]
            assert points[6] < 50 or middle[2] == half

    def test_control_points_that_make_no_curve_are_refused(self, shared: Path) -> None:
        for half, ninety in read(shared, "lighthouse_lognormal.json")["inputs"]["invalid"]["rows"][:5]:
            with pytest.raises(ScoringError, match="two different numbers above 0"):
                log_normal_points(1.0, half, ninety)

    @pytest.mark.parametrize(("half", "ninety"), [(math.inf, 1.0), (1.0, math.inf), (NAN, 1.0), (1.0, NAN)])
    def test_control_points_without_end_are_refused(self, half: float, ninety: float) -> None:
        with pytest.raises(ScoringError, match="two different numbers above 0"):
            log_normal_points(1.0, half, ninety)

    def test_control_points_many_powers_of_ten_apart(self) -> None:
        """A normal distribution of logarithms: half-way up, and two thirds of the same way down."""
        normal = statistics.NormalDist()
        z = normal.inv_cdf(0.9)
        expected = [100 * normal.cdf(z / 2), 100 * normal.cdf(-2 / 3 * z)]
        assert_allclose(log_normal_points([1e15, 1e-20], 1.0, 1e30), expected)

    def test_higher_is_better_mirrors_lower_is_better(self) -> None:
        ratios = np.array([0.01, 0.5, 1.0, 3.0, 40.0])
        assert_allclose(log_normal_points(100 * ratios, 100, 300), log_normal_points(100 / ratios, 100, 100 / 3))
        assert_array_equal(log_normal_points([-1.0, 0.0], 100, 300), [0, 0])


class TestLogarithmic:
    """The income index of the Human Development Index, and the same curve falling."""

    INCOME = Goalposts("higher_is_better", 100, 75000, curve="logarithmic")

    def test_equal_steps_in_percent_earn_equal_points(self) -> None:
        assert_allclose(normalise([100, math.sqrt(100 * 75000), 75000], self.INCOME), [0, 50, 100], atol=1e-12)
        falling = Goalposts("lower_is_better", 1000, 10, curve="logarithmic")
        assert_allclose(normalise([1000, 100, 10], falling), [0, 50, 100], atol=1e-12)

    def test_posts_and_values_below_1(self) -> None:
        posts = Goalposts("higher_is_better", 0.01, 0.81, curve="logarithmic")
        assert_allclose(normalise([0.01, 0.09, 0.81], posts), [0, 50, 100], atol=1e-12)

    def test_an_income_by_hand(self) -> None:
        """ln(12,246 / 100) / ln(75,000 / 100) = 4.8078 / 6.6201"""
        assert_allclose(normalise([12246], self.INCOME), [72.624], atol=0.001)

    def test_values_beyond_the_posts_and_below_0_stop_at_them(self) -> None:
        assert_array_equal(normalise([50, 0, -7, 1e300, NAN], self.INCOME), [0, 0, 0, 100, NAN])
        falling = Goalposts("lower_is_better", 1000, 10, curve="logarithmic")
        assert_array_equal(normalise([0, -7, 1e300], falling), [100, 100, 0])

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("higher_is_better", 0, 10), "logarithmic curve must be greater than 0"),
            (("lower_is_better", 10, -1), "logarithmic curve must be greater than 0"),
            (("lower_is_better", 10, 0), "logarithmic curve must be greater than 0"),
            (("target_is_best", 1, 2, 3, 4), "logarithmic curve rises or falls"),
            (("higher_is_better", 1e300, math.nextafter(1e300, math.inf)), "told apart"),
        ],
    )
    def test_posts_that_make_no_curve_are_refused(self, arguments: tuple[object, ...], message: str) -> None:
        with pytest.raises(ScoringError, match=message):
            Goalposts(*arguments, curve="logarithmic")  # type: ignore[arg-type]  # wrong ones on purpose


class TestPiecewise:
    def test_straight_lines_through_the_knots(self) -> None:
        assert_allclose(normalise([-1, 0, 2.5, 5, 7.5, 10, 11], KNOTS), [0, 0, 40, 80, 90, 100, 100])

    def test_a_curve_may_fall_and_its_values_lie_below_0(self) -> None:
        posts = Goalposts("lower_is_better", 10, -10, curve="piecewise", knots=((-10, 100), (0, 99.5), (10, 0)))
        assert_allclose(normalise([-11, -5, 5], posts), [100, 99.75, 49.75])

    def test_a_target_may_rise_and_fall(self) -> None:
        knots = ((0.0, 0.0), (10.0, 100.0), (30.0, 20.0))
        posts = Goalposts("target_is_best", 0, 10, 12, 40, curve="piecewise", knots=knots)
        assert_allclose(normalise([5, 10, 20, 99], posts), [50, 100, 60, 20])


@given(st.sampled_from(ALL), values)
def test_scores_lie_between_0_and_100(posts: Goalposts, value: float) -> None:
    assert 0 <= float(normalise(value, posts)) <= 100


@given(st.sampled_from([HIGHER, LOWER, RISING, KNOTS, LOGARITHMIC]), values, values)
def test_a_better_value_never_scores_less(posts: Goalposts, one: float, other: float) -> None:
    low, high = sorted((float(one), float(other)))
    worse, better = (high, low) if posts.direction == "lower_is_better" else (low, high)
    assert float(normalise(worse, posts)) <= float(normalise(better, posts))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sideways", 0, 1), "direction"),
        (("higher_is_better", 1, 1), "below"),
        (("higher_is_better", 2, 1), "below"),
        (("lower_is_better", 1, 1), "above"),
        (("lower_is_better", 1, 2), "above"),
        (("higher_is_better", math.nan, 1), "finite"),
        (("higher_is_better", "0", 1), "numbers"),
        (("higher_is_better", None, 1), "finite"),
        (("target_is_best", 0, 1, "2", 3), "numbers"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, 0), (1,))), "numbers"),
        (("higher_is_better", 0, 1, None, None, "piecewise", 5), "two knots"),
        (("higher_is_better", 0, math.inf), "finite"),
        (("higher_is_better", -1.7e308, 1.7e308), "finite"),
        (("higher_is_better", 0, 1, 2, 3), "target_is_best"),
        (("higher_is_better", 0, 1, 2), "target_is_best"),
        (("lower_is_better", 1, 0, None, 3), "target_is_best"),
        (("target_is_best", 0, 1), "four goalposts"),
        (("target_is_best", 0, 1, 2), "four goalposts"),
        (("target_is_best", 0, 1, None, 2), "four goalposts"),
        (("target_is_best", 0, 5, 4, 9), "needs goalpost_0 < goalpost_100"),
        (("target_is_best", 5, 5, 6, 9), "needs goalpost_0 < goalpost_100"),
        (("target_is_best", 0, 5, 9, 9), "needs goalpost_0 < goalpost_100"),
        (("higher_is_better", 0, 1, None, None, "cubic"), "curve"),
        (("higher_is_better", 0, 1, None, None, "lognormal"), "greater than 0"),
        (("target_is_best", 1, 2, 3, 4, "lognormal"), "cannot be used"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, 0),)), "two knots"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, 0), (0, 100))), "ascending"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, 0), (1, 101))), "between 0 and 100"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, -1), (1, 100))), "between 0 and 100"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, 50), (1, 20))), "run against"),
        (("higher_is_better", 0, 1, None, None, "piecewise", ((0, 50), (1, 49.5))), "run against"),
        (("lower_is_better", 1, 0, None, None, "piecewise", ((0, 20), (1, 50))), "run against"),
    ],
)
def test_goalposts_that_do_not_fit_are_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ScoringError, match=message):
        Goalposts(*arguments)  # type: ignore[arg-type]  # wrong ones on purpose


def test_every_curve_is_in_the_registry() -> None:
    assert set(CURVES) == {"linear", "logarithmic", "lognormal", "piecewise"}


def read(shared: Path, name: str) -> dict[str, dict[str, dict[str, list[list[float]]]]]:
    found: dict[str, dict[str, dict[str, list[list[float]]]]] = json.loads(
        (shared / "reference" / "scoring" / name).read_text(encoding="utf-8")
    )
    return found
