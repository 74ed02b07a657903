"""The owner of a feed that goes silent gets one mail for each silence."""

from __future__ import annotations

from datetime import UTC, datetime

from due_day import MakeWorker
from postbox import Postbox

from lei.clock import FixedClock
from lei.services.feeds.feed_rhythms import Rhythm
from lei.services.feeds.manage_feeds import Expectation, Setter, set_feed
from lei.services.feeds.watch_feeds import note_feeds, silent_feeds
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.owner_mail.remind_owners import remind_owners
from lei.storage.database import Database
from lei.storage.feeds import noted_up_to


def come(database: Database, clock: FixedClock, month: int, day: int) -> None:
    clock.instant = datetime(2026, month, day, 9, 0, tzinfo=UTC)
    record = {"measure": "pass_rate", "period": f"2026-{month:02d}-{day:02d}", "value": 80, "sample_size": 9}
    with database.writing() as session:
        ingest_records(session, [record], IngestOptions("lms", "test"), clock.now())


def test_one_mail_for_each_silence(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
) -> None:
    workers = [make_worker(name, postbox.url) for name in ("one", "two")]
    come(database, clock, 3, 2)
    with database.writing() as session:
        expected = Expectation(Rhythm.WEEKLY, 1, "lms@example.com")
        set_feed(session, "lms", "pass_rate", expected, Setter("tom", clock.now(), clock.now().date()))

    def look(month: int, day: int) -> int:
        clock.instant = datetime(2026, month, day, 9, 0, tzinfo=UTC)
        for worker in workers:
            note_feeds(worker)
            remind_owners(worker)
        return len(postbox.mails)

    # Expected on the 9th; silent once the 16th has passed by more than a day of grace.
    assert [look(3, day) for day in (10, 17, 18, 19, 25)] == [0, 0, 1, 1, 1]
    come(database, clock, 3, 26)
    assert [look(4, day) for day in (2, 10, 11, 12)] == [1, 1, 2, 2]
    _, mail = postbox.mails[0]
    assert mail["Subject"] == "Silent: pass_rate from lms"
    assert "the last came on 2026-03-02, weekly, expected by 2026-03-09" in " ".join(mail.get_content().split())
    with database.reading() as session:
        assert noted_up_to(session) == 2


def test_a_page_calls_no_feed_silent_while_much_of_what_came_is_still_to_be_noted(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
) -> None:
    worker = make_worker("one", postbox.url)
    come(database, clock, 3, 2)
    with database.writing() as session:
        expected = Expectation(Rhythm.WEEKLY, 1, None)
        set_feed(session, "lms", "pass_rate", expected, Setter("tom", clock.now(), clock.now().date()))
    note_feeds(worker)
    clock.instant = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)

    def silent() -> list[str]:
        with database.reading() as session:
            return [feed.measure for feed in silent_feeds(session, clock.now().date())]

    assert silent() == ["pass_rate"]
    records = [
        {
            "measure": "completion_rate",
            "period": "2026-03",
            "value": 80,
            "sample_size": 9,
            "dimensions": {"unit": f"U{n}"},
        }
        for n in range(4_000)
    ]
    sources = [f"hris {number}" for number in range(6)]
    with database.writing() as session:
        for source in sources:
            ingest_records(session, records, IngestOptions(source, "test"), clock.now())
    assert silent() == []
    note_feeds(worker)
    assert silent() == ["pass_rate"]
