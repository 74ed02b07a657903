"""Last year, plan, year to date and forecast beside the index, against values worked out by hand."""

from __future__ import annotations

import pytest
from sending import Send, observation
from tiny_index import FLOOR, NAME, PASSED, REACH, publish_tiny

from lei.clock import FixedClock
from lei.periods import Period, parse_period
from lei.reports.figures import Outlook
from lei.services.scorecards.scorecard import ScorecardRequest
from lei.services.scorecards.scorecard_figures import build_figures
from lei.services.scores.set_targets import NewTarget, set_targets, target_for
from lei.storage.database import Database

SEPTEMBER = "2026-09"


def send_scores(send: Send, scores: dict[str, float]) -> None:
    """Both pillars of the tiny index score the same, and so does the index."""
    send([observation(key, period, score) for period, score in scores.items() for key in (REACH, PASSED)])


def outlook(database: Database, clock: FixedClock, period: str) -> Outlook:
    with database.reading() as session:
        request = ScorecardRequest(parse_period(period), {}, profile=NAME)
        found = build_figures(session, request, FLOOR, clock.now()).outlook
    assert found is not None
    return found


def months(first: str, count: int) -> list[Period]:
    return [parse_period(first).shift(number) for number in range(count)]


def test_the_index_stands_beside_last_year_plan_and_year_to_date(
    database: Database, send: Send, clock: FixedClock
) -> None:
    publish_tiny(database, clock)
    send_scores(send, {"2025-09": 52, "2025-12": 90, "2026-01": 54, "2026-03": 57, SEPTEMBER: 60})
    with database.writing() as session:
        targets = [NewTarget("composite", parse_period("2026"), {}, 64.0)]
        set_targets(session, targets, "Maria", clock.now())
    found = outlook(database, clock, SEPTEMBER)
    index = found.rows[0]
    assert (index.now, index.last_year, index.plan) == pytest.approx((60, 52, 64))
    assert index.of_plan == pytest.approx(93.75)  # 60 / 64
    # January, March and September of 2026; December is of the year before.
    assert (index.year_to_date, index.year_to_date_of) == (pytest.approx(57), 3)
    # Five months are too few for a trend.
    assert (index.forecast, found.forecast_label) == (None, "")
    assert found.text == "The index stands at 60; 94% of the 64 planned; 52 in September 2025."
    assert [row.name for row in found.rows[1:]] == ["Learning Access & Engagement", "Learning Performance & Outcomes"]


def test_a_straight_line_goes_on_and_stays_below_100(database: Database, send: Send, clock: FixedClock) -> None:
    publish_tiny(database, clock)
    # Two points a month with a saw of half a point: 3 months after 60 it is near 66.
    rising = {
        str(month): 38 + 2 * number + (0.5 if number % 2 else -0.5)
        for number, month in enumerate(months("2025-10", 12))
    }
    send_scores(send, rising)
    found = outlook(database, clock, SEPTEMBER)
    index = found.rows[0]
    assert found.forecast_label == "December 2026"
    assert not found.seasonal  # a year of months knows no season
    assert index.forecast == pytest.approx(66, abs=1)
    assert index.forecast_low is not None
    assert index.forecast_high is not None
    assert 62 < index.forecast_low < 66 < index.forecast_high < 70
    assert "No plan has been set for this period." in found.text


def test_a_forecast_that_knows_the_season_says_so(database: Database, send: Send, clock: FixedClock) -> None:
    publish_tiny(database, clock)
    # Half a point more each month, and each December 12 points less: it is forecast below September although all rises.
    rising = {
        str(month): 40 + 0.5 * number + (0.1 if number % 2 else -0.1) - (12 if str(month).endswith("-12") else 0)
        for number, month in enumerate(months("2024-10", 24))
    }
    send_scores(send, rising)
    found = outlook(database, clock, SEPTEMBER)
    index = found.rows[0]
    assert found.seasonal
    assert index.now == pytest.approx(51.6)
    assert index.forecast == pytest.approx(41, abs=1.5)  # 40 + 0.5 * 26 - 12


def test_a_forecast_never_leaves_the_scale(database: Database, send: Send, clock: FixedClock) -> None:
    publish_tiny(database, clock)
    send_scores(send, {str(month): 45 + 5.0 * number for number, month in enumerate(months("2025-11", 11))})
    index = outlook(database, clock, SEPTEMBER).rows[0]
    assert (index.now, index.forecast, index.forecast_high) == (pytest.approx(95), 100.0, 100.0)


def test_months_that_are_all_alike_and_other_grains_have_no_forecast(
    database: Database, send: Send, clock: FixedClock
) -> None:
    publish_tiny(database, clock)
    send_scores(send, {str(month): 50 for month in months("2024-10", 24)})
    assert outlook(database, clock, SEPTEMBER).rows[0].forecast is None
    quarter = outlook(database, clock, "2026-Q3").rows[0]
    assert (quarter.forecast, quarter.year_to_date_of) == (None, 3)


def test_without_a_score_nothing_is_set_beside_it(database: Database, send: Send, clock: FixedClock) -> None:
    publish_tiny(database, clock)
    send_scores(send, {"2025-09": 52, "2026-08": 60})
    found = outlook(database, clock, SEPTEMBER)
    assert (found.rows[0].now, found.rows[0].of_plan, found.rows[0].year_to_date) == (None, None, None)
    assert found.text == "The index has no score in this period to set beside a plan or last year."


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2026-11", 66.0), ("2026-10", 64.0), ("2026-09", 60.0), ("2026-Q4", 64.0), ("2026", 60.0), ("2027-01", None)],
)
def test_a_month_without_a_target_has_that_of_its_quarter_or_year(period: str, expected: float | None) -> None:
    targets = {("composite", "2026"): 60.0, ("composite", "2026-Q4"): 64.0, ("composite", "2026-11"): 66.0}
    assert target_for(targets, "composite", parse_period(period)) == expected
