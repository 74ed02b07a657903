"""The scorecard of an owner of several programs: bad news first, too little data, private groups, what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from program_data import OCTOBER, monthly
from sending import Send

from lei.evidence.links import Link
from lei.periods import parse_period
from lei.reports.owner_figures import OwnerFigures
from lei.services.owners.draw_owner_scorecard import read_owner_figures
from lei.services.owners.read_owner import OwnerRequest
from lei.storage.database import Database
from lei.storage.program_plans import LinkOwners, Owner, Plan
from lei.storage.programs import add_program, keep_frozen, mark_closed, read_program

MARIA, TOM = Owner("Maria Lopez", "maria@example.com"), Owner("Tom Reed", "tom@example.com")
MADE = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
NOW, TODAY = datetime(2026, 11, 5, 6, 0, tzinfo=UTC), date(2026, 11, 5)
PLAN = Plan(
    name="",
    program_type="compliance_quality",
    business_problem="Errors.",
    where={},
    launch_month=parse_period("2026-05").first_month,
    stops_at_readiness=True,
    owners={link: LinkOwners(MARIA, TOM) for link in Link if link is not Link.BUSINESS_KPI},
)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite: what is stored is told on both databases elsewhere."""
    return sqlite_database


def program(database: Database, name: str, **changes: Any) -> int:
    """A program of that name, frozen in April; its id."""
    plan = replace(PLAN, name=name, where={"program": name}, **changes)
    with database.writing() as session:
        add_program(session, name.lower(), plan, "tom", MADE)
        stored = read_program(session, name.lower())
        assert stored is not None
        keep_frozen(session, stored.id, plan, "tom", MADE)
    return stored.id


def behavior(name: str, before: float, now: float, people: int = 100, measure: str = "behavior_change_rate") -> Any:
    """What was seen at work in a program: one value until April, another from May on."""
    return monthly(measure, "2026-02", [before] * 3 + [now] * 6, people, program=name)


def card(database: Database, who: str = "maria@example.com", least: int = 5) -> OwnerFigures:
    """The scorecard of October, looked at on 5 November."""
    with database.reading() as session:
        return read_owner_figures(session, OwnerRequest(who, OCTOBER, least), NOW, TODAY)


def statuses(figures: OwnerFigures) -> Mapping[str, str]:
    """What is known of application, by program in its order."""
    return {each.program_name: each.behavior.status for each in figures.applications}


def test_what_went_wrong_stands_first_and_the_headline_counts(database: Database, send: Send) -> None:
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        program(database, name)
    send([*behavior("Alpha", 40, 60), *behavior("Beta", 60, 40), *behavior("Gamma", 50, 51)])
    figures = card(database)
    assert list(statuses(figures).items()) == [
        ("Beta", "adverse"),
        ("Alpha", "evidenced"),
        ("Gamma", "flat"),
        ("Delta", "missing"),
    ]
    assert figures.headline == (
        "Application on the job moved as planned in 1 of 4 programs. It moved the wrong way in Beta. It did not change "
        "materially in Gamma. It is not measured in Delta, or cannot show there yet."
    )


def test_what_is_seen_and_what_people_report_stand_side_by_side(database: Database, send: Send) -> None:
    program(database, "Alpha")
    send([*behavior("Alpha", 40, 60), *behavior("Alpha", 50, 30, measure="training_application_rate")])
    (application,) = card(database).applications
    seen = {signal.measure: (signal.change_text, signal.status) for signal in application.behavior.signals}
    assert seen == {
        "training_application_rate": ("−20 percentage points", "adverse"),
        "behavior_change_rate": ("+20 percentage points", "evidenced"),
    }


def test_of_too_few_cases_nothing_but_their_number_is_told(database: Database, send: Send) -> None:
    """Three months of 12 people seen are 36; a rate that people report themselves asks for 30 a window, so take 9."""
    program(database, "Alpha")
    send(behavior("Alpha", 40, 80, people=9, measure="training_application_rate"))
    (signal,) = card(database).applications[0].behavior.signals
    assert (signal.status, signal.cases_text) == ("thin", "27 of 30 needed")
    assert (signal.before, signal.now, signal.change, signal.change_in_points) == (None, None, None, None)
    assert (signal.before_text, signal.now_text, signal.change_text, signal.points_text) == ("", "", "", "")


def test_small_groups_stay_private_whatever_was_reported(database: Database, send: Send) -> None:
    """Observed behavior asks for ten people, and the installation may ask for more."""
    program(database, "Alpha")
    send(behavior("Alpha", 40, 80, people=14))
    assert statuses(card(database)) == {"Alpha": "evidenced"}
    hidden = card(database, least=15)
    assert statuses(hidden) == {"Alpha": "missing"}
    assert hidden.applications[0].behavior.signals == ()


def test_who_owns_both_sides_of_a_link_finds_it_once(database: Database) -> None:
    owners = {Link.LEARNING_ACTIVITY: LinkOwners(TOM, TOM), Link.BEHAVIOR_CHANGE: LinkOwners(MARIA, MARIA)}
    program(database, "Alpha", owners=owners)
    (link,) = card(database, "tom@example.com").other_links
    assert (link.sides, link.sides_text, link.other_owner) == (("business", "learning"), "business and learning", "")
    assert link.signed_text == "you have not signed yet"


def test_programs_that_do_not_run_are_named_and_no_more(database: Database) -> None:
    program(database, "Alpha", launch_month=parse_period("2027-01").first_month)
    closed = program(database, "Beta")
    with database.writing() as session:
        mark_closed(session, closed, "tom", datetime(2026, 9, 30, tzinfo=UTC))
        add_program(session, "gamma", replace(PLAN, name="Gamma"), "tom", MADE)
    figures = card(database)
    assert (figures.applications, figures.other_links, figures.due) == ((), (), ())
    assert figures.not_running == (
        "Alpha is launched in January 2027.",
        "Beta was closed in September 2026.",
        "Gamma is a draft: its plan is not frozen yet.",
    )


def test_a_review_is_asked_for_a_month_ahead_and_listed_before(database: Database) -> None:
    program(database, "Alpha", review_dates=(date(2026, 12, 6),), owners={Link.BEHAVIOR_CHANGE: LinkOwners(TOM, TOM)})
    figures = card(database, "tom@example.com")
    assert [(due.kind, due.due_text) for due in figures.due] == [
        ("sign_off", "14 October 2026, overdue"),
        ("review", "6 December 2026"),
    ]
    assert figures.asked.startswith("We ask you for 2 things, the first by 14 October 2026, overdue.")
    program(
        database, "Beta", review_dates=(date(2026, 12, 7),), owners={Link.BEHAVIOR_CHANGE: LinkOwners(MARIA, MARIA)}
    )
    assert card(database).asked.startswith("We ask you for 1 thing")
