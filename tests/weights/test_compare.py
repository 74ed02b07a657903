"""What differs between two profiles."""

from __future__ import annotations

from typing import Any

import pytest

from weights.compare import Difference, differences

BASE: dict[str, Any] = {
    "pillars": {"a": 0.2, "b": 0.8},
    "measures": {"a": {"x": 1.0}, "b": {"y": 0.5, "z": 0.5}},
    "aggregation": {"pillars": "arithmetic"},
    "goalposts": {},
}


def test_a_profile_does_not_differ_from_itself() -> None:
    assert differences(BASE, BASE) == []


def test_only_what_differs_is_named_in_the_order_of_the_entries() -> None:
    other = BASE | {
        "pillars": {"c": 0.25, "b": 0.5, "a": 0.25},
        "aggregation": {"pillars": "geometric"},
        "goalposts": {"x": {"knots": [[1, 0], [2, 100]]}},
    }
    assert differences(BASE, other) == [
        Difference(("pillars", "a"), 0.2, 0.25),
        Difference(("pillars", "b"), 0.8, 0.5),
        Difference(("aggregation", "pillars"), "arithmetic", "geometric"),
        Difference(("pillars", "c"), 0.0, 0.25),
        Difference(("goalposts", "x", "knots"), None, [[1, 0], [2, 100]]),
    ]


@pytest.mark.parametrize(
    ("section", "before", "after"),
    [
        ("pillars", {"a": 3 / 20}, {"a": 0.15}),
        ("pillars", {"a": 1}, {"a": 1.0}),
        ("pillars", {"a": 1.0}, {"a": 1.0, "b": 0.0}),
        ("measures", {}, {"a": {"x": 0.0}}),
        ("goalposts", {"x": {"knots": ((1, 0.1 + 0.2),)}}, {"x": {"knots": [[1.0, 0.3]]}}),
    ],
)
def test_what_weighs_the_same_does_not_differ(section: str, before: Any, after: Any) -> None:
    assert differences({section: before}, {section: after}) == []
    assert differences({section: after}, {section: before}) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [(0.2, 0.2 + 1e-9), ([1, 2], [1]), ([1, 2], [2, 1]), (None, 0), ("5", 5)],
)
def test_a_difference_is_told_however_small(before: Any, after: Any) -> None:
    found = differences({"caps": {"b": before}}, {"caps": {"b": after}})
    assert found == [Difference(("caps", "b"), before, after)]
