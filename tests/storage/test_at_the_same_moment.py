"""What two do at the same moment: both get what they asked for, or the second one a sentence that says why not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from waiting import wait_until_blocked

from lei.clock import FixedClock
from lei.errors import ConflictError
from lei.periods import Grain
from lei.services.access.manage_recipients import existing_scope, set_recipient_scope
from lei.services.access.manage_webhooks import create_webhook
from lei.services.schedules.manage_schedules import create_schedule
from lei.storage.database import Database
from lei.storage.schedules import SchedulePlan
from lei.storage.unsubscriptions import unsubscribe, unsubscribed_from
from lei.storage.webhooks import list_webhooks, webhooks

ANNA = "anna@example.com"


def at_the_same_moment(
    database: Database, first: Callable[[Session], object], second: Callable[[Session], object]
) -> Exception | None:
    """Do the second thing while the first is done and not committed yet; what the second one raises."""
    raised: list[Exception] = []

    def come_second() -> None:
        try:
            with database.writing() as session:
                second(session)
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=come_second)
    with database.writing() as session:
        first(session)
        thread.start()
        wait_until_blocked(database, session, 1)
    thread.join(timeout=60)
    return raised[0] if raised else None


def test_of_two_who_set_the_scope_of_a_recipient_the_later_one_counts(database: Database, clock: FixedClock) -> None:
    def limit_to(region: str) -> Callable[[Session], object]:
        return lambda session: set_recipient_scope(session, ANNA, [{"region": region}], "an admin", clock.now())

    assert at_the_same_moment(database, limit_to("North"), limit_to("South")) is None
    with database.reading() as session:
        assert existing_scope(session, ANNA).segments == ({"region": "South"},)


def test_who_unsubscribes_twice_at_once_has_unsubscribed(database: Database, clock: FixedClock) -> None:
    plan = SchedulePlan("Board", "0 7 1 * *", "UTC", Grain.MONTH, (ANNA,), {})
    with database.writing() as session:
        schedule = create_schedule(session, plan, clock.now()).id

    def leave(session: Session) -> None:
        unsubscribe(session, schedule, ANNA, clock.now())

    assert at_the_same_moment(database, leave, leave) is None
    with database.reading() as session:
        assert unsubscribed_from(session, schedule) == [ANNA]


def test_of_two_who_take_one_name_the_second_hears_that_it_is_taken(database: Database, clock: FixedClock) -> None:
    def make(session: Session) -> object:
        return create_webhook(session, "intranet", "https://intranet.example.com/lei", "pdf", "an admin", clock.now())

    raised = at_the_same_moment(database, make, make)

    assert isinstance(raised, ConflictError)
    with database.reading() as session:
        assert [hook.name for hook in list_webhooks(session)] == ["intranet"]


def test_what_breaks_another_rule_of_a_table_is_still_an_error_of_the_program(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.writing() as session:
        session.execute(sa.insert(webhooks).values(name="without an address"))
