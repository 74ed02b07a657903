"""Made-up figures of an invented company, to look at the templates without a database."""

from __future__ import annotations

from datetime import UTC, datetime

from lei.catalog.loader import default_measures
from lei.catalog.measure import PILLARS, Measure
from lei.periods import Grain, Period, parse_period, short_period_label
from lei.reports import bad_news, sentences
from lei.reports.figures import (
    SCHEMA,
    Comparison,
    Driver,
    IndexFigures,
    MeasureRow,
    Notes,
    Origin,
    Outlook,
    OutlookRow,
    PillarFigures,
    Point,
    ReadinessRisk,
    ScorecardFigures,
    SegmentRow,
)
from lei.reports.outlook_words import outlook_text
from lei.reports.wording import goalposts, in_unit
from scoring.bands import band

_PERIOD = parse_period("2026-10")
_NEXT_TO_LAST = 58.9
_SCORES = (
    44.0,
    45.0,
    44.0,
    43.0,
    None,
    46.0,
    47.0,
    46.0,
    48.0,
    49.0,
    48.0,
    47.0,
    46.0,
    46.0,
    47.0,
    48.0,
    47.0,
    47.0,
    48.2,
    50.4,
    53.6,
    56.6,
    58.9,
    61.3,
)
_PILLARS = {
    "access_engagement": (73.2, 20.0, 3.1),
    "performance_outcomes": (61.7, 30.0, 3.4),
    "capability_readiness": (61.0, 25.0, 2.2),
    "operational_efficiency": (57.3, 15.0, 0.4),
    "business_impact": (34.1, 10.0, 1.8),
}
_GROUPS = (
    ("Unit", "Customer support", 68.2, 3.4),
    ("Unit", "Field service", 63.9, 1.2),
    ("Unit", "Sales", 61.0, 0.3),
    ("Unit", "Operations", 52.5, -2.4),
    ("Unit", "Logistics", 38.7, None),
    ("Program", "New hire onboarding", 74.5, 4.2),
    ("Program", "Safety certification", 66.1, 0.5),
    ("Program", "Leading teams", 47.3, -1.8),
)


def sample_figures() -> ScorecardFigures:
    """The scorecard of one month with everything that a scorecard can show."""
    index, drivers = _index(), _drivers()
    rows = tuple(_row(measure, number) for number, measure in enumerate(default_measures()) if measure.scorable)
    risks = (
        ReadinessRisk("Role", "Warehouse technician", "Role readiness", 41.0, "41%", 64),
        ReadinessRisk("Region", "South", "Certification coverage", 55.0, "55%", 212),
    )
    return ScorecardFigures(
        schema=SCHEMA,
        title="Learning scorecard, October 2026",
        segment={},
        segment_name="Whole organization",
        grain=str(Grain.MONTH),
        period=str(_PERIOD),
        period_label="October 2026",
        made_at=datetime(2026, 11, 2, 6, 0, tzinfo=UTC),
        origin=_origin(len(rows)),
        headline=sentences.headline("October 2026", index),
        confidence=sentences.confidence(index.coverage, 31, len(rows), 58.0),
        index=index,
        pillars=tuple(_pillar(key) for key in _PILLARS),
        drivers=drivers,
        drivers_text=sentences.drivers(index.previous, Comparison("October 2026", index.score), index.total_change),
        readiness_risks=risks,
        readiness_text=sentences.readiness(risks, reported=True),
        leading_signals=_signals(),
        leading_text="",
        not_working=_failures(),
        not_working_text="",
        segments=_segments(),
        segments_text=sentences.segments(_segments(), 1, 0, 0),
        measures=rows,
        context=tuple(_row(measure, 0) for measure in default_measures() if not measure.scorable),
        outlook=_outlook(index),
        notes=Notes(
            method=("Each value is turned into a score from 0 to 100 by fixed goalposts.",),
            coverage=("Usable data by pillar: all above 80%.",),
            hidden_groups=1,
            restatements=("September 2026 was published as 58 and is 59 with the data of now.",),
            definitions=("n: how many people or events stand behind a value.",),
        ),
    )


def _outlook(index: IndexFigures) -> Outlook:
    first = OutlookRow("Learning effectiveness index", index.score, 45.2, 63.0, 97.3, 54.8, 10, 63.6, 58.9, 68.3)
    others = tuple(
        OutlookRow(pillar.name, pillar.score, None, None, None, pillar.score, 10, None, None, None)
        for pillar in (_pillar(key) for key in _PILLARS)
    )
    return Outlook((first, *others), "October 2025", "January 2027", outlook_text(first, "October 2025"))


def _signals() -> tuple[str, ...]:
    watch = "Early error rate, November 2026 to January 2027"
    return (
        sentences.leading_signal("Skill uplift (normalized gain)", (46.0, 51.0), "percent", 9.1, ""),
        sentences.leading_signal("Audience reach", (88.0, 93.0), "percent", 5.0, watch),
    )


def _failures() -> tuple[str, ...]:
    return (
        bad_news.group_at_risk("Unit Logistics", 38.7, None, material=False, previous="September 2026"),
        bad_news.group_fallen("Unit Operations", 52.5, "developing", -2.4, "September 2026"),
        bad_news.at_risk(PILLARS["business_impact"], 34.1, 10.0),
        bad_news.fallen("Completion rate (voluntary)", (71.0, 64.0), "percent", -0.34),
    )


def _origin(scored: int) -> Origin:
    return Origin(
        profile="default_v1",
        profile_version=1,
        weights_label="LEI default weights, version 1 (our default, not a published standard)",
        scored_measures=scored,
        placeholder_measures=31,
        placeholder_weight=58.0,
        goalposts_note=sentences.goalposts(31, scored, 58.0),
        data_as_of=datetime(2026, 11, 1, 23, 14, tzinfo=UTC),
    )


def _index() -> IndexFigures:
    score = _SCORES[-1] or 0.0
    series = _series(_SCORES)
    return IndexFigures(
        score=score,
        band=band(score),
        band_note="",
        status="final",
        status_text="",
        coverage=92.0,
        change=2.4,
        total_change=score - _NEXT_TO_LAST,
        material=True,
        change_text="+2 points",
        previous=Comparison("September 2026", _NEXT_TO_LAST),
        last_year=Comparison("October 2025", _SCORES[-13]),
        main_reason=sentences.main_reason(_drivers(), score - _NEXT_TO_LAST, material=True),
        series=series,
        series_text=sentences.series(series, "month"),
    )


def _series(scores: tuple[float | None, ...]) -> tuple[Point, ...]:
    periods: list[Period] = [_PERIOD.shift(back) for back in range(1 - len(scores), 1)]
    return tuple(Point(str(p), short_period_label(p), score) for p, score in zip(periods, scores, strict=True))


def _pillar(key: str) -> PillarFigures:
    score, weight, change = _PILLARS[key]
    material = change >= 2.0  # noqa: PLR2004 - pillar points
    shape = tuple(None if value is None else max(value + score - 61.3, 0.0) for value in _SCORES)
    return PillarFigures(
        key=key,
        name=PILLARS[key],
        score=score,
        band=band(score),
        weight=weight,
        coverage=92.0,
        change=change,
        material=material,
        change_text=sentences.change(change, material=material),
        reason=sentences.pillar_reason(("Skill uplift", 0.6) if material else None, ("Content reuse", 21.0)),
        state="",
        series=_series(shape),
    )


def _drivers() -> tuple[Driver, ...]:
    steps = (
        ("measure", "Skill uplift (normalized gain)", PILLARS["performance_outcomes"], 1.1),
        ("measure", "Audience reach", PILLARS["access_engagement"], 0.6),
        ("measure", "Time to competency", PILLARS["capability_readiness"], 0.4),
        ("measure", "Completion rate (voluntary)", PILLARS["access_engagement"], -0.3),
        ("rest", "45 other measures together", "", 0.5),
        ("coverage", "Change in data coverage", "", 0.1),
    )
    return tuple(Driver(kind, name, pillar, points, points) for kind, name, pillar, points in steps)


def _segments() -> tuple[SegmentRow, ...]:
    return tuple(
        SegmentRow(
            dimension=dimension,
            name=name,
            score=score,
            band=band(score),
            change=change,
            material=change is not None and abs(change) >= 1.0,
            change_text=sentences.change(change, material=change is not None and abs(change) >= 1.0),
            coverage=88.0,
            state="",
        )
        for dimension, name, score, change in _GROUPS
    )


def _row(measure: Measure, number: int) -> MeasureRow:
    score = (37.0 * number + 23.0) % 100.0
    low, high = measure.goalpost_0 or 0.0, measure.goalpost_100 or 100.0
    value = low + (high - low) * score / 100.0
    posts = (measure.goalpost_0, measure.goalpost_100, measure.goalpost_100_upper, measure.goalpost_0_upper)
    return MeasureRow(
        key=measure.key,
        name=measure.display_name,
        pillar=measure.pillar if measure.scorable else "",
        unit=measure.unit,
        value=value,
        value_text=in_unit(value, measure.unit),
        sample_size=120 + 31 * number,
        sample_of=measure.rollup_weight,
        cases=measure.weighs_cases,
        goalposts_text=goalposts(*posts),
        placeholder=measure.goalpost_basis == "placeholder",
        score=score if measure.scorable else None,
        band=band(score) if measure.scorable else None,
        weight=measure.weight_in_pillar / 5.0,
        contribution=score * measure.weight_in_pillar / 500.0,
        remarks=("few cases",) if number == 7 else (),  # noqa: PLR2004 - one row with a remark
    )
