"""The first page: where the index stands, what moved it, what it is made of and where it comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from lei.catalog.measure import PILLARS
from lei.errors import InvalidError, Problem
from lei.periods import Period, parse_period, period_label, short_period_label
from lei.reports import sentences
from lei.reports.band_notes import tiny_note
from lei.reports.charts.band_scale import band_scale
from lei.reports.charts.score_bar import score_bar
from lei.reports.charts.shapes import Drawing
from lei.reports.charts.trend import trend
from lei.reports.figures import Point
from lei.reports.wording import band_name, points
from lei.services.overview import UNIT, Overview, overview
from lei.services.scores.limit_words import holding_down, limit_sentences
from lei.services.scores.score_report import Contribution, DriversReport, Score
from web.session import signed_in
from web.site import present_site

_MOST_STEPS = 3
_SMALLEST_STEP = 0.05  # points: what would be shown as 0.0 is not listed


@dataclass(frozen=True, slots=True)
class Row:
    """One pillar or unit: its name, weight in percent (pillars), score with its word, and what to know about it."""

    name: str
    weight: float | None
    score: float | None
    word: str
    bar: Drawing


def add_views(pages: Blueprint) -> None:
    """`/`."""
    pages.add_url_rule("/", "overview", _overview, methods=["GET"])


@signed_in
def _overview() -> str:
    site = present_site()
    period = _wanted_period(request.args.get("period", ""))
    with site.database.reading() as session:
        today = site.clock.now().astimezone(site.settings.timezone).date()
        shown = overview(session, period, site.settings.min_group_size, today)
    series = [Point(str(s.period), short_period_label(s.period), s.composite) for s in shown.report.scores]
    rises, falls = _steps(shown.change)
    return render_template(
        "overview.html",
        shown=shown,
        headline=_headline(shown),
        confidence=_confidence(shown.now),
        scale=band_scale(shown.now.composite, shown.now.band),
        pillars=[_pillar(shown.now, key) for key in (pillar.key for pillar in shown.now.pillars)],
        units=[_unit(unit) for unit in shown.units],
        series=series,
        trend=trend(series, sentences.series(series, str(shown.period.grain))),
        trend_text=sentences.series(series, str(shown.period.grain)),
        rises=rises,
        falls=falls,
    )


def _wanted_period(text: str) -> Period | None:
    if not text:
        return None
    try:
        return parse_period(text)
    except ValueError as error:
        raise InvalidError(str(error), [Problem("period", "invalid", str(error))]) from error


def _headline(shown: Overview) -> str:
    now, change, label = shown.now, shown.change, period_label(shown.period)
    without = [PILLARS[key] for key in now.missing_pillars]
    if now.composite is None:
        scored = sum(pillar.score is not None for pillar in now.pillars)
        return sentences.no_score(label, str(shown.period.grain), now.reason, scored, without)
    text = f"In {label} the index stands at {now.composite:.0f} of 100 ({band_name(now.band)})"
    before = period_label(change.against)
    if change.like_for_like is None:
        text = f"{text}; {before} has no score to compare with."
    elif change.material:
        text = f"{text}, {points(change.like_for_like)} like for like since {before}."
    else:
        text = f"{text}, with no material change since {before}."
    said = [text, sentences.provisional(without)] if without else [text]
    return " ".join([*said, *limit_sentences(holding_down(now.caps), shown.names)])


def _confidence(now: Score) -> str:
    """How far the numbers can be trusted: coverage and placeholder goalposts; nothing where there is no index."""
    if now.composite is None:
        return ""
    scored = [measure for pillar in now.pillars for measure in pillar.measures if measure.score is not None]
    leaning = [measure for measure in scored if "placeholder_goalposts" in measure.flags]
    weight = 100 * math.fsum(measure.effective_weight for measure in leaning)
    return sentences.confidence(now.coverage, len(leaning), len(scored), weight)


def _pillar(now: Score, key: str) -> Row:
    pillar, name = now.pillar(key), PILLARS[key]
    state = sentences.pillar_state(pillar.reason, pillar.coverage) if pillar.score is None else ""
    word = _word(pillar.score, pillar.band, state)
    return Row(name, 100 * pillar.weight, pillar.score, word, score_bar(name, pillar.score, pillar.band))


def _unit(unit: Score) -> Row:
    name = unit.segment[UNIT]
    without = [PILLARS[key] for key in unit.missing_pillars]
    state = sentences.segment_state(unit.status, unit.reason, unit.coverage, without)
    word = _word(unit.composite, unit.band, state)
    return Row(name, None, unit.composite, word, score_bar(name, unit.composite, unit.band))


def _word(score: float | None, band: str | None, state: str) -> str:
    """The band, why it is not the one that the score lies in, and what else to know."""
    note = tiny_note(score, band)
    name = f"{band_name(band)}{f' ({note})' if note else ''}"
    return ", ".join(part for part in (name, state) if part)


def _steps(change: DriversReport) -> tuple[list[Contribution], list[Contribution]]:
    """The largest steps up and down."""
    rises = sorted((c for c in change.contributions if c.points >= _SMALLEST_STEP), key=lambda c: -c.points)
    falls = sorted((c for c in change.contributions if c.points <= -_SMALLEST_STEP), key=lambda c: c.points)
    return rises[:_MOST_STEPS], falls[:_MOST_STEPS]
