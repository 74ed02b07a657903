"""The links of a program's chain from stored observations: before and now, in values and points, with their cases."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from program_data import OCTOBER, PLAN, monthly, planned, stored
from sending import Send

from lei.clock import FixedClock
from lei.evidence.chain import Signal
from lei.evidence.links import Link, LinkStatus
from lei.periods import parse_period
from lei.services.chain.read_chain import read_program_chain
from lei.services.chain.read_link_signals import read_link_signals
from lei.storage.database import Database
from lei.storage.program_plans import LinkOwners, Owner

FLOOR = 5


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite: this is about arithmetic, and the kind of database does not matter. Stories are told on both."""
    return sqlite_database


def series(measure: str, before: float, after: float, sample_size: int = 100) -> list[dict[str, object]]:
    """A measure that stands at one value until April and at another from May on."""
    return monthly(measure, "2026-02", [before] * 3 + [after] * 6, sample_size)


def signals(database: Database, link: Link, named: tuple[str, ...] = (), to: str = "2026-10") -> tuple[Signal, ...]:
    """The signals of one link of the program."""
    plan = replace(PLAN, link_signals={link: named} if named else {})
    with database.reading() as session:
        return read_link_signals(session, plan, parse_period(to), FLOOR)[link]


def test_a_rise_is_told_in_values_and_in_points(database: Database, send: Send) -> None:
    send(series("audience_reach", 62, 84))
    (signal,) = signals(database, Link.LEARNING_ACTIVITY)
    assert (signal.before, signal.after, signal.unit) == (62, 84, "percent")
    # Goalposts 40 and 95: 22 of 55
    assert signal.change == pytest.approx(40)
    assert (signal.n, signal.minimum) == (100, 30)
    assert (str(signal.period), signal.source, signal.status) == ("2026-10", "hris", LinkStatus.EVIDENCED)


def test_a_fall_of_what_should_fall_counts_upwards(database: Database, send: Send) -> None:
    send(series("time_to_competency", 150, 120))
    (signal,) = signals(database, Link.WORKFORCE_READINESS)
    # 180 days are worth 0, 60 are worth 100
    assert signal.change == pytest.approx(25)
    assert signal.status is LinkStatus.EVIDENCED


def test_the_interval_of_a_share_is_that_of_newcombe(database: Database, send: Send) -> None:
    """Three months of 100 on either side: 40 and 52 percent of 300, by Wilson's limits of each (Newcombe 1998)."""
    send(series("behavior_change_rate", 40, 52))
    (signal,) = signals(database, Link.BEHAVIOR_CHANGE)
    assert signal.n == 300
    assert signal.interval is not None

    def wilson(share: float, n: float) -> tuple[float, float]:
        z = 1.959963984540054
        middle, reach = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)

    (low, high), (old_low, old_high) = wilson(0.52, 300), wilson(0.40, 300)
    lower = 0.12 - math.hypot(0.52 - low, old_high - 0.40)
    upper = 0.12 + math.hypot(high - 0.52, 0.40 - old_low)
    # A percentage point is 100 / 60 points of the score, from 20 to 80
    assert signal.interval == pytest.approx((lower * 100 / 0.6, upper * 100 / 0.6))


def test_a_rise_that_chance_could_bring_is_flat(database: Database, send: Send) -> None:
    send(series("behavior_change_rate", 50, 54, sample_size=30))
    (signal,) = signals(database, Link.BEHAVIOR_CHANGE)
    assert signal.change == pytest.approx(100 * 4 / 60)
    assert signal.status is LinkStatus.FLAT


def test_what_is_no_share_is_judged_by_its_months(database: Database, send: Send) -> None:
    """Scores of 50, 55, 60 and of 60, 65, 70 differ by 10, with an error of sqrt(50 / 3) and 4 degrees of freedom."""
    days = [120, 114, 108, 0, 0, 0, 108, 102, 96]
    send(monthly("time_to_competency", "2026-02", [day or None for day in days]))
    (signal,) = signals(database, Link.WORKFORCE_READINESS)
    assert signal.change == pytest.approx(10)
    assert signal.interval == pytest.approx((10 - 2.776445 * 4.082483, 10 + 2.776445 * 4.082483), rel=1e-5)
    assert signal.status is LinkStatus.FLAT


def test_what_moved_the_wrong_way_is_adverse(database: Database, send: Send) -> None:
    send(series("skill_uplift", 40, 20))
    (signal,) = signals(database, Link.CAPABILITY_GROWTH)
    assert signal.status is LinkStatus.ADVERSE


def test_below_the_minimum_of_the_measure_there_is_too_little(database: Database, send: Send) -> None:
    """Reach is a state, so its newest month counts alone: 29 people, where it asks for 30."""
    send(series("audience_reach", 50, 90, sample_size=29))
    (signal,) = signals(database, Link.LEARNING_ACTIVITY)
    assert (signal.status, signal.interval) == (LinkStatus.THIN, None)


def test_small_groups_are_not_read(database: Database, send: Send) -> None:
    """Observed behavior asks for ten people, whatever the floor of the installation."""
    send(series("behavior_change_rate", 40, 80, sample_size=9))
    assert signals(database, Link.BEHAVIOR_CHANGE) == ()


def test_the_first_measure_with_data_on_both_sides_carries_a_link(database: Database, send: Send) -> None:
    send(series("completion_rate", 40, 60))
    send(monthly("audience_reach", "2026-08", [90, 91, 92]))
    assert [signal.measure for signal in signals(database, Link.LEARNING_ACTIVITY)] == ["completion_rate"]


def test_all_that_the_plan_names_are_read_and_nothing_else(database: Database, send: Send) -> None:
    send([*series("audience_reach", 60, 90), *series("pass_rate", 60, 70), *series("simulation_score", 60, 50)])
    found = signals(database, Link.LEARNING_ACTIVITY, named=("pass_rate", "simulation_score"))
    assert [(signal.measure, signal.status) for signal in found] == [
        ("pass_rate", LinkStatus.EVIDENCED),
        ("simulation_score", LinkStatus.ADVERSE),
    ]


def test_application_on_the_job_is_what_is_seen_and_what_people_report(database: Database, send: Send) -> None:
    send([*series("behavior_change_rate", 40, 60), *series("training_application_rate", 50, 30)])
    found = signals(database, Link.BEHAVIOR_CHANGE)
    assert [signal.measure for signal in found] == ["behavior_change_rate", "training_application_rate"]
    assert [signal.status for signal in found] == [LinkStatus.EVIDENCED, LinkStatus.ADVERSE]


def test_a_link_is_not_read_before_it_can_show_anything(database: Database, send: Send) -> None:
    """Behavior follows learning by a month at least: not in May, the month of the launch."""
    send([*series("behavior_change_rate", 40, 70), *series("audience_reach", 50, 90)])
    assert signals(database, Link.BEHAVIOR_CHANGE, to="2026-05") == ()
    assert len(signals(database, Link.BEHAVIOR_CHANGE, to="2026-06")) == 1
    assert len(signals(database, Link.LEARNING_ACTIVITY, to="2026-05")) == 1


def test_without_data_all_links_are_missing_and_named(database: Database, clock: FixedClock) -> None:
    program = planned(database, clock)
    with database.reading() as session:
        chain = read_program_chain(session, program, OCTOBER, FLOOR)
    assert {view.status for view in chain.links} == {LinkStatus.MISSING}
    assert (chain.completeness, chain.people_reached) == (0.0, 0)
    assert chain.rules == (
        "A path from learning to the KPI is not shown.",
        "Missing link: learning activity, behavior change, capability growth, workforce readiness and business KPI.",
    )
    assert (
        chain.state_sentence == "Too little is measured to say where the program stands on its way to early error rate."
    )


def test_a_program_that_stops_at_readiness_says_so(database: Database, clock: FixedClock, send: Send) -> None:
    send(series("audience_reach", 60, 90))
    owners = LinkOwners(Owner("Maria Lopez", "maria@example.com"), Owner("Tom Reed", "tom@example.com"))
    plan = replace(PLAN, kpis=(), stops_at_readiness=True, owners={Link.LEARNING_ACTIVITY: owners})
    program = stored(database, clock, plan)
    with database.reading() as session:
        chain = read_program_chain(session, program, OCTOBER, FLOOR)
    assert chain.state_sentence == "The program stops at readiness; no business KPI is claimed."
    assert (chain.progress, chain.kpi_signal) == (None, None)
    assert chain.links[0].owners == owners
    # Without a KPI there is no baseline: the three months before the launch stand for it
    assert [str(month) for month in chain.links[0].before or ()] == ["2026-02", "2026-04"]


def test_a_draft_without_a_launch_reads_nothing(database: Database, clock: FixedClock, send: Send) -> None:
    send(series("audience_reach", 60, 90))
    program = stored(database, clock, replace(PLAN, launch_month=None))
    with database.reading() as session:
        chain = read_program_chain(session, program, OCTOBER, FLOOR)
    assert chain.state_sentence == "The plan has no launch month yet, so nothing is read."
    assert {view.status for view in chain.links} == {LinkStatus.MISSING}


def test_people_who_took_part_are_told_by_the_reach(database: Database, clock: FixedClock, send: Send) -> None:
    send(series("audience_reach", 60, 84, sample_size=250))
    program = planned(database, clock)
    with database.reading() as session:
        chain = read_program_chain(session, program, OCTOBER, FLOOR)
    assert chain.people_reached == 210


def test_a_share_above_all_its_cases_has_no_interval(database: Database, send: Send) -> None:
    """Somebody reports 104 percent; it is read as reported, and nothing is computed of its cases."""
    send(series("behavior_change_rate", 40, 104))
    (signal,) = signals(database, Link.BEHAVIOR_CHANGE)
    assert (signal.after, signal.interval) == (pytest.approx(104), None)


def test_all_of_a_large_group_is_a_share(database: Database, send: Send) -> None:
    send(series("behavior_change_rate", 40, 100, sample_size=37))
    (signal,) = signals(database, Link.BEHAVIOR_CHANGE)
    assert signal.interval is not None
    assert signal.status is LinkStatus.EVIDENCED


def test_a_state_is_that_of_its_newest_month_however_long_the_baseline(database: Database, send: Send) -> None:
    """Three months of 100 before, one month of 100 since: 100 people on either side."""
    send(series("audience_reach", 50, 80))
    (signal,) = signals(database, Link.LEARNING_ACTIVITY, to="2026-05")
    assert (signal.before, signal.after, signal.n) == (50, 80, 100)
