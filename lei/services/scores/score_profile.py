"""Which weights count in which period: the published versions of a profile, laid over the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.curve import goalposts_of
from lei.catalog.measure import PILLARS, Measure
from lei.errors import NotFoundError
from lei.periods import Period
from lei.services.scores.profile_in_force import starts, versions_of
from lei.storage.weight_profiles import ProfileVersion
from scoring.composite import Cap, Tree, two_level
from scoring.normalise import Goalposts
from weights.profile import WeightProfile, parse_profile
from weights.rules import COMPOSITE

PILLAR_KEYS = tuple(PILLARS)
GOALPOST_FIELDS = (
    "direction",
    "goalpost_0",
    "goalpost_100",
    "goalpost_100_upper",
    "goalpost_0_upper",
    "curve",
    "knots",
)


@dataclass(frozen=True, slots=True)
class Weighting:
    """One profile version ready to score with: shares per pillar and measure, and the goalposts in force.

    `tree` counts measures in the order of the scored measures it was made for, pillars in the order of PILLAR_KEYS.
    weighted_pillars: position and share of those that carry weight.
    """

    version: int
    weights_source: str
    profile: WeightProfile
    tree: Tree
    goalposts: tuple[Goalposts, ...]
    weighted_pillars: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class WeightingPlan:
    """The weightings of consecutive periods: `numbers[t]` is the position in `weightings` that counts in period t."""

    name: str
    weightings: tuple[Weighting, ...]
    numbers: tuple[int, ...]

    def at(self, period: int) -> Weighting:
        """The weighting of the period at this position."""
        return self.weightings[self.numbers[period]]


class VersionPlan:
    """Versions that may count; `over` says which one does in each period."""

    def __init__(self, name: str, versions: Sequence[ProfileVersion], measures: Sequence[Measure]) -> None:
        self._name = name
        self._versions = sorted(versions, key=lambda v: (starts(v), v.version))
        self._measures = measures

    @property
    def longest_carry_forward(self) -> int:
        """The most months that any of the versions carries a value forward."""
        return max(int(v.definition["missing"]["carry_forward_months"]) for v in self._versions)

    def over(self, periods: Sequence[Period]) -> WeightingPlan:
        """The plan for these periods. Before any version takes effect, the first one counts: there is no older."""
        numbers = [
            max((i for i, v in enumerate(self._versions) if starts(v) <= period.first_month), default=0)
            for period in periods
        ]
        weightings = tuple(_weighting(v, self._measures) for v in self._versions)
        return WeightingPlan(self._name, weightings, tuple(numbers))


def plan_of_profile(
    session: Session, name: str, version: int | None, as_of: datetime | None, measures: Sequence[Measure]
) -> VersionPlan:
    """The versions of a profile that may count: a named one, or all that were published (by `as_of`).

    Raises NotFoundError when there is no such profile or version, or nothing of it is published.
    """
    versions = versions_of(session, name)
    if version is not None:
        chosen = [v for v in versions if v.version == version]
        if not chosen:
            raise NotFoundError(f"The weight profile '{name}' has no version {version}.")
        if as_of is not None and _known_since(chosen[0]) > as_of:
            raise NotFoundError(f"The weight profile '{name}' had no version {version} yet at that instant.")
        return VersionPlan(name, chosen, measures)
    published = [v for v in versions if v.published_at is not None and (as_of is None or v.published_at <= as_of)]
    if not published:
        raise NotFoundError(
            f"The weight profile '{name}' has no published version yet; publish one, or name a draft by `version`."
        )
    return VersionPlan(name, published, measures)


def _known_since(version: ProfileVersion) -> datetime:
    """From when on the version says what it says: since its last change, or for as long as it is published."""
    settled = version.changed_at or version.created_at
    return min(settled, version.published_at or settled)


def plan_of_definition(name: str, profile: WeightProfile, periods: int, measures: Sequence[Measure]) -> WeightingPlan:
    """The plan of a profile that is stored nowhere: it counts in every period (a what-if)."""
    return WeightingPlan(name, (_prepared(0, "preview", profile, measures),), (0,) * periods)


def pillars_of_scored_measures(measures: Sequence[Measure]) -> dict[str, str]:
    """The pillar of every measure that may carry a weight."""
    return {measure.key: measure.pillar for measure in measures if measure.scorable}


def _weighting(version: ProfileVersion, measures: Sequence[Measure]) -> Weighting:
    profile = parse_profile(version.definition, pillars_of_scored_measures(measures))
    return _prepared(version.version, version.weights_source, profile, measures)


def _prepared(version: int, source: str, profile: WeightProfile, measures: Sequence[Measure]) -> Weighting:
    shares = profile.shares()
    nodes = {m.key: i for i, m in enumerate(measures)} | {p: len(measures) + i for i, p in enumerate(PILLAR_KEYS)}
    nodes[COMPOSITE] = len(nodes)
    tree = two_level(
        pillar_of=np.array([PILLAR_KEYS.index(m.pillar) for m in measures], dtype=np.int64),
        measure_weights=np.array([shares.measures.get(m.pillar, {}).get(m.key, 0.0) for m in measures]),
        pillar_weights=np.array([shares.pillars.get(pillar, 0.0) for pillar in PILLAR_KEYS]),
        measure_mean=[profile.mean_of(pillar) for pillar in PILLAR_KEYS],
        pillar_mean=profile.pillar_mean,
        min_coverage=profile.min_coverage,
        min_parts=profile.min_pillars,
        min_part_weight=profile.min_pillar_weight,
        floor=profile.floor,
        caps=[Cap(nodes[cap.on], cap.at_most, nodes[cap.gate], cap.below) for cap in profile.caps],
    )
    goalposts = tuple(goalposts_of(with_goalposts(m, profile.goalposts.get(m.key, {}))) for m in measures)
    # The tree scales its weights; the profile keeps them as shares.
    weighted = tuple((p, shares.pillars[key]) for p, key in enumerate(PILLAR_KEYS) if shares.pillars.get(key, 0.0) > 0)
    return Weighting(version, source, shares, tree, goalposts, weighted)


def with_goalposts(measure: Measure, override: Mapping[str, Any]) -> Measure:
    """The measure with the goalposts of the catalogue, unless the `override` of a profile says otherwise."""
    posts = {name: override[name] for name in GOALPOST_FIELDS if name in override}
    if "knots" in posts:
        posts["knots"] = tuple((float(value), float(score)) for value, score in posts["knots"])
    return replace(measure, **posts) if posts else measure
