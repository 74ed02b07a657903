"""What a weight profile is, and when it is valid: weights per pillar and measure, means, and rules for missing data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from weights.sections import (
    Problems,
    as_number,
    read_choice,
    read_groups,
    read_mapping,
    read_options,
    read_weights,
)

Mean = Literal["arithmetic", "geometric"]
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric")
DEFAULT_MIN_COVERAGE = 60.0
DEFAULT_CARRY_FORWARD_MONTHS = 2
LONGEST_CARRY_FORWARD = 24
_SECTIONS = ("pillars", "measures", "aggregation", "missing", "goalposts")


class WeightsError(ValueError):
    """A profile that cannot be used. `problems` are pairs of (path of the field, sentence)."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems[0][1] if problems else "The weight profile cannot be used.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class WeightProfile:
    """Weights as they were given (any non-negative numbers); `shares()` shows them as parts of 1.

    pillars: weight by pillar key. measures: weight by measure key, by pillar key. goalposts: for single measures,
    goalposts that replace those of the catalogue, named as there.
    """

    pillars: Mapping[str, float]
    measures: Mapping[str, Mapping[str, float]]
    pillar_mean: Mean = "arithmetic"
    measure_mean: Mean = "arithmetic"
    min_coverage: float = DEFAULT_MIN_COVERAGE
    carry_forward_months: int = DEFAULT_CARRY_FORWARD_MONTHS
    goalposts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def shares(self) -> WeightProfile:
        """The same profile with weights that sum to 1 at each level (a level of zeros stays zero)."""
        return WeightProfile(
            shares_of(self.pillars),
            {pillar: shares_of(weights) for pillar, weights in self.measures.items()},
            self.pillar_mean,
            self.measure_mean,
            self.min_coverage,
            self.carry_forward_months,
            self.goalposts,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data in the shape of the API; `parse_profile` reads it back."""
        return {
            "pillars": dict(self.pillars),
            "measures": {pillar: dict(weights) for pillar, weights in self.measures.items()},
            "aggregation": {"pillars": self.pillar_mean, "measures": self.measure_mean},
            "missing": {"min_coverage": self.min_coverage, "carry_forward_months": self.carry_forward_months},
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
    if problems:
        raise WeightsError(problems)
    return profile


def merge(base: WeightProfile, changes: Mapping[str, Any], pillar_of: Mapping[str, str]) -> WeightProfile:
    """`base` with a partial profile laid over it, key by key; raises WeightsError like `parse_profile`."""
    problems: Problems = []
    merged = base.as_dict()
    for section, content in read_mapping(changes, "profile", problems).items():
        if section == "measures":
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
    missing = read_options(data.get("missing"), "missing", problems)
    return WeightProfile(
        pillars=read_weights(data.get("pillars"), "pillars", problems),
        measures={
            pillar: read_weights(weights, f"measures.{pillar}", problems)
            for pillar, weights in read_groups(data.get("measures"), "measures", problems).items()
        },
        pillar_mean=read_choice(aggregation.get("pillars", "arithmetic"), MEANS, "aggregation.pillars", problems),
        measure_mean=read_choice(aggregation.get("measures", "arithmetic"), MEANS, "aggregation.measures", problems),
        min_coverage=_min_coverage(missing, problems),
        carry_forward_months=_carry_forward_months(missing, problems),
        goalposts=read_groups(data.get("goalposts"), "goalposts", problems),
    )


def _min_coverage(missing: Mapping[str, Any], problems: Problems) -> float:
    found = as_number(missing.get("min_coverage", DEFAULT_MIN_COVERAGE))
    if found is None or not 0 <= found <= 100:  # noqa: PLR2004 - percent
        problems.append(("missing.min_coverage", "The smallest coverage is a percentage between 0 and 100."))
        return DEFAULT_MIN_COVERAGE
    return found


def _carry_forward_months(missing: Mapping[str, Any], problems: Problems) -> int:
    found = as_number(missing.get("carry_forward_months", DEFAULT_CARRY_FORWARD_MONTHS))
    if found is None or found != int(found) or not 0 <= found <= LONGEST_CARRY_FORWARD:
        sentence = f"Values can be carried forward 0 to {LONGEST_CARRY_FORWARD} whole months."
        problems.append(("missing.carry_forward_months", sentence))
        return DEFAULT_CARRY_FORWARD_MONTHS
    return int(found)


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
    problems += [
        (f"goalposts.{key}", f"There is no scored measure '{key}'.")
        for key in profile.goalposts
        if key not in pillar_of
    ]
    return problems
