"""The minimum data of each statistic, against the table of the policy."""

from __future__ import annotations

import math

import pytest

from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.minimums import MINIMUMS, check, short_of_good

# The table of minimum data per statistic, written down a second time: what is needed, and what is good.
POLICY = [
    ("mean", {"cases": 20}, {"cases": 50}),
    ("percent", {"cases": 30}, {"cases": 100}),
    ("paired", {"pairs": 20}, {"pairs": 32}),
    ("before_after", {"months_before": 3, "months_after": 3, "people": 20}, {"months_before": 6, "months_after": 6}),
    ("trend", {"months": 6}, {"months": 12}),
    ("interrupted_time_series", {"months_before": 6, "months_after": 3}, {"months_before": 12, "months_after": 12}),
    (
        "difference_in_differences",
        {"people_treated": 20, "people_comparison": 20, "months_before": 3, "months_after": 3},
        {"people_treated": 63, "people_comparison": 63, "months_before": 6},
    ),
    (
        "randomized_comparison",
        {"people_treated": 44, "people_comparison": 44},
        {"people_treated": 175, "people_comparison": 175},
    ),
    (
        "staggered_rollout",
        {"people_treated": 20, "people_comparison": 20, "months_before": 3, "months_after": 3},
        {"people_treated": 63, "people_comparison": 63, "months_before": 6},
    ),
    ("parallel_trends", {"months_before": 3}, {"months_before": 6}),
    ("placebo", {"months_before": 6}, {}),
    (
        "matched_comparison",
        {"people_treated": 20, "people_comparison": 20, "share_matched": 0.5},
        {"people_treated": 63, "people_comparison": 63, "share_matched": 0.9},
    ),
    (
        "panel_regression",
        {"units": 30, "units_treated": 10, "units_comparison": 10, "periods": 2},
        {"units": 100},
    ),
    ("cross_section", {"units": 30, "units_treated": 10, "units_comparison": 10}, {"units": 100}),
    ("correlation_months", {"months": 12}, {"months": 24}),
    ("correlation_lagged", {"months": 18}, {"months": 36}),
    ("correlation_units", {"units": 30}, {"units": 250}),
    ("skill_uplift", {"pairs": 20}, {"pairs": 50}),
]


@pytest.mark.parametrize(("method", "needed", "good"), POLICY)
class TestThePolicy:
    def test_exactly_the_minimum_is_enough(self, method: str, needed: dict[str, float], good: dict[str, float]) -> None:
        assert check(method, needed) is None

    def test_one_less_of_anything_is_too_little(
        self, method: str, needed: dict[str, float], good: dict[str, float]
    ) -> None:
        for name, amount in needed.items():
            found = {**needed, name: amount - 1}
            assert check(method, found) == TooLittle(method, {name: amount}, {name: amount - 1})

    def test_the_good_amount_is_good_and_one_less_is_a_finding(
        self, method: str, needed: dict[str, float], good: dict[str, float]
    ) -> None:
        assert short_of_good(method, {**needed, **good}) == ()
        for name, amount in good.items():
            found = {**needed, **good, name: amount - 1}
            assert short_of_good(method, found) == (
                Finding("below_good", {"found": amount - 1, "good": amount}, (name,)),
            )


def test_every_statistic_of_the_table_is_checked_here() -> None:
    assert set(MINIMUMS) == {method for method, _, _ in POLICY}


def test_everything_that_is_short_is_named_at_once() -> None:
    found = {"months_before": 2, "months_after": 3, "people": 11}
    expected = TooLittle("before_after", {"months_before": 3, "people": 20}, {"months_before": 2, "people": 11})
    assert check("before_after", found) == expected


def test_a_measures_own_minimum_wins_in_both_directions() -> None:
    assert check("percent", {"cases": 40}, {"cases": 50}) == TooLittle("percent", {"cases": 50}, {"cases": 40})
    assert check("percent", {"cases": 12}, {"cases": 10}) is None


def test_an_amount_that_is_no_number_is_too_little() -> None:
    assert check("mean", {"cases": math.nan}) is not None
