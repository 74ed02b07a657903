"""What a change of facts means for what was published: which periods, scores and scorecards it touches.

Told is what the change may move: a scorecard of a scope, when anything inside that scope and its period changed. By how
much, `GET /scores/differences` says. Months that only carry an older value forward are not counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import LISTED_PROBLEMS
from lei.storage.published_scorecards import PublishedScorecard, changed_places, is_published, published_scorecards


@dataclass(frozen=True, slots=True)
class TouchedScorecard:
    """A scorecard about something that has changed since. sent_at: when it was first sent; None: never."""

    id: int
    period: str
    segment: Mapping[str, str]
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """periods: published ones, by their ends, a month before its quarter. scores: how many pairs of a changed segment
    and such a period.

    scorecards lists the first hundred, those that were sent before the others; scorecard_count counts all.
    """

    periods: tuple[str, ...]
    scores: int
    scorecards: tuple[TouchedScorecard, ...]
    scorecard_count: int


def impact_of(session: Session, first: int | None, last: int | None, months: Sequence[int]) -> Impact | None:
    """What the observations with ids from `first` to `last` (None: nothing changed) touch that was published.

    months: ordinals of all months that they lie in. None when nothing was published about those.
    """
    if first is None or last is None or not months or not is_published(session, min(months), max(months)):
        return None
    places = changed_places(session, first, last)
    changed = {month for month, _ in places}
    published = [
        one
        for one in published_scorecards(session, min(changed), max(changed))
        if any(one.first_month <= month <= one.last_month for month in changed)
    ]
    if not published:
        return None
    spans = {(one.last_month, one.first_month, one.period) for one in published}
    touched = _touched(published, places)
    return Impact(
        periods=tuple(period for _, _, period in sorted(spans, key=lambda span: (span[0], -span[1]))),
        scores=len(
            {(segment, period) for month, segment in places for end, start, period in spans if start <= month <= end}
        ),
        scorecards=tuple(
            TouchedScorecard(one.id, one.period, json.loads(one.segment), one.sent_at)
            for one in touched[:LISTED_PROBLEMS]
        ),
        scorecard_count=len(touched),
    )


def _touched(published: Iterable[PublishedScorecard], places: set[tuple[int, str]]) -> list[PublishedScorecard]:
    """The scorecards inside whose scope something changed in one of their months."""
    segments = {text: json.loads(text) for _, text in places}
    scopes = {one.segment: json.loads(one.segment) for one in published}
    # By the dimensions of a scope: its values in each changed segment, with the month. One look-up for a scorecard.
    inside = {
        keys: {(month, tuple(segments[text].get(key) for key in keys)) for month, text in places}
        for keys in {tuple(scope) for scope in scopes.values()}
    }

    def is_touched(one: PublishedScorecard) -> bool:
        scope: dict[str, Any] = scopes[one.segment]
        values = tuple(scope.values())
        return any((month, values) in inside[tuple(scope)] for month in range(one.first_month, one.last_month + 1))

    return [one for one in published if is_touched(one)]
