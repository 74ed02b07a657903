"""What did not work: groups in trouble first, then pillars at risk, the largest falls and large measures at risk."""

from __future__ import annotations

from collections.abc import Iterable

from lei.catalog.measure import PILLARS
from lei.language import _
from lei.reports import bad_news
from lei.reports.band_notes import short_note
from lei.services.scorecards.scorecard_data import ScorecardData
from lei.services.scorecards.scorecard_groups import groups_in_trouble
from lei.services.scorecards.scorecard_measures import Move, scored_measures

MOST_FAILURES = 4
GROUPS_BESIDE_OTHERS = 2  # so many groups at least are named where other bad news wants the lines, too
LARGE_WEIGHT = 2.0  # percent of the index from which a single measure at risk is named on page 1
_AT_RISK = 40.0


def not_working(data: ScorecardData, moved: Iterable[Move]) -> tuple[tuple[str, ...], str]:
    """The bad news in at most four lines, and a text: how many more groups, or that there is no bad news."""
    if data.score is None or not any(pillar.score is not None for pillar in data.score.pillars):
        return (), bad_news.nothing_scored()
    groups = groups_in_trouble(data)
    others = [*_pillars(data), *_measures(data, moved)]
    named = groups[: max(MOST_FAILURES - len(others), GROUPS_BESIDE_OTHERS)]
    news = (*named, *others)[:MOST_FAILURES]
    return news, bad_news.groups_left_out(len(groups) - len(named)) if news else bad_news.nothing_failed()


def _pillars(data: ScorecardData) -> list[str]:
    grain = str(data.request.period.grain)
    low = [p for p in data.score.pillars if p.band == "at_risk"] if data.score else []
    low.sort(key=lambda pillar: pillar.score or 0.0)
    return [
        bad_news.at_risk(_(PILLARS[p.key]), p.score or 0.0, 100 * p.weight, short_note(p.score, p.band, grain))
        for p in low
        if p.score is not None
    ]


def _measures(data: ScorecardData, moved: Iterable[Move]) -> list[str]:
    contributions = data.drivers.contributions if data.drivers else ()
    points = {c.measure: c.performance for c in contributions if c.measure is not None}
    falls = [m for m in moved if m.material and m.score_change < 0 and points.get(m.measure.key, 0.0) < 0]
    falls.sort(key=lambda move: points[move.measure.key])
    falling = [
        bad_news.fallen(_(m.measure.display_name), m.values, m.measure.unit, points[m.measure.key])
        for m in falls[: MOST_FAILURES - 1]
    ]
    named = {move.measure.key for move in falls} | _alone_in_their_pillar(data)
    return falling + _large_measures_at_risk(data, named)


def _alone_in_their_pillar(data: ScorecardData) -> set[str]:
    """Measures that are all that their pillar has: whatever is said of it is said of them."""
    scored = (
        [[m.key for m in pillar.measures if m.score is not None] for pillar in data.score.pillars] if data.score else []
    )
    return {keys[0] for keys in scored if len(keys) == 1}


def _large_measures_at_risk(data: ScorecardData, named: set[str]) -> list[str]:
    low = [
        m
        for m in (scored_measures(data.score) if data.score else ())
        if m.score is not None
        and m.score < _AT_RISK
        and m.key not in named
        and 100 * m.effective_weight >= LARGE_WEIGHT
    ]
    low.sort(key=lambda m: -m.effective_weight * (_AT_RISK - (m.score or 0.0)))
    return [
        bad_news.at_risk(_(data.measures[m.key].display_name), m.score or 0.0, 100 * m.effective_weight) for m in low
    ]
