"""Forecasts the readiness of roles at sites three months ahead, and says which of them are at risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.finding_words import finding_sentences
from lei.evidence.readiness import ReadinessAhead, ReadinessForecast, RosterMonth, forecast_readiness
from lei.language import _
from lei.numbers import percent_beside
from lei.periods import Grain, Period
from lei.reports.sentences import READINESS_LINE
from lei.services.readiness import readiness_words as words
from lei.services.readiness.roster_series import RosterSeries, read_rosters
from lei.services.scores.score_report import MOST_DIMENSIONS, ScoreQuery

# What a place is split by where nothing else is asked for: the finest that has rosters.
SPLITS: tuple[tuple[str, ...], ...] = (("role", "unit"), ("role",), ("unit",))
# Two years of rosters: enough to test the method on, and the work was still much the same.
HISTORY_MONTHS = 24
# A place whose newest roster is older says nothing of the month asked for.
RECENT_MONTHS = 3
# Rosters know months, no days: sixty days are two months.
CERTIFICATE_MONTHS = 2
MOST_RISKS = 3

Risk = Literal["now", "ahead", "certificates"]
NoForecast = Literal["small_group", "all_alike", "no_recent_roster", "unusable", "not_enough_history"]
_WORST_FIRST: tuple[Risk, ...] = ("now", "ahead", "certificates")
_UNKNOWN_UNDER = 10.0


@dataclass(frozen=True, slots=True)
class ReadinessQuery:
    """Which places, as of which month. by: empty for the finest of SPLITS that has rosters."""

    month: Period
    by: tuple[str, ...] = ()
    where: Mapping[str, str] | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaceReadiness:
    """A role at a site: readiness now in percent of the heads required, and in the months to come.

    roster: its newest month; None where it cannot be shown. now: None where it must not be shown exactly, and
    `now_words` says what may be said. certificates: heads whose certificate runs out within two months; None: not
    stated. risk: under the line now or in the forecast, or certificates that run out. reason: why there is no forecast.
    """

    segment: Mapping[str, str]
    month: Period | None
    roster: RosterMonth | None
    now: float | None
    now_words: str
    certificates: float | None
    ahead: tuple[ReadinessAhead, ...]
    risk: Risk | None
    reason: NoForecast | None
    sentence: str
    notes: tuple[str, ...] = ()

    @property
    def lowest(self) -> float:
        """The lowest readiness, now or expected; 100 where none may be shown."""
        now = self.now if self.now is not None else _UNKNOWN_UNDER if self.risk == "now" else 100.0
        return min([now, *(month.readiness for month in self.ahead)])


@dataclass(frozen=True, slots=True)
class ReadinessReport:
    """All places of a query in their order; by: what they were split by."""

    month: Period
    by: tuple[str, ...]
    places: tuple[PlaceReadiness, ...]
    sentence: str

    @property
    def at_risk(self) -> tuple[PlaceReadiness, ...]:
        """The places at risk, the worst first: under the line now, then expected to be, then by certificates."""
        found = [(place, place.risk) for place in self.places if place.risk is not None]
        found.sort(key=lambda each: (_WORST_FIRST.index(each[1]), each[0].lowest, -(each[0].certificates or 0.0)))
        return tuple(place for place, _ in found)


@dataclass(frozen=True, slots=True)
class ReadinessRisks:
    """For the first page of a scorecard: three places at risk at most, the worst first, and how many more there are."""

    places: tuple[PlaceReadiness, ...]
    more: int
    sentence: str


def forecast_readiness_of_places(session: Session, query: ReadinessQuery, min_group_size: int) -> ReadinessReport:
    """Readiness now and three months ahead of every role at every site that the query names.

    Raises InvalidError for a query that means nothing, or for too many places.
    """
    where = query.where or {}
    splits = [query.by] if query.by else _splits(where)
    by, rosters = splits[0], tuple[RosterSeries, ...]()
    for by in splits:
        rosters = read_rosters(session, _score_query(query, by), min_group_size)
        if rosters:
            break
    places = tuple(_place(roster, query.month) for roster in rosters)
    return ReadinessReport(query.month, by, places, _summary(places) if places else _(words.NOTHING))


def readiness_risks(session: Session, period: Period, where: Mapping[str, str], min_group_size: int) -> ReadinessRisks:
    """What threatens readiness at the end of a period of any length, within a scope. Raises InvalidError as above."""
    month = Period(period.last_month, Grain.MONTH)
    report = forecast_readiness_of_places(session, ReadinessQuery(month, where=where), min_group_size)
    risky = report.at_risk
    return ReadinessRisks(risky[:MOST_RISKS], len(risky[MOST_RISKS:]), report.sentence)


def _splits(where: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The finest first, as far as two dimensions reach beside those that are kept to."""
    left = [tuple(d for d in split if d not in where)[: MOST_DIMENSIONS - len(where)] for split in SPLITS]
    return list(dict.fromkeys(left))


def _score_query(query: ReadinessQuery, by: tuple[str, ...]) -> ScoreQuery:
    first = query.month.shift(1 - HISTORY_MONTHS)
    return ScoreQuery(query.month.grain, first, query.month, by, query.where, as_of=query.as_of)


def _place(series: RosterSeries, asked: Period) -> PlaceReadiness:
    segment = series.segment
    if series.shown == "small_group":
        return _untold(segment, "small_group", words.small_group_sentence(segment))
    if series.fault is not None:
        return _untold(segment, "unusable", words.fault_sentence(segment, *series.fault))
    newest = series.months[-1] if series.months else None
    if newest is None or newest.month <= asked.first_month - RECENT_MONTHS:
        text = words.old_roster_sentence(segment, newest.month if newest else None, asked)
        return _untold(segment, "no_recent_roster", text)
    if series.shown != "yes":
        return _of_few(series, newest)
    return _forecast(series, newest)


def _untold(segment: Mapping[str, str], reason: NoForecast, sentence: str) -> PlaceReadiness:
    return PlaceReadiness(segment, None, None, None, "", None, (), None, reason, sentence)


def _of_few(series: RosterSeries, newest: RosterMonth) -> PlaceReadiness:
    certificates = _certificates(newest)
    under = series.shown == "none_of_few"
    level = words.level_of_few_sentence(series.segment, newest.month, series.shown)
    return PlaceReadiness(
        segment=series.segment,
        month=Period(newest.month, Grain.MONTH),
        roster=None,
        now=None,
        now_words=_(words.OF_FEW[series.shown]),
        certificates=certificates,
        ahead=(),
        risk="now" if under else "certificates" if certificates else None,
        reason="all_alike",
        sentence=words.sentences([level, words.certificates_sentence(certificates or 0.0)]),
    )


def _forecast(series: RosterSeries, newest: RosterMonth) -> PlaceReadiness:
    found, certificates = forecast_readiness(series.months), _certificates(newest)
    ahead = () if isinstance(found, TooLittle) else found.ahead
    told = words.too_short_sentence(found) if isinstance(found, TooLittle) else words.forecast_sentence(ahead[-1])
    level = words.level_sentence(series.segment, newest)
    return PlaceReadiness(
        segment=series.segment,
        month=Period(newest.month, Grain.MONTH),
        roster=newest,
        now=newest.readiness,
        now_words=percent_beside(newest.readiness, READINESS_LINE),
        certificates=certificates,
        ahead=ahead,
        risk=_risk(newest.readiness, ahead, certificates),
        reason="not_enough_history" if isinstance(found, TooLittle) else None,
        sentence=words.sentences([level, told, words.certificates_sentence(certificates or 0.0)]),
        notes=finding_sentences(_findings(series, found)),
    )


def _findings(series: RosterSeries, found: ReadinessForecast | TooLittle) -> list[Finding]:
    """What the level rests on, and what the forecast does beside it."""
    of_level = [finding for finding in series.unknown if finding.code == "required_unknown"]
    of_level += [Finding("places_added_up")] if series.rolled_up else []
    if isinstance(found, TooLittle):
        return of_level
    of_forecast = [finding for finding in series.unknown if finding not in of_level]
    return [*of_level, *of_forecast, *found.findings]


def _certificates(roster: RosterMonth) -> float | None:
    soon = roster.expiring[:CERTIFICATE_MONTHS]
    return sum(soon) if len(soon) == CERTIFICATE_MONTHS else None


def _risk(now: float, ahead: Sequence[ReadinessAhead], certificates: float | None) -> Risk | None:
    if now < READINESS_LINE:
        return "now"
    if any(month.readiness < READINESS_LINE for month in ahead):
        return "ahead"
    return "certificates" if certificates else None


def _summary(places: Sequence[PlaceReadiness]) -> str:
    risks = Counter(place.risk for place in places)
    shown = sum(place.now_words != "" for place in places)
    certificates = sum(place.certificates or 0.0 for place in places)
    return words.risks_sentence(shown, risks["now"], risks["ahead"], certificates)
