"""Everything a scorecard shows, as frozen plain data: what is drawn from it needs no database, no clock, no sums.

Scores and weights are unrounded (0-100; weights in percent), texts are finished sentences. A number that there is none
of is None, and a text beside it says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from lei.errors import InvalidError
from lei.language import ENGLISH, N_
from lei.reports.branding import PLAIN, Branding
from lei.reports.programs_part import ProgramsPart

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """What the scores were computed from: the weight profile, the catalogue and the state of the data.

    weights_label says in words whose weights these are. placeholder_measures counts the scored measures whose goalposts
    are our placeholders, placeholder_weight is the percentage of weight that leans on them.
    """

    profile: str
    profile_version: int
    weights_label: str
    scored_measures: int
    placeholder_measures: int
    placeholder_weight: float
    goalposts_note: str
    data_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series; `score` is None in a gap."""

    period: str
    label: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The score of another period, to look at beside this one."""

    label: str
    score: float | None


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """The index itself. `change` is like for like with the period before; `status` is final, provisional or none.

    total_change is the plain difference of the two scores; the drivers add up to it. band_note says why the band is not
    the one that the score lies in, where it is not.
    """

    score: float | None
    band: str | None
    band_note: str
    status: str
    status_text: str
    coverage: float
    change: float | None
    total_change: float | None
    material: bool
    change_text: str
    previous: Comparison
    last_year: Comparison
    main_reason: str
    series: tuple[Point, ...]
    series_text: str


@dataclass(frozen=True, slots=True)
class PillarFigures:
    """One pillar. weight: percent of the index; coverage: percent of its own weight with usable data.

    band_note says when the band changes, where the score already lies in another one.
    """

    key: str
    name: str
    score: float | None
    band: str | None
    weight: float
    coverage: float
    change: float | None
    material: bool
    change_text: str
    reason: str
    state: str
    series: tuple[Point, ...]
    band_note: str = ""


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """The index or a pillar beside last year, plan and what comes; every score None where there is none.

    year_to_date: the mean over `year_to_date_of` periods of the calendar year with a score, this one included.
    of_plan: now in percent of plan. forecast: of the period named in `Outlook.forecast_label`, by the trend of the
    months so far and, where `Outlook.seasonal`, what that month of the year usually brings, with its 95 % interval.
    """

    name: str
    now: float | None
    last_year: float | None
    plan: float | None
    of_plan: float | None
    year_to_date: float | None
    year_to_date_of: int
    forecast: float | None
    forecast_low: float | None
    forecast_high: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The columns that executives know. text: what they say of the index; forecast_label: empty without a forecast.

    seasonal: whether the forecast knows the usual course of a year, so that it may lie below a line that rises.
    """

    rows: tuple[OutlookRow, ...]
    last_year_label: str
    forecast_label: str
    text: str
    seasonal: bool = False


@dataclass(frozen=True, slots=True)
class Driver:
    """A step on the way from the score before to the score now, in points of the index.

    kind: measure, rest (all other measures together), coverage, weighting, goalposts or caps. `shown` are tenths of a
    point, rounded so that all steps add up to the rounded change.
    """

    kind: str
    name: str
    pillar: str
    points: float
    shown: float


@dataclass(frozen=True, slots=True)
class ReadinessRisk:
    """A group whose readiness or certificates stand below the line; only groups large enough to show."""

    dimension: str
    name: str
    measure: str
    value: float
    value_text: str
    sample_size: int | None


@dataclass(frozen=True, slots=True)
class ReadinessPlace:
    """A role at a site at risk: readiness now and in the last month of the forecast, certificates that run out soon.

    ahead_text, certificates_text are empty where nothing is known; now_text may be words where a level is not shown.
    """

    name: str
    now_text: str
    ahead_text: str
    certificates_text: str


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One unit or program with its score; `state` says in words why there is none."""

    dimension: str
    name: str
    score: float | None
    band: str | None
    change: float | None
    material: bool
    change_text: str
    coverage: float
    state: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure. weight: percent of the index it stands for now; contribution: points of the index from it.

    remarks say in words what to know about the number: few cases, carried forward, hidden group, no data.
    sample_of names what sample_size counts or sums up; cases is False where that is
    an amount (cost, hours) and no number of cases.
    """

    key: str
    name: str
    pillar: str
    unit: str
    value: float | None
    value_text: str
    sample_size: int | None
    goalposts_text: str
    placeholder: bool
    score: float | None
    band: str | None
    weight: float
    contribution: float
    remarks: tuple[str, ...]
    sample_of: str = ""
    cases: bool = True


@dataclass(frozen=True, slots=True)
class Notes:
    """What a careful reader wants to know about the numbers, in sentences."""

    method: tuple[str, ...]
    coverage: tuple[str, ...]
    hidden_groups: int
    restatements: tuple[str, ...]
    definitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What the person who approved a scorecard wrote into it."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Restated:
    """A period that the scorecard before showed with another score than it has now; None: with none.

    reasons say in words where the difference comes from.
    """

    period: str
    label: str
    shown: float | None
    now: float | None
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScorecardFigures:
    """All that one scorecard shows, and how: its paper, its language, and the branding at the time.

    headline: about a KPI where one can be told of, else about the index, of which index_text tells in any case.
    readiness_places: from rosters; where there are any, page 1 shows them in place of the risks. programs: None where
    no program runs in the scope. mark: why this is not the published scorecard (PREVIEW, TEST, DRAFT), empty where it
    is. incomplete: in words what its data lack by the rules of its schedule, empty where they lack nothing.
    """

    schema: int
    title: str
    segment: Mapping[str, str]
    segment_name: str
    grain: str
    period: str
    period_label: str
    made_at: datetime
    origin: Origin
    headline: str
    confidence: str
    index: IndexFigures
    pillars: tuple[PillarFigures, ...]
    drivers: tuple[Driver, ...]
    drivers_text: str
    readiness_risks: tuple[ReadinessRisk, ...]
    readiness_text: str
    leading_signals: tuple[str, ...]
    leading_text: str
    not_working: tuple[str, ...]
    not_working_text: str
    segments: tuple[SegmentRow, ...]
    segments_text: str
    measures: tuple[MeasureRow, ...]
    context: tuple[MeasureRow, ...]
    notes: Notes
    pillars_note: str = ""
    outlook: Outlook | None = None
    readiness_places: tuple[ReadinessPlace, ...] = ()
    index_text: str = ""
    programs: ProgramsPart | None = None
    mark: str = ""
    incomplete: str = ""
    comment: Remark | None = None
    restated: tuple[Restated, ...] = ()
    page_size: str = "A4"
    language: str = ENGLISH
    branding: Branding = PLAIN

    @property
    def marks(self) -> tuple[str, ...]:
        """The words that mark a scorecard which is not the final one on complete data, such as PREVIEW; in English."""
        return tuple(word for word in (self.mark, N_("INCOMPLETE") if self.incomplete else "") if word)


def to_json(figures: ScorecardFigures) -> str:
    """The figures as JSON text, always the same text for the same figures."""
    return msgspec.json.encode(figures).decode("utf-8")


def from_json(text: str) -> ScorecardFigures:
    """The figures that `to_json` wrote, exactly.

    Raises InvalidError when the text holds no figures of the present schema.
    """
    try:
        figures = msgspec.json.decode(text, type=ScorecardFigures)
    except msgspec.MsgspecError as error:
        raise InvalidError(f"These are no figures of a scorecard: {error}.") from error
    if figures.schema != SCHEMA:
        raise InvalidError(f"These figures have schema {figures.schema}; this version of LEI reads schema {SCHEMA}.")
    return figures
