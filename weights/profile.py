"""What a weight profile is, and when it is valid: weights per pillar and measure, means, and rules for missing data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from weights.rules import (
    DEFAULT_CARRY_FORWARD_MONTHS,
    DEFAULT_FLOOR,
    DEFAULT_MIN_COVERAGE,
    DEFAULT_MIN_PILLAR_WEIGHT,
    DEFAULT_MIN_PILLARS,
    MEANS,
    CapRule,
    Mean,
    cap_problems,
    read_caps,
    read_floor,
    read_mean,
    read_measure_mean,
    read_missing,
)
from weights.sections import Problems, read_groups, read_mapping, read_options, read_weights

_SECTIONS = ("pillars", "measures", "aggregation", "missing", "caps", "goalposts")


class WeightsError(ValueError):
    """A profile that cannot be used. `problems` are pairs of (path of the field, sentence)."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems[0][1] if problems else "The weight profile cannot be used.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class WeightProfile:
    """Weights as they were given (any non-negative numbers); `shares()` shows them as parts of 1.

    pillars: weight by pillar key. measures: weight by measure key, by pillar key. goalposts: for single measures,
    goalposts that replace those of the catalogue, named as there. measure_mean: one for all pillars, or by pillar.
    floor: what a score below it counts as in a mean of order 0 or less. caps: see `CapRule`.
    """

    pillars: Mapping[str, float]
    measures: Mapping[str, Mapping[str, float]]
    pillar_mean: Mean = "arithmetic"
    measure_mean: Mean | Mapping[str, Mean] = "arithmetic"
    floor: float = DEFAULT_FLOOR
    min_coverage: float = DEFAULT_MIN_COVERAGE
    min_pillars: int = DEFAULT_MIN_PILLARS
    min_pillar_weight: float = DEFAULT_MIN_PILLAR_WEIGHT
    carry_forward_months: int = DEFAULT_CARRY_FORWARD_MONTHS
    caps: tuple[CapRule, ...] = ()
    goalposts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def shares(self) -> WeightProfile:
        """The same profile with weights that sum to 1 at each level (a level of zeros stays zero)."""
        measures = {pillar: shares_of(weights) for pillar, weights in self.measures.items()}
        return replace(self, pillars=shares_of(self.pillars), measures=measures)

    def mean_of(self, pillar: str) -> Mean:
        """The mean of a pillar's measures."""
        return self.measure_mean.get(pillar, MEANS[0]) if isinstance(self.measure_mean, Mapping) else self.measure_mean

    def as_dict(self) -> dict[str, Any]:
        """Plain data in the shape of the API; `parse_profile` reads it back."""
        return {
            "pillars": dict(self.pillars),
            "measures": {pillar: dict(weights) for pillar, weights in self.measures.items()},
            "aggregation": {
                "pillars": self.pillar_mean,
                "measures": dict(self.measure_mean) if isinstance(self.measure_mean, Mapping) else self.measure_mean,
                "floor": self.floor,
            },
            "missing": {
                "min_coverage": self.min_coverage,
                "min_pillars": self.min_pillars,
                "min_pillar_weight": self.min_pillar_weight,
                "carry_forward_months": self.carry_forward_months,
            },
            "caps": [cap.as_dict() for cap in self.caps],
            "goalposts": {key: dict(posts) for key, posts in self.goalposts.items()},
        }


def parse_profile(data: Mapping[str, Any], pillar_of: Mapping[str, str]) -> WeightProfile:
    """A checked profile from plain data in the shape of the API.

    pillar_of: the pillar of every measure that may carry a weight. Raises WeightsError that names every field at fault.
    """
    problems: Problems = []
    profile = _read(read_mapping(data, "profile", problems), problems)
    problems += _membership_problems(profile, pillar_of)
    problems += _sum_problems(profile, problems)
    if not any(path.startswith(("pillars", "measures")) for path, _ in problems):
        problems += cap_problems(profile.caps, profile.pillars, profile.measures, set(pillar_of))
    if problems:
        raise WeightsError(problems)
    return profile


def merge(base: WeightProfile, changes: Mapping[str, Any], pillar_of: Mapping[str, str]) -> WeightProfile:
    """`base` with a partial profile laid over it, key by key, caps as a whole.

    Raises WeightsError like `parse_profile`.
    """
    problems: Problems = []
    merged = base.as_dict()
    for section, content in read_mapping(changes, "profile", problems).items():
        if section == "caps":
            merged["caps"] = content
        elif section == "measures":
            for pillar, weights in read_groups(content, section, problems).items():
                merged["measures"][pillar] = {**merged["measures"].get(pillar, {}), **weights}
        else:
            merged[section] = {**merged.get(section, {}), **read_mapping(content, section, problems)}
    if problems:
        raise WeightsError(problems)
    return parse_profile(merged, pillar_of)


def shares_of(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as parts of their sum; zeros where all are zero."""
    largest = max(weights.values(), default=0.0)
    if not largest > 0:
        return dict.fromkeys(weights, 0.0)
    # Scaled by a power of two, which rounds nothing: the sum of huge weights would not be a finite number.
    exponent = -math.frexp(largest)[1]
    scaled = {key: math.ldexp(weight, exponent) for key, weight in weights.items()}
    total = math.fsum(scaled.values())
    return {key: weight / total for key, weight in scaled.items()}


def _read(data: Mapping[str, Any], problems: Problems) -> WeightProfile:
    problems += [(name, f"There is no section '{name}' in a weight profile.") for name in data if name not in _SECTIONS]
    aggregation = read_options(data.get("aggregation"), "aggregation", problems)
    pillars = read_weights(data.get("pillars"), "pillars", problems)
    measures = {
        pillar: read_weights(weights, f"measures.{pillar}", problems)
        for pillar, weights in read_groups(data.get("measures"), "measures", problems).items()
    }
    missing = read_missing(read_options(data.get("missing"), "missing", problems), problems)
    return WeightProfile(
        pillars=pillars,
        measures=measures,
        pillar_mean=read_mean(aggregation.get("pillars", MEANS[0]), "aggregation.pillars", problems),
        measure_mean=read_measure_mean(aggregation.get("measures", MEANS[0]), "aggregation.measures", problems),
        floor=read_floor(aggregation.get("floor", DEFAULT_FLOOR), "aggregation.floor", problems),
        min_coverage=missing.min_coverage,
        min_pillars=missing.min_pillars,
        min_pillar_weight=missing.min_pillar_weight,
        carry_forward_months=missing.carry_forward_months,
        caps=read_caps(data.get("caps"), problems),
        goalposts=read_groups(data.get("goalposts"), "goalposts", problems),
    )


def _sum_problems(profile: WeightProfile, known: Problems) -> Problems:
    """Groups without any weight; those with a fault are left alone, because they are named already."""
    groups = {"pillars": profile.pillars} | {f"measures.{p}": w for p, w in profile.measures.items()}
    problems: Problems = []
    for path, weights in groups.items():
        faulty = any(fault == path or fault.startswith(f"{path}.") for fault, _ in known)
        carries = path == "pillars" or profile.pillars.get(path.partition(".")[2], 0) > 0
        if carries and not faulty and not any(weights.values()):
            problems.append((path, "At least one weight must be greater than 0."))
    problems += [
        (f"measures.{pillar}", f"The pillar '{pillar}' has a weight, but no weights for its measures.")
        for pillar, weight in profile.pillars.items()
        if weight > 0 and pillar not in profile.measures and f"pillars.{pillar}" not in dict(known)
    ]
    return problems


def _membership_problems(profile: WeightProfile, pillar_of: Mapping[str, str]) -> Problems:
    pillars = set(pillar_of.values())
    problems = [(f"pillars.{key}", f"There is no pillar '{key}'.") for key in profile.pillars if key not in pillars]
    for pillar, weights in profile.measures.items():
        if pillar not in pillars:
            problems.append((f"measures.{pillar}", f"There is no pillar '{pillar}'."))
            continue
        for key in weights:
            if key not in pillar_of:
                problems.append((f"measures.{pillar}.{key}", f"There is no scored measure '{key}'."))
            elif pillar_of[key] != pillar:
                problems.append((f"measures.{pillar}.{key}", f"'{key}' belongs to the pillar '{pillar_of[key]}'."))
    if isinstance(profile.measure_mean, Mapping):
        strange = [pillar for pillar in profile.measure_mean if pillar not in pillars]
        problems += [(f"aggregation.measures.{pillar}", f"There is no pillar '{pillar}'.") for pillar in strange]
    problems += [
        (f"goalposts.{key}", f"There is no scored measure '{key}'.")
        for key in profile.goalposts
        if key not in pillar_of
    ]
    return problems
