"""The presets that come with LEI, laid over a catalogue."""

from __future__ import annotations

import math

import pytest

from lei.catalog.loader import default_measures
from lei.services.set_up import weights_by_pillar
from weights.presets.load import PRESETS, load_preset
from weights.profile import WeightsError

CATALOGUE = weights_by_pillar(default_measures())


@pytest.mark.parametrize("name", PRESETS)
def test_shares_of_every_preset_sum_to_one(name: str) -> None:
    shares = load_preset(name, CATALOGUE).shares()
    for group in (shares.pillars, *shares.measures.values()):
        assert math.isclose(math.fsum(group.values()), 1.0, abs_tol=1e-12)
    assert set(shares.measures) == set(CATALOGUE)


def test_the_default_weighs_the_pillars_20_30_25_15_10() -> None:
    assert load_preset("default_v1", CATALOGUE).shares().pillars == {
        "access_engagement": 0.20,
        "performance_outcomes": 0.30,
        "capability_readiness": 0.25,
        "operational_efficiency": 0.15,
        "business_impact": 0.10,
    }


def test_the_default_takes_the_weights_of_the_catalogue() -> None:
    measures = load_preset("default_v1", CATALOGUE).shares().measures
    assert math.isclose(measures["access_engagement"]["audience_reach"], 0.20)
    assert math.isclose(measures["performance_outcomes"]["assessment_score"], 0.12)


def test_activity_alone_never_lifts_the_default_above_20() -> None:
    assert load_preset("default_v1", CATALOGUE).shares().pillars["access_engagement"] <= 0.20


def test_equal_means_equal_at_both_levels() -> None:
    shares = load_preset("equal", CATALOGUE).shares()
    assert set(shares.pillars.values()) == {0.2}
    for weights in shares.measures.values():
        assert len(set(weights.values())) == 1


def test_outcome_first_puts_business_impact_on_top() -> None:
    pillars = load_preset("outcome_first", CATALOGUE).shares().pillars
    assert max(pillars, key=pillars.__getitem__) == "business_impact"


def test_an_unknown_preset_and_a_catalogue_that_does_not_fit_are_refused() -> None:
    with pytest.raises(KeyError):
        load_preset("vendor", CATALOGUE)
    with pytest.raises(WeightsError, match="There is no pillar"):
        load_preset("default_v1", {"access_engagement": {"audience_reach": 1.0}})
