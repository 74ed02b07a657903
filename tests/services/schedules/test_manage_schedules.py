"""Schedules are refused for what would make them fail on their day, and changed without sending what is past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lei.clock import FixedClock
from lei.errors import ConflictError, InvalidError, NotFoundError
from lei.periods import Grain
from lei.services.access.check_recipients import address_fault
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.services.schedules.due_runs import RECORDED_OCCASIONS, anything_due, coming_runs, find_due_runs, skip_next_run
from lei.services.schedules.manage_schedules import (
    create_schedule,
    delete_schedule,
    existing_schedule,
    replace_plan,
    schedule_named,
)
from lei.storage.database import Database
from lei.storage.runs import Run, list_runs, read_run
from lei.storage.schedules import Gate, Schedule, SchedulePlan

PLAN = SchedulePlan(
    name="Board",
    cron="0 7 1 * *",
    timezone="Europe/Berlin",
    grain=Grain.MONTH,
    recipients=("anna@example.com",),
    where={},
)
OWNED = {"owner": "olga@example.com"}
DECEMBER = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)


def create(database: Database, clock: FixedClock, **changes: Any) -> Schedule:
    with database.writing() as session:
        return create_schedule(session, replace(PLAN, **changes), clock.now())


def change(database: Database, schedule: Schedule, now: datetime, **changes: Any) -> Schedule:
    with database.writing() as session:
        plan = replace(existing_schedule(session, schedule.id).plan, **changes)
        return replace_plan(session, schedule.id, plan, now)


def evaluate(database: Database, now: datetime) -> None:
    with database.writing() as session:
        find_due_runs(session, now)


def runs_of(database: Database, schedule: Schedule) -> list[Run]:
    """The runs of a schedule, in the order of their instants."""
    with database.reading() as session:
        return sorted(list_runs(session, schedule.id), key=lambda run: run.scheduled_for)


def fault(database: Database, clock: FixedClock, **changes: Any) -> tuple[str, str]:
    """The one field at fault, and the sentence."""
    with pytest.raises(InvalidError) as caught:
        create(database, clock, **changes)
    (problem,) = caught.value.problems
    return problem.field, problem.message


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"name": "  "}, "name", "1 to 200 printable characters"),
            ({"name": "a\nb"}, "name", "printable"),
            ({"name": "42"}, "name", "mistaken for the id"),
            ({"cron": "0 7 1 *"}, "cron", "five fields"),
            ({"cron": "0 7 31 2 *"}, "cron", "Month 2 never has a day 31. For the last day of a month write L."),
            ({"cron": "0 7 " + "1," * 60 + "1 * *"}, "cron", "at most 100 characters"),
            ({"timezone": "Europe/Berln"}, "timezone", "Did you mean 'Europe/Berlin'?"),
            ({"timezone": "CEST?"}, "timezone", "There is no time zone 'CEST?'."),
            ({"recipients": ()}, "recipients", "at least one recipient"),
            ({"recipients": tuple(f"p{n}@example.com" for n in range(201))}, "recipients", "at most 200"),
            ({"recipients": ("a@example.com", "A@example.com")}, "recipients", "there twice"),
            ({"recipients": ("anna",)}, "recipients", "not of the form name@example.com"),
            ({"recipients": ("a@example.com\r\nBcc: eve@example.com",)}, "recipients", "not plain ASCII"),
            ({"where": {"regoin": "North"}}, "where", "Did you mean 'region'?"),
            ({"where": {"region": ""}}, "where", "Give a value for the dimension 'region'"),
            ({"by": "team"}, "by", "There is no dimension 'team'."),
            ({"where": {"region": "North"}, "by": "region"}, "by", "cannot be in `by` and in `where` at once"),
            ({"where": {"region": "North", "role": "Agent"}, "by": "unit"}, "where", "at most 2 dimensions"),
            ({"owner": "olga"}, "owner", "not of the form name@example.com"),
            ({"approval": True}, "owner", "An approval needs an `owner`"),
            ({"gate": Gate(3, 80.0)}, "owner", "A gate needs an `owner`"),
            ({**OWNED, "gate": Gate(3)}, "gate", "`min_coverage`, for `max_age_days`, or for both"),
            ({**OWNED, "gate": Gate(3, 0.8)}, "gate.min_coverage", "Write 80 for 80%."),
            ({**OWNED, "gate": Gate(3, 101.0)}, "gate.min_coverage", "up to 100"),
            ({**OWNED, "gate": Gate(3, 0.0)}, "gate.min_coverage", "up to 100"),
            ({**OWNED, "gate": Gate(3, None, 0)}, "gate.max_age_days", "1 to 366 days"),
            ({**OWNED, "gate": Gate(61, 80.0)}, "gate.deadline_days", "0 to 60 days"),
            ({**OWNED, "gate": Gate(-1, 80.0)}, "gate.deadline_days", "0 to 60 days"),
            ({**OWNED, "gate": Gate(0, 80.0, None, "24:00")}, "gate.deadline_at", "no time of the day"),
        ],
    )
    def test_one_fault(
        self, sqlite_database: Database, clock: FixedClock, changes: dict[str, Any], field: str, sentence: str
    ) -> None:
        found, message = fault(sqlite_database, clock, **changes)
        assert found == field
        assert sentence in message

    def test_all_faults_are_named_at_once(self, sqlite_database: Database, clock: FixedClock) -> None:
        with pytest.raises(InvalidError) as caught:
            create(sqlite_database, clock, cron="x", timezone="Nowhere/At/All", recipients=("?",))
        assert {problem.field for problem in caught.value.problems} == {"cron", "timezone", "recipients"}

    @pytest.mark.parametrize(
        "address", ["anna@example.com", "a.b+c@sub.example.com", "root@localhost", "o'neil@example.co.uk", "x@xn--p1ai"]
    )
    def test_addresses_that_are_fine(self, address: str) -> None:
        assert address_fault(address) is None

    @pytest.mark.parametrize(
        "address",
        [
            *("", "@", "a@", "@b", "a b@c.de", "a@b c", "a@b..c", "a@-b.de", "Anna <a@b.de>", "a@b.de,c@d.de", "a@b@c"),
            *("ä@example.com", "a@exämple.com", "a\t@b.de", "a@[127.0.0.1", f"{'a' * 250}@b.de"),
        ],
    )
    def test_addresses_that_are_none(self, address: str) -> None:
        assert address_fault(address) is not None

    def test_a_name_that_is_taken(self, database: Database, clock: FixedClock) -> None:
        create(database, clock)
        other = create(database, clock, name="Other")
        with pytest.raises(ConflictError, match="already a schedule named 'Board'"):
            create(database, clock)
        with pytest.raises(ConflictError, match="already a schedule named 'Board'"):
            change(database, other, clock.now(), name="Board")

    def test_a_deleted_schedule_leaves_its_name(self, database: Database, clock: FixedClock) -> None:
        first = create(database, clock)
        with database.writing() as session:
            delete_schedule(session, first.id, clock.now())
            with pytest.raises(NotFoundError):
                existing_schedule(session, first.id)
        assert create(database, clock).id != first.id


class TestChanges:
    def test_the_same_plan_again_changes_nothing(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock)
        assert change(database, schedule, clock.now() + timedelta(days=1)) == schedule

    def test_a_schedule_is_found_by_name_and_by_id(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock)
        with database.reading() as session:
            assert schedule_named(session, "Board") == schedule_named(session, str(schedule.id)) == schedule
            for unknown in ("Bord", "99", "9" * 40):
                with pytest.raises(NotFoundError, match=unknown):
                    schedule_named(session, unknown)

    def test_occasions_that_passed_while_it_was_disabled_are_not_made_up_for(
        self, database: Database, clock: FixedClock
    ) -> None:
        schedule = create(database, clock, enabled=False)
        evaluate(database, DECEMBER + timedelta(days=5))
        change(database, schedule, DECEMBER + timedelta(days=6), enabled=True)
        evaluate(database, DECEMBER + timedelta(days=6))
        assert runs_of(database, schedule) == []
        january = datetime(2027, 1, 1, 6, 0, tzinfo=UTC)
        evaluate(database, january)
        assert [run.scheduled_for for run in runs_of(database, schedule)] == [january]

    def test_a_change_just_after_the_hour_does_not_lose_what_was_due(
        self, database: Database, clock: FixedClock
    ) -> None:
        schedule = create(database, clock)
        changed = change(database, schedule, DECEMBER + timedelta(seconds=10), recipients=("ben@example.com",))
        evaluate(database, DECEMBER + timedelta(seconds=20))
        assert [(run.scheduled_for, run.state) for run in runs_of(database, schedule)] == [(DECEMBER, "pending")]
        assert changed.plan.recipients == ("ben@example.com",)

    def test_a_new_time_of_day_does_not_send_for_today_when_it_is_past(
        self, database: Database, clock: FixedClock
    ) -> None:
        schedule = create(database, clock)
        change(database, schedule, DECEMBER - timedelta(minutes=30), cron="0 6 1 * *")
        evaluate(database, DECEMBER)
        assert runs_of(database, schedule) == []


class TestDueRuns:
    def test_a_run_is_recorded_once_however_often_one_looks(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock)
        for seconds in (-1, 0, 0, 30, 60):
            evaluate(database, DECEMBER + timedelta(seconds=seconds))
        (run,) = runs_of(database, schedule)
        assert (run.scheduled_for, run.period, run.kind, run.state) == (DECEMBER, "2026-11", "scheduled", "pending")

    def test_whether_anything_is_due_can_be_asked_without_writing(self, database: Database, clock: FixedClock) -> None:
        create(database, clock)
        with database.reading() as session:
            assert not anything_due(session, DECEMBER - timedelta(seconds=1))
            assert anything_due(session, DECEMBER)

    def test_after_downtime_only_the_newest_occasion_is_sent(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock)
        evaluate(database, datetime(2027, 2, 20, tzinfo=UTC))
        found = [(run.period, run.state) for run in runs_of(database, schedule)]
        assert found == [("2026-11", "skipped"), ("2026-12", "skipped"), ("2027-01", "pending")]
        skipped = runs_of(database, schedule)[0]
        assert skipped.reason is not None
        assert "only the newest occasion was sent" in skipped.reason
        assert skipped.finished_at is not None

    def test_of_a_long_downtime_the_rest_is_counted(self, sqlite_database: Database, clock: FixedClock) -> None:
        schedule = create(sqlite_database, clock, cron="0 * * * *")
        evaluate(sqlite_database, clock.now() + timedelta(hours=RECORDED_OCCASIONS + 7))
        found = runs_of(sqlite_database, schedule)
        assert [run.state for run in found] == ["skipped"] * (RECORDED_OCCASIONS - 1) + ["pending"]
        assert found[0].reason is not None
        assert "7 occasions before this one were missed as well" in found[0].reason

    def test_a_schedule_may_send_all_that_was_missed(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock, after_downtime="send_all")
        evaluate(database, datetime(2027, 2, 20, tzinfo=UTC))
        found = [(run.period, run.state) for run in runs_of(database, schedule)]
        assert found == [("2026-11", "pending"), ("2026-12", "pending"), ("2027-01", "pending")]

    def test_a_schedule_may_send_nothing_late(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock, after_downtime="skip")
        january = datetime(2027, 1, 1, 6, 0, tzinfo=UTC)
        evaluate(database, january + timedelta(hours=1))  # just on time: that of January is sent
        evaluate(database, datetime(2027, 2, 1, 7, 0, 1, tzinfo=UTC))
        found = [(run.period, run.state) for run in runs_of(database, schedule)]
        assert found == [("2026-11", "skipped"), ("2026-12", "pending"), ("2027-01", "skipped")]
        last = runs_of(database, schedule)[-1]
        assert last.reason == "No worker was running at that time, and this schedule sends nothing late."

    def test_of_too_many_to_make_up_for_the_newest_are_sent(self, sqlite_database: Database, clock: FixedClock) -> None:
        schedule = create(sqlite_database, clock, cron="0 * * * *", after_downtime="send_all")
        evaluate(sqlite_database, clock.now() + timedelta(hours=RECORDED_OCCASIONS + 7))
        found = runs_of(sqlite_database, schedule)
        assert [run.state for run in found] == ["skipped"] + ["pending"] * (RECORDED_OCCASIONS - 1)
        assert found[0].reason is not None
        assert "this occasion and 7 before it" in found[0].reason

    def test_a_skipped_occasion_stays_skipped_when_its_time_comes(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock)
        with database.writing() as session:
            assert skip_next_run(session, schedule, "Maria", clock.now()) == DECEMBER
        evaluate(database, DECEMBER + timedelta(minutes=1))
        (run,) = runs_of(database, schedule)
        assert (run.scheduled_for, run.state, run.reason) == (DECEMBER, "skipped", "Skipped by Maria.")

    def test_a_pause_leaves_out_what_falls_before_its_end_and_says_so(
        self, database: Database, clock: FixedClock
    ) -> None:
        # In Auckland the 1st of February begins while it is still the 31st of January in UTC.
        schedule = create(
            database, clock, cron="30 0 1 * *", timezone="Pacific/Auckland", paused_until=date(2027, 2, 1)
        )
        with database.reading() as session:
            assert coming_runs(session, schedule, clock.now(), 1) == [datetime(2027, 1, 31, 11, 30, tzinfo=UTC)]
        for month in (12, 13, 14):
            evaluate(database, datetime(2026 + month // 13, (month - 1) % 12 + 1, 1, tzinfo=UTC))
        found = [(run.period, run.state, run.reason) for run in runs_of(database, schedule)]
        paused = "The schedule was paused until 2027-02-01."
        assert found == [("2026-11", "skipped", paused), ("2026-12", "skipped", paused), ("2027-01", "pending", None)]

    def test_after_a_downtime_and_a_pause_the_newest_since_the_pause_is_sent(
        self, database: Database, clock: FixedClock
    ) -> None:
        schedule = create(database, clock, paused_until=date(2026, 12, 15))
        evaluate(database, datetime(2027, 2, 20, tzinfo=UTC))
        found = [(run.period, run.state) for run in runs_of(database, schedule)]
        assert found == [("2026-11", "skipped"), ("2026-12", "skipped"), ("2027-01", "pending")]
        first, second, _ = runs_of(database, schedule)
        assert first.reason == "The schedule was paused until 2026-12-15."
        assert second.reason != first.reason

    def test_the_period_is_that_of_the_schedules_own_zone(self, database: Database, clock: FixedClock) -> None:
        # Half past midnight on 1 December in Auckland is still November in UTC.
        schedule = create(database, clock, cron="30 0 1 * *", timezone="Pacific/Auckland")
        evaluate(database, DECEMBER)
        (run,) = runs_of(database, schedule)
        assert (run.scheduled_for, run.period) == (datetime(2026, 11, 30, 11, 30, tzinfo=UTC), "2026-11")


class TestRunsThatSomebodyAsksFor:
    def ask(self, database: Database, schedule: Schedule, period: str | None, now: datetime) -> Run:
        with database.writing() as session:
            run = read_run(session, run_schedule_now(session, schedule.id, period, now))
        assert run is not None
        return run

    def test_without_a_period_it_is_the_last_complete_one(self, database: Database, clock: FixedClock) -> None:
        run = self.ask(database, create(database, clock), None, clock.now())
        assert (run.kind, run.period, run.state, run.scheduled_for) == ("manual", "2026-10", "pending", clock.now())

    def test_two_at_one_instant_are_two_runs(self, database: Database, clock: FixedClock) -> None:
        schedule = create(database, clock)
        first = self.ask(database, schedule, "2026-08", clock.now())
        second = self.ask(database, schedule, "2026-09", clock.now())
        third = self.ask(database, schedule, "2026-10", clock.now())
        assert len({first.id, second.id, third.id}) == len({run.scheduled_for for run in (first, second, third)}) == 3
        assert [first.period, second.period, third.period] == ["2026-08", "2026-09", "2026-10"]

    def test_a_disabled_schedule_can_be_run_too(self, database: Database, clock: FixedClock) -> None:
        assert self.ask(database, create(database, clock, enabled=False), "2026-09", clock.now()).state == "pending"

    @pytest.mark.parametrize(
        ("period", "sentence"),
        [
            ("2026-13", "no such month"),
            ("2026-Q3", "'2026-Q3' is a quarter, and the schedule 'Board' is about a month."),
            ("2026-12", "2026-12 has not begun; the last complete month is 2026-10."),
            ("2026-10-15", "is a day"),
        ],
    )
    def test_a_period_that_means_nothing_is_refused(
        self, sqlite_database: Database, clock: FixedClock, period: str, sentence: str
    ) -> None:
        schedule = create(sqlite_database, clock)
        with pytest.raises(InvalidError) as caught:
            self.ask(sqlite_database, schedule, period, clock.now())
        assert sentence in caught.value.detail
