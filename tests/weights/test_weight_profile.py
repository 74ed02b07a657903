"""What a weight profile is, when it is valid, and which sentence names which fault."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weights.profile import WeightProfile, WeightsError, merge, parse_profile, shares_of
from weights.rules import CapRule

PILLAR_OF = {"completion": "access", "reach": "access", "uplift": "outcomes"}
GOOD: dict[str, Any] = {
    "pillars": {"access": 3, "outcomes": 1},
    "measures": {"access": {"completion": 2, "reach": 2}, "outcomes": {"uplift": 7}},
    "aggregation": {"pillars": "geometric", "measures": {"access": 2.5}, "floor": 0.5},
    "missing": {"min_coverage": 50, "min_pillars": 2, "min_pillar_weight": 55, "carry_forward_months": 1},
    "caps": [{"on": "composite", "at_most": 60, "while": "reach", "below": 40}],
    "goalposts": {"uplift": {"goalpost_0": 0, "goalpost_100": 60}},
}


def cap(on: object = "composite", at_most: object = 60, gate: object = "reach", below: object = 40) -> dict[str, Any]:
    return {"on": on, "at_most": at_most, "while": gate, "below": below}


def changed(path: str, value: object) -> dict[str, Any]:
    """The good profile with one field, named by its dotted path, set to another value."""
    data = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    place = data
    for parent in parents:
        place = place[parent]
    place[last] = value
    return data


def problems_of(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(WeightsError) as caught:
        parse_profile(data, PILLAR_OF)
    return caught.value.problems


def test_a_profile_is_read_and_written_back() -> None:
    profile = parse_profile(GOOD, PILLAR_OF)
    assert profile.pillar_mean == "geometric"
    assert (profile.mean_of("access"), profile.mean_of("outcomes")) == (2.5, "arithmetic")
    assert (profile.min_coverage, profile.min_pillars, profile.min_pillar_weight) == (50, 2, 55)
    assert profile.caps == (CapRule("composite", 60, "reach", 40),)
    assert profile.as_dict() == GOOD
    assert parse_profile(profile.as_dict(), PILLAR_OF) == profile


def test_one_mean_for_all_pillars_is_written_back_as_one() -> None:
    profile = parse_profile(changed("aggregation.measures", "harmonic"), PILLAR_OF)
    assert profile.as_dict()["aggregation"]["measures"] == "harmonic"
    assert profile.mean_of("access") == profile.mean_of("outcomes") == "harmonic"


def test_what_is_written_back_can_be_changed_without_the_profile() -> None:
    profile = parse_profile(GOOD, PILLAR_OF)
    profile.as_dict()["aggregation"]["measures"]["outcomes"] = "harmonic"
    assert profile.mean_of("outcomes") == "arithmetic"


def test_what_is_left_out_has_a_default() -> None:
    profile = parse_profile({"pillars": GOOD["pillars"], "measures": GOOD["measures"]}, PILLAR_OF)
    assert (profile.pillar_mean, profile.measure_mean) == ("arithmetic", "arithmetic")
    assert (profile.min_coverage, profile.carry_forward_months) == (60.0, 2)
    assert (profile.floor, profile.min_pillars, profile.min_pillar_weight) == (1, 3, 70)
    assert profile.goalposts == {}
    assert profile.caps == ()


def test_shares_sum_to_one_at_each_level() -> None:
    shares = parse_profile(GOOD, PILLAR_OF).shares()
    assert shares.pillars == {"access": 0.75, "outcomes": 0.25}
    assert shares.measures == {"access": {"completion": 0.5, "reach": 0.5}, "outcomes": {"uplift": 1.0}}
    assert shares.pillar_mean == "geometric"


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1.7e308), max_size=8))
def test_shares_of_any_weights_sum_to_one_or_are_all_zero(weights: dict[str, float]) -> None:
    shares = shares_of(weights)
    assert shares.keys() == weights.keys()
    expected = 1.0 if any(weights.values()) else 0.0
    assert math.isclose(math.fsum(shares.values()), expected, abs_tol=1e-12)


def test_a_pillar_without_weight_may_have_measures_without_weight() -> None:
    data = changed("pillars.outcomes", 0)
    data["measures"]["outcomes"] = {"uplift": 0}
    assert parse_profile(data, PILLAR_OF).shares().measures["outcomes"] == {"uplift": 0.0}


def test_a_pillar_without_weight_needs_no_measures() -> None:
    data = changed("measures", {"access": {"reach": 1}})
    data["pillars"]["outcomes"] = 0
    assert parse_profile(data, PILLAR_OF).pillars == {"access": 3, "outcomes": 0}


def test_a_pillar_that_is_not_named_may_have_measures_without_weight() -> None:
    data = changed("pillars", {"access": 1})
    data["measures"]["outcomes"] = {"uplift": 0}
    assert parse_profile(data, PILLAR_OF).measures["outcomes"] == {"uplift": 0}


def test_a_pillar_of_little_weight_needs_a_measure_with_weight() -> None:
    data = changed("pillars", {"access": 0.25, "outcomes": 0.75})
    data["measures"]["outcomes"] = {"uplift": 0}
    assert problems_of(data) == [("measures.outcomes", "At least one weight must be greater than 0.")]


@pytest.mark.parametrize("weight", [-1, math.nan, math.inf, -math.inf, "7", None, True, [1], {}, 10**400])
@pytest.mark.parametrize("path", ["pillars.access", "measures.access.reach"])
def test_a_weight_is_a_number_of_0_or_more(path: str, weight: object) -> None:
    key = path.rpartition(".")[2]
    assert problems_of(changed(path, weight)) == [(path, f"The weight of '{key}' must be a number of 0 or more.")]


@pytest.mark.parametrize(
    ("path", "value", "field", "part_of_sentence"),
    [
        ("pillars", {"access": 0, "outcomes": 0}, "pillars", "greater than 0"),
        ("pillars", {}, "pillars", "greater than 0"),
        ("pillars", None, "pillars", "greater than 0"),
        ("pillars", [20, 30], "pillars", "object of names and values"),
        ("pillars", {1: 20, "access": 1}, "pillars", "must be a text"),
        ("pillars.wealth", 5, "pillars.wealth", "There is no pillar 'wealth'"),
        ("measures.access", {"completion": 0, "reach": 0}, "measures.access", "greater than 0"),
        ("measures.access", {}, "measures.access", "greater than 0"),
        ("measures.access", 5, "measures.access", "object of names and values"),
        ("measures.wealth", {"reach": 1}, "measures.wealth", "There is no pillar 'wealth'"),
        ("measures.access.completions", 1, "measures.access.completions", "There is no scored measure 'completions'"),
        ("measures.access.uplift", 1, "measures.access.uplift", "belongs to the pillar 'outcomes'"),
        ("measures", {"access": {"reach": 1}}, "measures.outcomes", "no weights for its measures"),
        ("aggregation.pillars", "mode", "aggregation.pillars", "arithmetic, geometric, harmonic"),
        ("aggregation.pillars", 10.5, "aggregation.pillars", "from -10 to 10"),
        ("aggregation.pillars", 0.01, "aggregation.pillars", "0 or at least 0.05 away"),
        ("aggregation.pillars", math.nan, "aggregation.pillars", "from -10 to 10"),
        ("aggregation.pillars", True, "aggregation.pillars", "arithmetic, geometric, harmonic"),
        ("aggregation.pillars", {"access": 1}, "aggregation.pillars", "arithmetic, geometric, harmonic"),
        ("aggregation.measures.access", "mode", "aggregation.measures.access", "arithmetic, geometric"),
        ("aggregation.measures.wealth", 1, "aggregation.measures.wealth", "There is no pillar 'wealth'"),
        ("aggregation.floor", 99.5, "aggregation.floor", "from 0 to 99"),
        ("aggregation.floor", -0.5, "aggregation.floor", "from 0 to 99"),
        ("aggregation.floor", 100, "aggregation.floor", "from 0 to 99"),
        ("aggregation.floor", -1, "aggregation.floor", "from 0 to 99"),
        ("missing.min_pillars", 0, "missing.min_pillars", "whole number"),
        ("missing.min_pillars", 2.5, "missing.min_pillars", "whole number"),
        ("missing.min_pillar_weight", 101, "missing.min_pillar_weight", "between 0 and 100"),
        ("missing.min_pillar_weight", -0.5, "missing.min_pillar_weight", "between 0 and 100"),
        ("caps", [cap(at_most=-0.5)], "caps.0.at_most", "from 0 to 100"),
        ("caps", [cap(below=-0.5)], "caps.0.below", "from 0 to 100"),
        ("caps", [cap(below=100.5)], "caps.0.below", "from 0 to 100"),
        ("missing.min_pillars", 1001, "missing.min_pillars", "from 1 to 1000"),
        ("missing.carry_forward_months", -1, "missing.carry_forward_months", "0 to 24 whole months"),
        ("caps", {"on": "composite"}, "caps", "must be a list"),
        ("caps", [cap()] * 51, "caps", "a list of 50 caps at most"),
        ("caps", [5], "caps.0", "is an object"),
        ("caps", [cap(on="wealth")], "caps.0.on", "no pillar 'wealth' with a weight"),
        ("caps", [cap(), cap(on=5)], "caps.1.on", "names the composite"),
        ("caps", [cap(gate="reaches")], "caps.0.while", "'reaches'"),
        ("caps", [cap(gate="composite")], "caps.0.while", "'composite'"),
        ("caps", [cap(at_most=101)], "caps.0.at_most", "from 0 to 100"),
        ("caps", [cap(at_most=None)], "caps.0.at_most", "from 0 to 100"),
        ("caps", [cap(below=math.nan)], "caps.0.below", "from 0 to 100"),
        ("caps", [cap(below=0)], "caps.0.below", "does nothing"),
        ("caps", [cap() | {"above": 3}], "caps.0.above", "no option 'above'"),
        ("caps", [cap(on="access", gate="access")], "caps", "wait for their own outcome: 'access'"),
        ("caps", [cap(on="access", gate="outcomes"), cap(on="outcomes", gate="access")], "caps", "own outcome"),
        ("aggregation.measures", None, "aggregation.measures", "arithmetic, geometric"),
        ("aggregation.measures", ["arithmetic"], "aggregation.measures", "arithmetic, geometric"),
        ("aggregation", "geometric", "aggregation", "object of names and values"),
        ("aggregation.kpis", "geometric", "aggregation.kpis", "no option 'kpis'"),
        ("missing.min_coverage", 101, "missing.min_coverage", "between 0 and 100"),
        ("missing.min_coverage", -1, "missing.min_coverage", "between 0 and 100"),
        ("missing.min_coverage", math.nan, "missing.min_coverage", "between 0 and 100"),
        ("missing.min_coverage", "60", "missing.min_coverage", "between 0 and 100"),
        ("missing.min_coverage", True, "missing.min_coverage", "between 0 and 100"),
        ("missing.carry_forward_months", 25, "missing.carry_forward_months", "0 to 24 whole months"),
        ("missing.carry_forward_months", 1.5, "missing.carry_forward_months", "0 to 24 whole months"),
        ("missing.carry_forward_months", None, "missing.carry_forward_months", "0 to 24 whole months"),
        ("missing.fill", 0, "missing.fill", "no option 'fill'"),
        ("goalposts.uplifts", {}, "goalposts.uplifts", "There is no scored measure 'uplifts'"),
        ("goalposts.uplift", 5, "goalposts.uplift", "object of names and values"),
        ("colour", "green", "colour", "There is no section 'colour'"),
    ],
)  # fmt: skip
def test_every_fault_is_named_once_with_its_field(path: str, value: object, field: str, part_of_sentence: str) -> None:
    problems = problems_of(changed(path, value))
    assert [where for where, _ in problems] == [field]
    assert part_of_sentence in problems[0][1]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("aggregation.pillars", order) for order in (-10, -0.05, 0, 0.05, 10)),
        *(("aggregation.measures.access", order) for order in (-10, 10)),
        *(("aggregation.floor", floor) for floor in (0, 99)),
        *(("missing.min_coverage", percent) for percent in (0, 100)),
        *(("missing.min_pillar_weight", percent) for percent in (0, 100)),
        *(("missing.min_pillars", count) for count in (1, 1000)),
        *(("missing.carry_forward_months", count) for count in (0, 24)),
        *(("caps", [cap(at_most=score)]) for score in (0, 100)),
        *(("caps", [cap(below=score)]) for score in (1e-9, 100)),
        ("caps", [cap()] * 50),
    ],
)
def test_limits_themselves_are_valid(path: str, value: object) -> None:
    data = changed(path, value)
    assert parse_profile(data, PILLAR_OF).as_dict() == data


def test_all_faults_are_named_together() -> None:
    data = changed("pillars.access", -1)
    data["missing"]["min_coverage"] = 200
    data["measures"]["access"]["uplift"] = 1
    assert [where for where, _ in problems_of(data)] == [
        "pillars.access",
        "missing.min_coverage",
        "measures.access.uplift",
    ]


def test_every_pillar_that_there_is_not_is_named() -> None:
    data = changed("measures.wealth", {"reach": 1})
    data["measures"]["health"] = {"reach": 1}
    assert [where for where, _ in problems_of(data)] == ["measures.wealth", "measures.health"]


def test_a_profile_that_is_no_object_is_refused() -> None:
    assert problems_of([1, 2])[0] == ("profile", "'profile' must be an object of names and values.")


def test_the_error_says_the_first_problem() -> None:
    with pytest.raises(WeightsError, match="There is no section 'colour'"):
        parse_profile(changed("colour", 1) | {"pillars": 5}, PILLAR_OF)


class TestMerge:
    BASE: WeightProfile = parse_profile(GOOD, PILLAR_OF)

    def test_only_what_is_named_changes(self) -> None:
        changes = {"pillars": {"outcomes": 5}, "measures": {"access": {"reach": 0}}, "missing": {"min_coverage": 70}}
        found = merge(self.BASE, changes, PILLAR_OF)
        assert found.pillars == {"access": 3, "outcomes": 5}
        assert found.measures["access"] == {"completion": 2, "reach": 0}
        assert found.measures["outcomes"] == {"uplift": 7}
        assert (found.min_coverage, found.carry_forward_months) == (70, 1)

    def test_nothing_named_changes_nothing(self) -> None:
        assert merge(self.BASE, {}, PILLAR_OF) == self.BASE

    def test_the_base_stays_as_it_was(self) -> None:
        before = copy.deepcopy(self.BASE.as_dict())
        merge(self.BASE, {"measures": {"access": {"reach": 9}}, "goalposts": {"reach": {"goalpost_0": 1}}}, PILLAR_OF)
        assert self.BASE.as_dict() == before

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"pillars": {"access": "much"}}, "pillars.access"),
            ({"pillars": 5}, "pillars"),
            ({"measures": {"access": 5}}, "measures.access"),
            ({"measures": [1]}, "measures"),
            ({"pillars": {"access": 0, "outcomes": 0}}, "pillars"),
            ({"colour": {"a": 1}}, "colour"),
        ],
    )
    def test_faulty_changes_are_named(self, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(WeightsError) as caught:
            merge(self.BASE, changes, PILLAR_OF)
        assert [where for where, _ in caught.value.problems] == [field]
