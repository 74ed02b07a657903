"""Delays at which measures tend to move before a KPI: one that was planted is found, and none where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from program_data import KPI, OCTOBER, PLAN, monthly, stored
from sending import Send

from lei.clock import FixedClock
from lei.evidence.lag_correlation import LagSearch
from lei.evidence.links import Link
from lei.services.chain.find_relations import planned_sign, relations_of_program
from lei.services.chain.program_reading import Relation
from lei.storage.database import Database
from lei.storage.measures import read_measures

FLOOR = 5
MONTHS = 36  # November 2023 to October 2026


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite: this is about arithmetic, and the kind of database does not matter. Stories are told on both."""
    return sqlite_database


def with_lag(send: Send, lag: int, sign: int, noise: float) -> None:
    """Skill uplift, and errors whose changes follow its changes `lag` months later.

    Its changes last for some months, so that the delays beside the planted one point the same way.
    """
    draw = np.random.default_rng(11)
    skill = 50 + np.cumsum(np.convolve(draw.standard_normal(MONTHS + 3), [0.5, 0.5, 0.5, 0.5], mode="valid"))
    errors = 8 + sign * 0.3 * (np.concatenate([np.full(lag, skill[0]), skill[:-lag]]) - 50)
    errors += noise * draw.standard_normal(MONTHS)
    send(monthly("skill_uplift", "2023-11", skill.tolist()))
    send(monthly("kpi_early_error_rate", "2023-11", errors.tolist(), unit="Leeds"))


def relation(database: Database, clock: FixedClock, link: Link = Link.CAPABILITY_GROWTH) -> Relation:
    """The relation of one link with the KPI."""
    program = stored(database, clock, PLAN)
    with database.reading() as session:
        found = relations_of_program(session, program, OCTOBER, FLOOR)
    (one,) = [each for each in found if each.link is link]
    return one


def test_a_planted_delay_is_found(database: Database, clock: FixedClock, send: Send) -> None:
    with_lag(send, lag=2, sign=-1, noise=0.05)
    found = relation(database, clock)
    assert isinstance(found.found, LagSearch)
    assert found.found.best is not None
    assert found.found.best.details["lag"] == 2
    assert found.found.best.effect < -0.8
    assert found.sentence.startswith("Skill uplift tends to move with early error rate 2 months later (r = −0.9")
    assert "n = 36 months, delays of 0 to 6 months tried); not proof." in found.sentence


def test_a_relation_against_the_plan_is_not_reported(database: Database, clock: FixedClock, send: Send) -> None:
    """More skill and more errors: the plan says fewer."""
    with_lag(send, lag=2, sign=1, noise=0.05)
    found = relation(database, clock)
    assert isinstance(found.found, LagSearch)
    assert (found.found.best, found.found.not_reported) == (None, "not_the_planned_sign")
    assert "points against the plan" in found.sentence


def test_a_link_without_data_says_so(database: Database, clock: FixedClock, send: Send) -> None:
    with_lag(send, lag=2, sign=-1, noise=0.05)
    found = relation(database, clock, Link.BEHAVIOR_CHANGE)
    assert (found.measure, found.found) == ("", None)
    assert found.sentence == ("Behavior change: not compared with early error rate, no measure of this link has data.")


def test_a_state_is_not_compared(database: Database, clock: FixedClock, send: Send) -> None:
    with_lag(send, lag=2, sign=-1, noise=0.05)
    send(monthly("audience_reach", "2023-11", [60.0 + month % 7 for month in range(MONTHS)]))
    found = relation(database, clock, Link.LEARNING_ACTIVITY)
    assert found.found is None
    assert "audience reach is a state" in found.sentence


def test_the_sign_is_that_of_both_directions(database: Database) -> None:
    with database.reading() as session:
        measures = {key: stored.measure for key, stored in read_measures(session).items()}
    errors, skill, days = (measures[key] for key in ("kpi_early_error_rate", "skill_uplift", "time_to_competency"))
    assert (planned_sign(skill, errors), planned_sign(days, errors)) == (-1, 1)


def test_each_kpi_has_its_relations(database: Database, clock: FixedClock, send: Send) -> None:
    with_lag(send, lag=2, sign=-1, noise=0.05)
    second = replace(KPI, kpi_key="kpi_employee_satisfaction", role="secondary", value_per_unit=None)
    program = stored(database, clock, replace(PLAN, kpis=(second, KPI)))
    with database.reading() as session:
        found = relations_of_program(session, program, OCTOBER, FLOOR)
    keys = [each.kpi_key for each in found]
    assert keys == ["kpi_early_error_rate"] * 4 + ["kpi_employee_satisfaction"] * 4
