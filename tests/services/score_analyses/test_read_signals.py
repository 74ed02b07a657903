"""Signal or noise, through the services: Wheeler's series as an index, like for like, and what is hidden."""

from __future__ import annotations

import pytest
from tiny_index import ACCESS, OUTCOMES, publish_tiny, query, send_units

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import Grain, Period, parse_period
from lei.services.score_analyses.read_signals import SignalReport, UnitSignals, read_signals
from lei.storage.database import Database

FLOOR = 5
# Wheeler 1993, Understanding Variation, in hundredths: mean 41.355, mean moving range 3.559.
_SERIES = "50.45 43.5 43.5 39.75 42.9 44.3 44.85 42.85 39.8 39.25 36.45 37.6 33 36.85 34.63 52"
WHEELER = tuple(float(number) for number in _SERIES.split())
FIRST = parse_period("2025-07")


def read(database: Database, last: Period, first: Period = FIRST, **asked: object) -> SignalReport:
    """The signals of all units."""
    with database.reading() as session:
        return read_signals(session, query(str(last), str(first), **{"by": ("unit",), **asked}), FLOOR)


def send_series(database: Database, clock: FixedClock, *values: tuple[float | None, float | None] | float) -> Period:
    """One month after the other of unit A, a single number for both measures; the last month."""
    for number, value in enumerate(values):
        both = value if isinstance(value, tuple) else (value, value)
        send_units(database, clock, {"A": both}, period=str(FIRST.shift(number)))
    return FIRST.shift(len(values) - 1)


def only(report: SignalReport) -> UnitSignals:
    """The only unit."""
    (unit,) = report.segments
    return unit


def test_wheelers_series(database: Database, clock: FixedClock) -> None:
    publish_tiny(database, clock)
    last = send_series(database, clock, *WHEELER)
    report = read(database, last)
    composite = only(report).composite
    assert composite.scores == pytest.approx(WHEELER)
    assert composite.limits is not None
    figures = [composite.limits.mean, composite.limits.lower, composite.limits.upper, composite.limits.step]
    assert figures == pytest.approx([41.355, 31.887, 50.823, 11.632], abs=5e-4)
    assert [(str(point.period), point.kind, point.side) for point in composite.signals] == [
        ("2026-10", "outside", "above"),
        ("2026-10", "step", "above"),
    ]
    assert (composite.change, composite.like_for_like) == pytest.approx((17.37, 17.37))
    assert (composite.verdict, composite.no_limits) == ("signal", None)
    assert composite.words == "A material change that stands out from the usual variation of this score."
    assert set(only(report).pillars) == {ACCESS, OUTCOMES}
    assert only(report).pillars[ACCESS].verdict == "signal"
    assert [str(period) for period in report.periods][::15] == ["2025-07", "2026-10"]


@pytest.mark.parametrize(
    ("length", "verdict", "words"),
    [
        # 33.00 -> 36.85, within 41.08 -+ 2.66 * 2.6
        (14, "noise", "within the usual month-to-month variation"),
        # 37.60 -> 33.00, below 41.4 - 2.66 * 2.496 = 34.76
        (13, "signal", "stands out"),
        (11, "too_early", "with fewer than 12 months it is too early"),  # 39.25 -> 36.45
        (3, "not_material", "No material change."),  # 43.50 -> 43.50
        (1, "no_comparison", "no score for this month or for the month before"),
    ],
)
def test_what_may_be_said_of_a_change(
    sqlite_database: Database, clock: FixedClock, length: int, verdict: str, words: str
) -> None:
    publish_tiny(sqlite_database, clock)
    found = only(read(sqlite_database, send_series(sqlite_database, clock, *WHEELER[:length]))).composite
    assert found.verdict == verdict
    assert words in found.words
    assert (found.limits is None) is (length < 12)
    assert (found.no_limits is None) is (length >= 12)


def test_a_pillar_needs_two_points_where_the_composite_needs_one(sqlite_database: Database, clock: FixedClock) -> None:
    """Access rises by 3, outcomes stay: 1.5 points of the composite, 0 of a pillar."""
    publish_tiny(sqlite_database, clock)
    unit = only(read(sqlite_database, send_series(sqlite_database, clock, (40, 40), (43, 40))))
    verdicts = (unit.composite.verdict, unit.pillars[ACCESS].verdict, unit.pillars[OUTCOMES].verdict)
    assert verdicts == ("too_early", "too_early", "not_material")
    unit = only(read(sqlite_database, send_series(sqlite_database, clock, (40, 40), (41.9, 40.3))))
    assert (unit.composite.verdict, unit.pillars[ACCESS].verdict) == ("too_early", "not_material")


def test_what_comes_and_goes_with_the_data_is_no_signal(sqlite_database: Database, clock: FixedClock) -> None:
    """The pass rate, 80, is missing in the newest month: the composite falls from 60 to 40.5, like for like it rose."""
    publish_tiny(sqlite_database, clock, missing={"min_pillars": 1, "min_pillar_weight": 50})
    last = send_series(sqlite_database, clock, *[(40, 80)] * 13, (40.5, None))
    composite = only(read(sqlite_database, last)).composite
    assert composite.change == pytest.approx(-19.5)
    assert composite.like_for_like == pytest.approx(0.5)
    assert composite.verdict == "not_material"
    assert ("outside", "below") in {(point.kind, point.side) for point in composite.signals}


def test_too_little_in_common_cannot_be_compared(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock, missing={"min_pillars": 1, "min_pillar_weight": 50})
    composite = only(read(sqlite_database, send_series(sqlite_database, clock, (None, 80), (40, None)))).composite
    assert (composite.change, composite.like_for_like, composite.verdict) == (-40, None, "no_comparison")
    assert composite.words == "Too few measures are usable in this month and in the month before to compare them."


def test_quarters_are_told_as_quarters(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_series(sqlite_database, clock, 40, 40, 40, 50, 50, 50)
    first, last = parse_period("2025-Q3"), parse_period("2025-Q4")
    composite = only(read(sqlite_database, last, first, grain=Grain.QUARTER)).composite
    assert composite.scores == (40, 50)
    assert "fewer than 12 quarters" in composite.words
    assert "neighbouring quarters" in str(composite.no_limits)


def test_a_hidden_month_is_a_gap(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    last = send_series(sqlite_database, clock, 40, 40, 40)
    send_units(sqlite_database, clock, {"A": (99, 99)}, 3, str(last))
    composite = only(read(sqlite_database, last)).composite
    assert (composite.scores, composite.change) == ((40, 40, None), None)


def test_more_than_can_be_read_is_refused(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {f"U{number}": (50, 50) for number in range(60)})
    with pytest.raises(InvalidError, match="60 segments in 600 periods"):
        read(sqlite_database, parse_period("2026-10"), parse_period("1976-11"))


def test_without_any_unit_the_answer_is_empty(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    assert read(sqlite_database, parse_period("2026-10")).segments == ()


def test_a_fall_is_told_as_one(sqlite_database: Database, clock: FixedClock) -> None:
    """Thirteen months of 50, then 40: mean 49.29, mean moving range 10 / 13, limits -+ 2.05."""
    publish_tiny(sqlite_database, clock)
    composite = only(read(sqlite_database, send_series(sqlite_database, clock, *[50] * 13, 40))).composite
    newest = [(point.kind, point.side) for point in composite.signals if point.period == parse_period("2026-08")]
    assert newest == [("outside", "below"), ("step", "below")]
    assert (composite.change, composite.verdict) == (-10, "signal")
