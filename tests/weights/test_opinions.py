"""Several people's weights as one: mean, spread and concentration, by hand and against random opinions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from weights.opinions import group_opinion
from weights.points import allocated_weights
from weights.profile import WeightsError

people = st.lists(
    st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any).map(lambda p: dict(zip("abc", p, strict=True))),
    min_size=1,
    max_size=6,
).map(lambda given: [allocated_weights(points) for points in given])


def test_two_people_by_hand() -> None:
    """0.6/0.4 and 0.4/0.6: variances 0.02 each; 1 - sum w^2 = 0.48 for both; 0.48 / 0.04 = 12."""
    found = group_opinion([{"a": 0.6, "b": 0.4}, {"a": 0.4, "b": 0.6}])
    assert found.weights == pytest.approx({"a": 0.5, "b": 0.5})
    assert found.spread == pytest.approx({"a": math.sqrt(0.02), "b": math.sqrt(0.02)})
    assert found.concentration == pytest.approx(12)
    assert found.note is None


@pytest.mark.parametrize("kappa", [3.0, 20.0, 200.0])
def test_the_concentration_of_many_random_people_is_found_again(kappa: float) -> None:
    mean = np.array([0.2, 0.3, 0.25, 0.15, 0.1])
    draws = np.random.default_rng(20261121).dirichlet(kappa * mean, size=20_000)
    found = group_opinion([dict(zip("abcde", draw, strict=True)) for draw in draws.tolist()])
    assert_allclose(list(found.weights.values()), mean, atol=0.01)
    assert found.concentration == pytest.approx(kappa, rel=0.03)
    assert found.spread is not None
    assert_allclose(list(found.spread.values()), np.sqrt(mean * (1 - mean) / (kappa + 1)), rtol=0.03)


def test_one_person_has_no_spread() -> None:
    found = group_opinion([{"a": 0.7, "b": 0.3}])
    assert (found.spread, found.concentration) == (None, None)
    assert "One person alone" in str(found.note)


def test_people_who_agree_exactly_have_no_concentration() -> None:
    found = group_opinion([{"a": 0.7, "b": 0.3}] * 3)
    assert found.spread == pytest.approx({"a": 0, "b": 0})
    assert found.concentration is None
    assert "the same weights" in str(found.note)


def test_people_who_put_all_on_one_thing_each_fit_no_concentration() -> None:
    found = group_opinion([{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}])
    assert found.concentration is None
    assert "everything on one thing" in str(found.note)


@given(people, st.randoms())
def test_weights_sum_to_one_and_the_order_of_people_and_keys_does_not_matter(
    given_people: list[dict[str, float]], random: Any
) -> None:
    found = group_opinion(given_people)
    assert_allclose(sum(found.weights.values()), 1)
    assert min(found.weights.values()) >= 0
    turned = [dict(random.sample(list(p.items()), 3)) for p in random.sample(given_people, len(given_people))]
    again = group_opinion(turned)
    assert again.weights == pytest.approx(found.weights)
    assert again.note == found.note
    if found.concentration is not None:
        assert found.concentration > 0
        assert again.concentration == pytest.approx(found.concentration)


@pytest.mark.parametrize("faulty", [[], [{}], [{"a": 1.0}, {"b": 1.0}]])
def test_an_opinion_needs_people_who_weigh_the_same(faulty: list[dict[str, float]]) -> None:
    with pytest.raises(WeightsError, match="the same things"):
        group_opinion(faulty)
