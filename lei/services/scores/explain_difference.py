"""Why a score is not what it was: as published, as known at an instant, and with the data and weights of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import InvalidError, NotFoundError, Problem
from lei.periods import Period, parse_period
from lei.reports.figures import from_json
from lei.services.scores.difference_parts import DifferenceParts, parts_between
from lei.services.scores.difference_words import difference_sentence
from lei.services.scores.drivers import Moment
from lei.services.scores.score import score_grid
from lei.services.scores.score_report import DEFAULT_PROFILE, ScoreQuery, Status
from lei.services.scores.score_table import STATUSES
from lei.storage.measures import StoredMeasure, read_measures
from lei.storage.scorecards import ScorecardSummary, StoredScorecard, read_scorecard

# Scores that differ by less are told as the same: people see whole numbers.
SAME_TO = 1e-6


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a score: with the data of now, of an instant (`as_of`), or as a scorecard published it.

    version: of the weights; None for the one that a scorecard was made with, or else whichever counts in the period.
    """

    as_of: datetime | None = None
    scorecard: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is compared. period, where and profile may be left to the scorecard that a view names."""

    before: View
    after: View
    period: Period | None = None
    where: Mapping[str, str] | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A score in one view. published: the index that the scorecard shows, None for other views; it equals composite."""

    view: View
    version: int
    composite: float | None
    status: Status
    coverage: float
    data_as_of: datetime | None
    published: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One segment in one period in two views; parts add up to `change` exactly, both None where one has no composite.

    as_published: whether every scorecard named shows what its data and weights make today; False would mean that the
    program has changed since.
    """

    period: Period
    segment: Mapping[str, str]
    profile: str
    before: Seen
    after: Seen
    change: float | None
    parts: DifferenceParts | None
    as_published: bool
    sentence: str


def explain_difference(session: Session, question: Question, min_group_size: int) -> Difference:
    """Why the score of one view is not that of the other.

    Raises InvalidError when the views do not fit together or nothing says which period is meant, NotFoundError for an
    unknown scorecard, profile or version.
    """
    cards = [_scorecard(session, view) for view in (question.before, question.after)]
    query = _query(question, [card.summary for card in cards if card is not None])
    catalogues = _comparable(*(read_measures(session, _as_of(view, card)) for view, card in _views(question, cards)))
    moments, seen = [], []
    for (view, card), catalogue in zip(_views(question, cards), catalogues, strict=True):
        asked = replace(query, as_of=_as_of(view, card), version=_version(view, card))
        result = score_grid(session, asked, min_group_size, catalogue=catalogue)
        moment = Moment(result, result.scopes[0], result.first_period) if result.scopes else None
        moments.append(moment)
        seen.append(_seen(moment, view, card))
    before, after = moments
    change = parts = None
    if before is not None and after is not None and before.composite is not None and after.composite is not None:
        change, parts = after.composite - before.composite, parts_between(before, after)
    return Difference(
        period=query.last,
        segment=dict(query.where or {}),
        profile=query.profile,
        before=seen[0],
        after=seen[1],
        change=change,
        parts=parts,
        as_published=all(_is_as_published(one) for one in seen),
        sentence=difference_sentence(seen[0].composite, seen[1].composite, None if parts is None else parts.by_cause()),
    )


def published_query(session: Session, scorecard_id: int) -> ScoreQuery:
    """The question whose answer a scorecard shows; raises NotFoundError when there is none of this id."""
    card = _scorecard(session, View(scorecard=scorecard_id))
    assert card is not None  # noqa: S101 - the view names one
    view = View(scorecard=scorecard_id)
    query = _query(Question(view, view), [card.summary])
    return replace(query, as_of=_as_of(view, card), version=_version(view, card))


def _views(question: Question, cards: list[StoredScorecard | None]) -> list[tuple[View, StoredScorecard | None]]:
    return list(zip((question.before, question.after), cards, strict=True))


def _scorecard(session: Session, view: View) -> StoredScorecard | None:
    if view.scorecard is None:
        return None
    card = read_scorecard(session, view.scorecard)
    if card is None:
        raise NotFoundError(f"There is no scorecard {view.scorecard}.")
    return card


def _query(question: Question, cards: list[ScorecardSummary]) -> ScoreQuery:
    """The question that both views share; what is left open comes from the scorecards, which must agree."""
    periods = {parse_period(card.period) for card in cards} | ({question.period} if question.period else set())
    segments = {tuple(sorted(card.segment.items())) for card in cards}
    if question.where or not cards:
        segments.add(tuple(sorted((question.where or {}).items())))
    profiles = {card.profile for card in cards} | ({question.profile} if question.profile else set())
    for name, found in (("period", periods), ("where", segments), ("profile", profiles)):
        if len(found) > 1:
            text = f"The scorecard is about another {_NOUNS[name]} than the rest of the question; leave `{name}` out."
            raise InvalidError(text, [Problem(name, "does_not_fit", text)])
    if not periods:
        text = "Say which period is meant, such as 2026-10, or name a scorecard."
        raise InvalidError(text, [Problem("period", "required", text)])
    period = periods.pop()
    profile = profiles.pop() if profiles else DEFAULT_PROFILE
    return ScoreQuery(period.grain, period, period, where=dict(segments.pop()), profile=profile)


_NOUNS = {"period": "period", "where": "segment", "profile": "profile"}


def _as_of(view: View, card: StoredScorecard | None) -> datetime | None:
    return view.as_of if card is None else card.summary.created_at


def _version(view: View, card: StoredScorecard | None) -> int | None:
    return card.summary.profile_version if view.version is None and card is not None else view.version


def _comparable(
    first: Mapping[str, StoredMeasure], second: Mapping[str, StoredMeasure]
) -> tuple[dict[str, StoredMeasure], dict[str, StoredMeasure]]:
    """Two catalogues with the same measures: one that a side does not know or cannot score is that of the other.

    It has no weight there, so that it changes no score.
    """

    def completed(own: Mapping[str, StoredMeasure], other: Mapping[str, StoredMeasure]) -> dict[str, StoredMeasure]:
        found = {**other, **own}
        for key, stored in own.items():
            if key in other and other[key].measure.scorable and not stored.measure.scorable:
                found[key] = other[key]
        return dict(sorted(found.items(), key=lambda item: item[1].id))

    return completed(first, second), completed(second, first)


def _seen(moment: Moment | None, view: View, card: StoredScorecard | None) -> Seen:
    published = None if card is None else from_json(card.figures).index.score
    if moment is None:
        return Seen(view, _version(view, card) or 0, None, "none", 0.0, None, published)
    grid = moment.result.grid
    return Seen(
        view=view,
        version=moment.weighting.version,
        composite=moment.composite,
        status=STATUSES[grid.status[moment.scope, moment.t]],
        coverage=float(grid.coverage[moment.scope, moment.t]),
        data_as_of=moment.result.knowledge.data_as_of,
        published=published,
    )


def _is_as_published(seen: Seen) -> bool:
    if seen.view.scorecard is None or seen.view.version is not None:
        return True
    if seen.published is None or seen.composite is None:
        return seen.published is seen.composite
    return abs(seen.published - seen.composite) <= SAME_TO
