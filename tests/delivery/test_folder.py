"""Scorecards in a folder that others read too: whole or not at all, under names that last, and nowhere else."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from due_day import DUE, MakeSchedule, all_deliveries

from lei.clock import FixedClock
from lei.config import load_settings
from lei.delivery.folder import write_file
from lei.errors import ConfigurationError, DeliveryError, InvalidError
from lei.services.access.check_recipients import RecipientRules
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.schedules import Schedule, SchedulePlan
from lei.storage.scorecards import scorecards

MakeWorker = Callable[..., Worker]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder that scorecards may go to."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def make_share_schedule(database: Database, clock: FixedClock, plan: SchedulePlan, share: Path) -> MakeSchedule:
    """Make a schedule that delivers into the share."""

    def make(**changes: Any) -> Schedule:
        wanted = replace(plan, **{"recipients": (f"folder:{share}",), **changes})
        with database.writing() as session:
            return create_schedule(session, wanted, clock.now(), RecipientRules(folders=(share,)))

    return make


def test_a_scorecard_lies_in_the_folder_as_it_was_published(
    *,
    database: Database,
    clock: FixedClock,
    make_share_schedule: MakeSchedule,
    make_worker: MakeWorker,
    share: Path,
    api: Callable[..., Any],
) -> None:
    make_share_schedule(name="Board of Süd")
    clock.instant = DUE
    work_off(make_worker(settings={"folders": (share,)}))
    with database.reading() as session:
        stored = session.execute(sa.select(scorecards.c.pdf, scorecards.c.pdf_sha256)).one()
    (file,) = share.iterdir()
    assert file.name == f"lei-scorecard-2026-11-board-of-sud-{stored.pdf_sha256[:12]}.pdf"
    assert file.read_bytes() == bytes(stored.pdf)
    delivery = all_deliveries(database)[0]
    assert (delivery.status, delivery.recipient) == ("sent", f"folder:{share}")
    kept = api("GET", f"/deliveries/{delivery.id}").get_json()["message"]
    assert (kept["content_type"], kept["sha256"]) == ("application/pdf", stored.pdf_sha256)
    assert api("GET", f"/deliveries/{delivery.id}/message").data == bytes(stored.pdf)


def test_the_same_again_is_the_same_file_and_another_never_replaces_it(
    database: Database, clock: FixedClock, make_share_schedule: MakeSchedule, make_worker: MakeWorker, share: Path
) -> None:
    schedule = make_share_schedule()
    worker = make_worker(settings={"folders": (share,)})
    clock.instant = DUE
    work_off(worker)
    (first,) = share.iterdir()
    first_bytes = first.read_bytes()
    with database.writing() as session:
        run_schedule_now(session, schedule.id, "2026-11", clock.now())
    work_off(worker)
    assert [file.name for file in share.iterdir()] == [first.name]

    with database.writing() as session:
        run_schedule_now(session, schedule.id, "2026-11", clock.now())
    work_off(make_worker(settings={"folders": (share,)}, draw_pack=another_pack(worker)))
    assert len(list(share.iterdir())) == 2
    assert first.read_bytes() == first_bytes


def another_pack(worker: Worker) -> Any:
    """Draws what the worker draws, with other bytes."""

    def draw(*args: Any) -> Any:
        pdf = b"%PDF-1.7 with later data"
        return [replace(one, pdf=pdf, sha256=sha256(pdf).hexdigest()) for one in worker.draw_pack(*args)]

    return draw


def test_a_share_that_is_not_mounted_is_tried_again(
    database: Database, clock: FixedClock, make_share_schedule: MakeSchedule, make_worker: MakeWorker, share: Path
) -> None:
    make_share_schedule()
    share.rmdir()
    clock.instant = DUE
    worker = make_worker(settings={"folders": (share,)})
    work_off(worker)
    (delivery,) = all_deliveries(database)
    assert (delivery.status, delivery.next_attempt_at) == ("pending", DUE + timedelta(minutes=1))
    assert delivery.last_error == f"The folder {share} does not exist; is the share mounted?"
    share.mkdir()
    clock.instant = DUE + timedelta(minutes=1)
    work_off(worker)
    assert all_deliveries(database)[0].status == "sent"


def test_a_folder_that_is_no_longer_allowed_gets_nothing(
    database: Database, clock: FixedClock, make_share_schedule: MakeSchedule, make_worker: MakeWorker, share: Path
) -> None:
    make_share_schedule()
    clock.instant = DUE
    work_off(make_worker())
    (delivery,) = all_deliveries(database)
    assert (delivery.status, list(share.iterdir())) == ("failed", [])
    assert delivery.last_error == f"The folder {share} lies outside of what LEI_FOLDERS allows."


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may grow beyond this: what a full disk does to whoever writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_without_room_is_tried_again_and_keeps_no_half_file(share: Path) -> None:
    write_file(share, "card.pdf", b"the one before", [share])
    with files_of_at_most(1000), pytest.raises(DeliveryError) as caught:
        write_file(share, "card.pdf", b"x" * 100_000, [share])
    assert not caught.value.permanent
    assert caught.value.detail.startswith(f"The folder {share} does not take the file: ")
    assert [(file.name, file.read_bytes()) for file in share.iterdir()] == [("card.pdf", b"the one before")]


def test_a_link_that_leads_out_of_what_is_allowed_is_not_followed(share: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (share / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DeliveryError, match="lies outside of what LEI_FOLDERS allows") as caught:
        write_file(share / "out", "card.pdf", b"%PDF", [share])
    assert caught.value.permanent
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("where", ["{share}/../elsewhere", "{share}x", "/etc", "share", "", "../share"])
def test_a_schedule_names_only_folders_that_are_allowed(
    sqlite_database: Database, clock: FixedClock, plan: SchedulePlan, share: Path, where: str
) -> None:
    wanted = replace(plan, recipients=(f"folder:{where.format(share=share)}",))
    with sqlite_database.writing() as session, pytest.raises(InvalidError) as caught:
        create_schedule(session, wanted, clock.now(), RecipientRules(folders=(share,)))
    assert {problem.field for problem in caught.value.problems} == {"recipients"}


def test_where_no_folder_is_allowed_none_is() -> None:
    assert load_settings({}).folders == ()
    assert load_settings({"LEI_FOLDERS": "/mnt/a, /mnt/b"}).folders == (Path("/mnt/a"), Path("/mnt/b"))
    for wrong in ("share", "/mnt/../etc"):
        with pytest.raises(ConfigurationError, match="LEI_FOLDERS"):
            load_settings({"LEI_FOLDERS": wrong})
