"""Scores as plain data: what the API sends, the command line prints and files keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from lei.catalog.measure import PILLARS
from lei.clock import instant_text
from lei.services.scores.score_report import (
    CapChange,
    CapNote,
    DriversReport,
    MeasureScore,
    PillarScore,
    Score,
    ScoreReport,
)

_CSV_SCORE = ("composite", "reason", "status", "coverage", "band")
_CSV_ORIGIN = ("profile", "version", "data_as_of")
_CSV_MEASURE = tuple(field.name for field in fields(MeasureScore) if field.name != "key")


def report_as_dict(report: ScoreReport) -> dict[str, Any]:
    """The whole answer; measures only when they were asked for."""
    with_measures = report.query.detail == "measures"
    return {
        "scores": [score_as_dict(score, with_measures=with_measures) for score in report.scores],
        "grain": str(report.query.grain),
        "profile": report.profile,
        "version": report.version,
        "weights_source": report.weights_source,
        "data_as_of": instant_text(report.data_as_of),
    }


def score_as_dict(score: Score, *, with_measures: bool = True) -> dict[str, Any]:
    """One segment in one period."""
    plain: dict[str, Any] = {
        "period": str(score.period),
        "segment": dict(score.segment),
        "composite": score.composite,
        "reason": score.reason,
        "status": score.status,
        "coverage": score.coverage,
        "band": score.band,
        "pillars": {pillar.key: _pillar(pillar, with_measures) for pillar in score.pillars},
        "missing_pillars": list(score.missing_pillars),
        "caps": [cap_as_dict(cap) for cap in score.caps],
        "profile_version": score.profile_version,
    }
    if with_measures:
        plain["context"] = {measure.key: _measure(measure) for measure in score.context}
    return plain


def drivers_as_dict(report: DriversReport) -> dict[str, Any]:
    """Why one segment moved."""
    return {
        "segment": dict(report.segment),
        "before": report.before,
        "before_reason": report.before_reason,
        "after": report.after,
        "after_reason": report.after_reason,
        "change": report.change,
        "like_for_like": report.like_for_like,
        "material": report.material,
        "contributions": [
            {name: getattr(contribution, name) for name in contribution.__dataclass_fields__}
            for contribution in report.contributions
        ],
        "caps": [cap_as_dict(cap) for cap in report.caps],
    }


def report_as_csv(report: ScoreReport) -> str:
    """One line for each segment and period: the composite and every pillar."""
    rows = (
        [_blank(score.composite), _blank(score.reason), score.status, score.coverage, _blank(score.band)]
        + [_blank({pillar.key: pillar.score for pillar in score.pillars}.get(key)) for key in PILLARS]
        for score in report.scores
    )
    return _csv(report, (*_CSV_SCORE, *PILLARS), zip(report.scores, rows, strict=True))


def report_as_csv_of_measures(report: ScoreReport) -> str:
    """One line for each measure of each segment and period; those that give context alone have no pillar."""
    rows = (
        (score, [pillar, measure.key, *(_cell(getattr(measure, name)) for name in _CSV_MEASURE)])
        for score in report.scores
        for pillar, measures in (*((p.key, p.measures) for p in score.pillars), ("", score.context))
        for measure in measures
    )
    return _csv(report, ("pillar", "measure", *_CSV_MEASURE), rows)


def _csv(report: ScoreReport, header: Iterable[str], rows: Iterable[tuple[Score, list[object]]]) -> str:
    """A table whose lines begin with period and segment, and end with what they were computed from."""
    dimensions = sorted({key for score in report.scores for key in score.segment})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["period", *dimensions, *header, *_CSV_ORIGIN])
    as_of = _blank(instant_text(report.data_as_of))
    for score, row in rows:
        segment = (_safe(score.segment.get(key, "")) for key in dimensions)
        writer.writerow([str(score.period), *segment, *row, report.profile, score.profile_version, as_of])
    return out.getvalue()


def _cell(value: object) -> object:
    return _safe(";".join(value)) if isinstance(value, tuple) else _blank(value)


def _pillar(pillar: PillarScore, with_measures: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "score": pillar.score,
        "reason": pillar.reason,
        "band": pillar.band,
        "weight": pillar.weight,
        "coverage": pillar.coverage,
    }
    if with_measures:
        plain["measures"] = {measure.key: _measure(measure) for measure in pillar.measures}
    return plain


def cap_as_dict(cap: CapNote | CapChange) -> dict[str, Any]:
    return {("while" if name == "gate" else name): getattr(cap, name) for name in cap.__dataclass_fields__}


def _measure(measure: MeasureScore) -> dict[str, Any]:
    plain = {name: getattr(measure, name) for name in measure.__dataclass_fields__ if name != "key"}
    return plain | {"flags": list(measure.flags), "sources": list(measure.sources)}


def _blank(value: object) -> object:
    return "" if value is None else value


def _safe(text: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; a leading apostrophe keeps it text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def segment_text(segment: Iterable[tuple[str, str]]) -> str:
    """A segment for people: `unit: Sales, region: EMEA`, or `whole organization`."""
    return ", ".join(f"{key}: {value}" for key, value in segment) or "whole organization"
