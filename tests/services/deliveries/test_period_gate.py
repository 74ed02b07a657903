"""Whether the data of a period are complete enough, against weights added up by hand from the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sending import Send, observation, organisation_scoring

from lei.clock import FixedClock
from lei.periods import Grain, parse_period
from lei.services.deliveries.period_gate import deadline_of, gate_fault
from lei.storage.database import Database
from lei.storage.schedules import Gate, SchedulePlan

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PLAN = SchedulePlan("Board", "0 7 1 * *", "UTC", Grain.MONTH, ("anna@example.com",), {}, gate=Gate(3, 80.0))
# By the default profile: access 20, outcomes 30, capability 25, efficiency 15, impact 10 percent.
EIGHTY_FIVE = {"access_engagement": 50.0, "performance_outcomes": 50.0, "capability_readiness": 50.0} | {
    "business_impact": 50.0
}


def fault(database: Database, period: str = "2026-10", plan: SchedulePlan = PLAN, **gate: object) -> str:
    """What the data lack by the gate with the changes given."""
    assert plan.gate is not None
    changed = replace(plan, gate=replace(plan.gate, **gate))
    with database.reading() as session:
        return gate_fault(session, changed, parse_period(period), 5, NOW)


def test_without_a_gate_nothing_is_lacking(sqlite_database: Database, clock: FixedClock) -> None:
    with sqlite_database.reading() as session:
        assert gate_fault(session, replace(PLAN, gate=None), parse_period("2026-10"), 5, NOW) == ""


def test_coverage_is_the_weight_with_data_and_the_limit_itself_is_enough(database: Database, send: Send) -> None:
    send(organisation_scoring("2026-10", EIGHTY_FIVE))
    assert fault(database, min_coverage=85.0) == ""
    assert fault(database, min_coverage=85.1).startswith("Coverage 85%, needs 85.1%: no data of October 2026 yet for ")


def test_a_single_measure_that_is_missing_is_named_and_the_coverage_rounded_down(
    database: Database, send: Send
) -> None:
    # knowledge_retention carries 8 of 100 within a pillar of 30: 2.4 percent, so 100 - 15 - 2.4 = 82.6.
    records = [row for row in organisation_scoring("2026-10", EIGHTY_FIVE) if row["measure"] != "knowledge_retention"]
    send(records)
    assert fault(database, min_coverage=82.6) == ""
    # The heaviest that are missing: 2.7, 2.4 and 2.25 percent.
    assert fault(database, min_coverage=83.0) == (
        "Coverage 82%, needs 83%: no data of October 2026 yet for Delivery efficiency: cost per learning hour used, "
        "Knowledge retention, Creation efficiency: development hours per finished hour and 7 more."
    )


def test_what_is_carried_forward_is_no_data_of_the_period(database: Database, send: Send) -> None:
    # A stock: its value of September still serves October in a score, and is no news of October.
    send([observation("role_readiness_rate", "2026-09", 60), observation("audience_reach", "2026-10", 60)])
    assert fault(database, min_coverage=5.0).startswith("Coverage 4%, needs 5%: ")
    assert fault(database, "2026-09", min_coverage=5.0) == ""


def test_a_small_group_is_hidden_and_its_data_are_there(database: Database, send: Send) -> None:
    rows = [row | {"sample_size": 3} for row in organisation_scoring("2026-10", EIGHTY_FIVE)]
    send(rows)
    assert fault(database, min_coverage=85.0) == ""


def test_a_group_that_nobody_has_reported_about_yet_is_waited_for(database: Database, send: Send) -> None:
    send(organisation_scoring("2026-10", EIGHTY_FIVE, region="North"))
    plan = replace(PLAN, where={"region": "South"})
    assert fault(database, plan=plan) == "There is no region 'South'."
    send(organisation_scoring("2026-10", EIGHTY_FIVE, region="South"))
    assert fault(database, plan=plan) == ""


@pytest.mark.parametrize(("period", "grain"), [("2026-Q3", Grain.QUARTER), ("2026", Grain.YEAR)])
def test_a_longer_period_is_complete_when_its_last_month_is_in(
    database: Database, send: Send, period: str, grain: Grain
) -> None:
    plan, last = replace(PLAN, grain=grain), {"2026-Q3": "September 2026", "2026": "December 2026"}[period]
    for month in ("2026-07", "2026-08"):
        send(organisation_scoring(month, EIGHTY_FIVE))
    assert fault(database, period, plan) == f"There is no data of {last} yet."


def test_a_figure_for_the_whole_quarter_counts_as_its_end(database: Database, send: Send) -> None:
    plan = replace(PLAN, grain=Grain.QUARTER)
    send([row | {"period": "2026-Q3"} for row in organisation_scoring("2026-08", EIGHTY_FIVE)])
    assert fault(database, "2026-Q3", plan) == ""


def test_age_is_that_of_the_newest_data(database: Database, send: Send) -> None:
    assert fault(database, min_coverage=None, max_age_days=3) == "No data has come in yet."
    send(organisation_scoring("2026-10", EIGHTY_FIVE), at=NOW - timedelta(days=3))
    assert fault(database, min_coverage=None, max_age_days=3) == ""
    assert fault(database, min_coverage=90.0, max_age_days=2).endswith(
        "The newest data came in on 18 November 2026, 10:00 UTC, more than 2 days ago."
    )


@pytest.mark.parametrize(
    ("gate", "deadline"),
    [
        (Gate(3), datetime(2026, 12, 4, 6, 0, tzinfo=UTC)),
        (Gate(0, deadline_at="17:00"), datetime(2026, 12, 1, 16, 0, tzinfo=UTC)),
        (Gate(2, deadline_at="00:00"), datetime(2026, 12, 2, 23, 0, tzinfo=UTC)),
        # In summer Berlin is two hours ahead of UTC: the same time of the day on the wall.
        (Gate(150), datetime(2027, 4, 30, 5, 0, tzinfo=UTC)),
    ],
)
def test_the_deadline_is_on_the_wall_clock_of_the_schedule(gate: Gate, deadline: datetime) -> None:
    due = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert deadline_of(gate, due, ZoneInfo("Europe/Berlin")) == deadline
