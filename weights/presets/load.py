"""Reads a preset and fills in the weights of the measures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources

from weights.profile import WeightProfile, parse_profile

PRESETS = ("default_v1", "equal", "outcome_first")


def load_preset(name: str, catalogue: Mapping[str, Mapping[str, float]]) -> WeightProfile:
    """The preset `name` for a catalogue: weight by measure key, by pillar key.

    Raises WeightsError when preset and catalogue do not fit together, KeyError for an unknown name.
    """
    if name not in PRESETS:
        raise KeyError(name)
    data = tomllib.loads(resources.files("weights.presets").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    equal = data["measures"] == "equal"
    measures = {
        pillar: {key: 1.0 if equal else weight for key, weight in weights.items()}
        for pillar, weights in catalogue.items()
    }
    pillar_of = {key: pillar for pillar, weights in catalogue.items() for key in weights}
    return parse_profile({"pillars": data["pillars"], "measures": measures}, pillar_of)
