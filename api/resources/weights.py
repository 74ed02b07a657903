"""`/weights`: what-ifs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import repeat
from typing import Any

import msgspec

from api.endpoint import Call, endpoint
from api.schemas.weight_profiles import PreviewAnswer, PreviewQuestion
from lei.clock import instant_text
from lei.services.scores.score import default_periods
from lei.services.scores.score_profile import PILLAR_KEYS
from lei.services.scores.score_report import ScoreQuery
from lei.services.scores.score_table import BAND_KEYS, REASONS, STATUSES, ScoreTable
from lei.services.weights.preview_weights import preview_weights


class _Side(msgspec.Struct, frozen=True, gc=False):
    """A score on one side of a pair. There may be tens of thousands: structs are made and written ten times as quickly
    as dicts. NaN, a missing score, is written as null; pillars that are unset are left out.
    """

    composite: float
    reason: str | None
    status: str
    band: str | None
    coverage: float
    pillars: msgspec.Struct | msgspec.UnsetType = msgspec.UNSET


class _Pair(msgspec.Struct, frozen=True, gc=False):
    """The scores of one segment in one period, today and under the weights tried."""

    period: str
    segment: Mapping[str, str]
    current: _Side
    preview: _Side
    change: float


@endpoint("POST", "/weights/preview", scope="weights", body=PreviewQuestion(), answers={200: PreviewAnswer()})
def preview(call: Call) -> dict[str, Any]:
    """Scores under other weights beside today's; nothing is stored.

    Without `from` and `to`: the newest twelve periods with data.
    """
    asked, context = call.body, call.context
    now = context.clock.now()
    with context.database.reading() as session:
        today = context.today()
        first, last = default_periods(session, asked["grain"], asked["first"], asked["last"], today)
        segments = {"by": tuple(dict.fromkeys(asked["by"])), "where": asked["where"], "profile": asked["base"]}
        query = ScoreQuery(grain=asked["grain"], first=first, last=last, **segments)
        result = preview_weights(session, query, asked["profile"], context.settings.min_group_size, now)
    return {
        "base": result.today.profile,
        "version": result.today.weightings[-1].version,
        "data_as_of": instant_text(result.today.data_as_of),
        "weights": result.weights.as_dict(),
        "scores": list(_pairs(result.today, result.tried, with_pillars=asked["detail"] == "pillars")),
    }


def _pairs(today: ScoreTable, tried: ScoreTable, *, with_pillars: bool) -> Iterator[_Pair]:
    """One pair for each segment and period, segments first."""
    periods = [str(period) for period in today.periods]
    changes = (tried.composite - today.composite).tolist()
    sides = [_sides(table, with_pillars=with_pillars) for table in (today, tried)]
    for segment, current, preview, change in zip(today.segments, *sides, changes, strict=True):
        yield from map(_Pair, periods, repeat(segment), current, preview, change)


def _sides(table: ScoreTable, *, with_pillars: bool) -> Iterator[Iterator[_Side]]:
    """The scores of each segment, period by period."""
    words = (REASONS[table.reason], STATUSES[table.status], BAND_KEYS[table.band])
    columns = [line.tolist() for line in (table.composite, *words, table.coverage)]
    if not with_pillars:
        yield from (map(_Side, *row) for row in zip(*columns, strict=True))
        return
    weighted = sorted({p for weighting in table.weightings for p, _ in weighting.weighted_pillars})
    pillars = _pillar_scores(tuple(PILLAR_KEYS[p] for p in weighted))
    scores = [table.pillars[..., p].tolist() for p in weighted]
    for row, by_pillar in zip(zip(*columns, strict=True), zip(*scores, strict=True), strict=True):
        yield map(_Side, *row, map(pillars, *by_pillar))


@cache
def _pillar_scores(keys: tuple[str, ...]) -> type[msgspec.Struct]:
    """An object of scores by pillar."""
    return msgspec.defstruct("PillarScores", [(key, float) for key in keys], frozen=True, gc=False)
