"""What a weight profile is, and when it is valid: weights per pillar and measure, means, and rules for missing data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

Mean = Literal["arithmetic", "geometric"]
MEANS: tuple[str, ...] = get_args(Mean)
DEFAULT_MIN_COVERAGE = 60.0
DEFAULT_CARRY_FORWARD_MONTHS = 2
LONGEST_CARRY_FORWARD = 24
_SECTIONS = ("pillars", "measures", "aggregation", "missing", "goalposts")


class WeightsError(ValueError):
    """A profile that cannot be used. `problems` are pairs of (path of the field, sentence)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
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
    problems = [(name, f"There is no section '{name}' in a weight profile.") for name in data if name not in _SECTIONS]
    aggregation, missing = data.get("aggregation") or {}, data.get("missing") or {}
    profile = WeightProfile(
        pillars=dict(data.get("pillars") or {}),
        measures={pillar: dict(weights) for pillar, weights in (data.get("measures") or {}).items()},
        pillar_mean=cast(Mean, aggregation.get("pillars", "arithmetic")),
        measure_mean=cast(Mean, aggregation.get("measures", "arithmetic")),
        min_coverage=missing.get("min_coverage", DEFAULT_MIN_COVERAGE),
        carry_forward_months=missing.get("carry_forward_months", DEFAULT_CARRY_FORWARD_MONTHS),
        goalposts=dict(data.get("goalposts") or {}),
    )
    problems += [
        *_weight_problems(profile),
        *_membership_problems(profile, pillar_of),
        *_rule_problems(profile),
    ]
    if problems:
        raise WeightsError(problems)
    return profile


def merge(base: WeightProfile, changes: Mapping[str, Any], pillar_of: Mapping[str, str]) -> WeightProfile:
    """`base` with a partial profile laid over it, key by key; raises WeightsError like `parse_profile`."""
    merged = base.as_dict()
    for section, content in changes.items():
        if section == "measures":
            for pillar, weights in content.items():
                merged["measures"][pillar] = {**merged["measures"].get(pillar, {}), **weights}
        else:
            merged[section] = {**merged.get(section, {}), **content}
    return parse_profile(merged, pillar_of)


def shares_of(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as parts of their sum; zeros where all are zero."""
    total = math.fsum(weights.values())
    return {key: weight / total if total > 0 else 0.0 for key, weight in weights.items()}


def _weight_problems(profile: WeightProfile) -> list[tuple[str, str]]:
    groups = {"pillars": profile.pillars} | {f"measures.{p}": w for p, w in profile.measures.items()}
    problems = []
    for path, weights in groups.items():
        bad = [key for key, weight in weights.items() if not (math.isfinite(weight) and weight >= 0)]
        problems += [(f"{path}.{key}", f"The weight of '{key}' must be a number of 0 or more.") for key in bad]
        carries = path == "pillars" or profile.pillars.get(path.partition(".")[2], 0) > 0
        if not bad and carries and not math.fsum(weights.values()) > 0:
            problems.append((path, "At least one weight must be greater than 0."))
    problems += [
        (f"measures.{pillar}", f"The pillar '{pillar}' has a weight, but no weights for its measures.")
        for pillar, weight in profile.pillars.items()
        if weight > 0 and pillar not in profile.measures
    ]
    return problems


def _membership_problems(profile: WeightProfile, pillar_of: Mapping[str, str]) -> list[tuple[str, str]]:
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


def _rule_problems(profile: WeightProfile) -> list[tuple[str, str]]:
    problems = []
    for level, mean in (("pillars", profile.pillar_mean), ("measures", profile.measure_mean)):
        if mean not in MEANS:
            problems.append((f"aggregation.{level}", f"The mean must be one of: {', '.join(MEANS)}."))
    if not 0 <= profile.min_coverage <= 100:  # noqa: PLR2004 - percent
        problems.append(("missing.min_coverage", "The smallest coverage is a percentage between 0 and 100."))
    if not 0 <= profile.carry_forward_months <= LONGEST_CARRY_FORWARD:
        problems.append(
            (
                "missing.carry_forward_months",
                f"Values can be carried forward 0 to {LONGEST_CARRY_FORWARD} months.",
            )
        )
    return problems
