"""Which version of a weight profile is in force, and what the default one makes of a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import NotFoundError
from lei.periods import month_of
from lei.services.scores.score_report import DEFAULT_PROFILE
from lei.services.words.near_words import suggestion
from lei.storage.weight_profiles import ProfileVersion, profile_names, read_versions
from weights.profile import shares_of

_PERCENT = 100
_DIGITS = 9  # enough for any share; hides the noise of binary fractions


@dataclass(frozen=True, slots=True)
class DefaultWeights:
    """Shares of the default profile; 0 for what it does not name."""

    pillars: Mapping[str, float]
    measures: Mapping[str, Mapping[str, float]]

    def of_pillar(self, pillar: str) -> float:
        """Percent of the composite."""
        return round(_PERCENT * self.pillars.get(pillar, 0.0), _DIGITS)

    def of_measure(self, pillar: str, key: str) -> float:
        """Percent of the composite."""
        share = self.pillars.get(pillar, 0.0) * self.measures.get(pillar, {}).get(key, 0.0)
        return round(_PERCENT * share, _DIGITS)


def default_weights(session: Session, now: datetime) -> DefaultWeights:
    """The weights of the default profile that are in force now."""
    version = version_in_force(read_versions(session, DEFAULT_PROFILE), now)
    if version is None:
        return DefaultWeights({}, {})
    shares = shares_of_definition(version.definition)
    return DefaultWeights(shares["pillars"], shares["measures"])


def shares_of_definition(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A stored definition with its weights as shares that sum to 1 at each level."""
    measures = {pillar: shares_of(weights) for pillar, weights in definition["measures"].items()}
    return {**definition, "pillars": shares_of(definition["pillars"]), "measures": measures}


def versions_of(session: Session, name: str) -> list[ProfileVersion]:
    """All versions of a profile, oldest first; raises NotFoundError when there is no such profile."""
    versions = read_versions(session, name)
    if not versions:
        names = profile_names(session)
        hint = suggestion(name, names, f"There are: {', '.join(names)}.")
        raise NotFoundError(f"There is no weight profile '{name}'. {hint}")
    return versions


def version_in_force(versions: Sequence[ProfileVersion], now: datetime) -> ProfileVersion | None:
    """The published version that counts in the present month; before any takes effect, the first. None: only drafts."""
    month = month_of(now.date())
    published = sorted((v for v in versions if v.status == "published"), key=starts)
    begun = [v for v in published if starts(v) <= month]
    return begun[-1] if begun else published[0] if published else None


def starts(version: ProfileVersion) -> int:
    """The ordinal of the month from which a published version counts; -1 for one that always did."""
    return -1 if version.effective_from is None else version.effective_from
