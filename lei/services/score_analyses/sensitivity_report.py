"""What an analysis of weights answers: frozen plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lei.periods import Period
from lei.services.score_analyses.value_samples import DEFAULT_DRAWS
from lei.services.score_analyses.weight_influence import Influence, WeightIndex
from lei.services.scores.score_report import Reason

DEFAULT_CONCENTRATION = 100.0


@dataclass(frozen=True, slots=True)
class DrawRules:
    """How weights, and with `values` also the values, are drawn; `top`: how many measures the answer lists."""

    draws: int = DEFAULT_DRAWS
    concentration: float = DEFAULT_CONCENTRATION
    seed: int = 0
    values: bool = False
    confidence: float = 0.95
    top: int = 10


@dataclass(frozen=True, slots=True)
class UnitInDoubt:
    """One unit: today's composite and rank, and what the draws make of them; None where it has no composite.

    low and high hold the middle `confidence` of the composites, rank_low (the best) and rank_high that of the ranks.
    first: the share of draws in which it has the first place, alone or with others.
    """

    segment: Mapping[str, str]
    composite: float | None
    reason: Reason | None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    first: float | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two units that follow each other today: the shares of draws in which the upper is above, and both are equal."""

    above: Mapping[str, str]
    below: Mapping[str, str]
    probability: float
    equal: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The answer. segments: by rank, those without a composite last; tied: groups that cannot be told apart."""

    profile: str
    version: int
    period: Period
    data_as_of: datetime | None
    sentence: str
    weights: Mapping[str, float]
    closeness: str
    segments: tuple[UnitInDoubt, ...]
    neighbours: tuple[Neighbours, ...]
    tied: tuple[tuple[Mapping[str, str], ...], ...]
    pillars: tuple[Influence, ...]
    measures: tuple[Influence, ...]
    weight_indices: tuple[WeightIndex, ...]
    counted_twice: tuple[str, ...]
    notes: tuple[str, ...]
