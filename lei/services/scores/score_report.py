"""What scoring answers: frozen plain data, for the API, the command line, pages and scorecards alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lei.periods import Grain, Period

DEFAULT_PROFILE = "default_v1"
# Crossing more dimensions would single people out.
MOST_DIMENSIONS = 2

Reason = Literal["no_data", "low_coverage", "small_group"]
Status = Literal["final", "provisional", "none"]
Basis = Literal["reported", "rolled_up"]
# low_n: fewer cases than the measure's min_n_reliable. stale: carried forward from an earlier period.
# placeholder_goalposts: goalposts are our placeholders, not the customer's. combined_sources: several sources added up.
# all_alike: an exact 0 or 100 percent of fewer than 20 people is not shown (value is None, `value_note` says why).
Detail = Literal["pillars", "measures"]
Flag = Literal["low_n", "stale", "placeholder_goalposts", "combined_sources", "all_alike"]


@dataclass(frozen=True, slots=True)
class ScoreQuery:
    """Which scores are wanted.

    by: dimensions to split by; where: dimension values to keep to; both together name at most two dimensions.
    version: of the profile, None for whichever was in force in each period. as_of: answer as it was at that instant.
    detail: `pillars` leaves the measures out, of which there may be fifty for each of many thousand scores.
    """

    grain: Grain
    first: Period
    last: Period
    by: tuple[str, ...] = ()
    where: Mapping[str, str] | None = None
    profile: str = DEFAULT_PROFILE
    version: int | None = None
    as_of: datetime | None = None
    detail: Detail = "measures"


@dataclass(frozen=True, slots=True)
class MeasureScore:
    """One measure in one period and segment.

    weight: share within its pillar (the weights of a pillar sum to 1). effective_weight: share of the composite after
    weights were renormalised over what is there; contribution: points of the composite that come from it (they sum to
    the composite where the means are arithmetic), both 0 where it has no score.
    value, sample_size and score are None where there is none to show, and `reason` says why.
    """

    key: str
    value: float | None
    sample_size: int | None
    score: float | None
    weight: float
    effective_weight: float
    contribution: float
    reason: Reason | None
    flags: tuple[Flag, ...] = ()
    basis: Basis | None = None
    sources: tuple[str, ...] = ()
    value_note: str | None = None
    stale_since: str | None = None


@dataclass(frozen=True, slots=True)
class PillarScore:
    """One pillar. weight: share of the composite by the profile; coverage: percent of its weight with usable data."""

    key: str
    score: float | None
    reason: Reason | None
    band: str | None
    weight: float
    coverage: float
    measures: tuple[MeasureScore, ...]


@dataclass(frozen=True, slots=True)
class CapNote:
    """A cap that is active: `on` (composite or a pillar) scores at most so much while `gate` scores below a limit.

    before: the score without this cap and its like. points: what it took from that score, 0 where another cap is lower
    or the score is lower anyway; composite_points: what it took from the composite. binding: whether it took any.
    """

    on: str
    at_most: float
    gate: str
    below: float
    before: float
    points: float
    composite_points: float
    binding: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of one segment in one period. `missing_pillars` have weight, but no score.

    `context` holds measures that are shown and never scored. caps: those that are active.
    """

    period: Period
    segment: Mapping[str, str]
    composite: float | None
    reason: Reason | None
    status: Status
    coverage: float
    band: str | None
    pillars: tuple[PillarScore, ...]
    missing_pillars: tuple[str, ...]
    context: tuple[MeasureScore, ...]
    profile_version: int
    caps: tuple[CapNote, ...] = ()

    def pillar(self, key: str) -> PillarScore:
        """The pillar of that key; raises KeyError when the profile has none."""
        for pillar in self.pillars:
            if pillar.key == key:
                return pillar
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """Scores in the order of segments, then periods, and what they were computed from.

    version: of the profile in the last period. data_as_of: when the newest data that could count came in (None: none).
    """

    query: ScoreQuery
    profile: str
    version: int
    weights_source: str
    data_as_of: datetime | None
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one measure did to the composite, in points. `measure` is None for a part that a whole pillar accounts for.

    points is the sum of the parts. score_before and score_after are None where the measure had no score.
    """

    pillar: str
    measure: str | None
    points: float
    performance: float
    weighting: float
    coverage: float
    goalposts: float
    score_before: float | None
    score_after: float | None


@dataclass(frozen=True, slots=True)
class CapChange:
    """What one cap did to the change of the composite: minus the change of the points that it took."""

    on: str
    at_most: float
    gate: str
    below: float
    points: float


@dataclass(frozen=True, slots=True)
class DriversReport:
    """Why the composite of one segment moved from one period to another.

    change: after minus before; the contributions and the points of the caps add up to it exactly. like_for_like: the
    change on the measures usable in both periods. material: whether it is large enough to speak of
    (docs/scoring-method.md section 4). before_reason, after_reason: why there is no score there.
    """

    segment: Mapping[str, str]
    period: Period
    against: Period
    before: float | None
    after: float | None
    change: float | None
    like_for_like: float | None
    material: bool
    contributions: tuple[Contribution, ...]
    caps: tuple[CapChange, ...]
    profile: str
    version: int
    data_as_of: datetime | None
    before_reason: Reason | None = None
    after_reason: Reason | None = None
