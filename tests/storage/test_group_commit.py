"""What waits at the same time is committed together, and one that fails touches no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.errors import EndUnknownError, UnavailableError
from lei.storage.database import Database
from lei.storage.group_commit import GroupCommit

FOLLOWERS = 5
ADD = sa.text("INSERT INTO dimensions (key, display_name) VALUES (:name, :name)")


class Recorder:
    """Adds dimensions named by the items, and keeps which items each call was given.

    `fails` raises; `first` waits until all the others have asked, so that they gather behind it.
    """

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.first_runs, self.others_asked = threading.Event(), threading.Event()

    def __call__(self, session: Session, items: Sequence[str]) -> list[str]:
        self.calls.append(list(items))
        if "first" in items:
            self.first_runs.set()
            self.others_asked.wait(30)
        for name in items:
            session.execute(ADD, {"name": name})
            if name == "fails":
                raise ValueError("It failed.")
        return [name.upper() for name in items]


def ask_together(database: Database, recorder: Recorder, names: Sequence[str]) -> dict[str, Future[str]]:
    """Ask for `first`, then for the others from a thread each while `first` has not been committed."""
    asking = threading.Semaphore(0)

    def ask(name: str) -> str:
        asking.release()
        return database.write_together(recorder, name)

    with ThreadPoolExecutor(len(names) + 1) as pool:
        found = {"first": pool.submit(ask, "first")}
        asking.acquire()
        recorder.first_runs.wait(30)
        found |= {name: pool.submit(ask, name) for name in names}
        for _ in names:
            asking.acquire()
        wait_until(lambda: len(database.together.waiting) == len(names))
        recorder.others_asked.set()
    return found


def wait_until(true: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "they never came together"
        pause.wait(0.001)


def stored(database: Database) -> set[str]:
    with database.reading() as session:
        return {row.key for row in session.execute(sa.text("SELECT key FROM dimensions"))}


def test_those_who_wait_for_a_commit_are_committed_together_and_each_gets_its_own_answer(database: Database) -> None:
    recorder, names = Recorder(), [f"item {number}" for number in range(FOLLOWERS)]
    answers = ask_together(database, recorder, names)
    assert {name: answer.result() for name, answer in answers.items()} == {n: n.upper() for n in ["first", *names]}
    assert [sorted(call) for call in recorder.calls] == [["first"], names]
    assert {"first", *names} <= stored(database)


def test_one_that_fails_is_told_and_the_others_are_stored_each_by_itself(database: Database) -> None:
    recorder, good = Recorder(), [f"item {number}" for number in range(FOLLOWERS)]
    answers = ask_together(database, recorder, [*good[:2], "fails", *good[2:]])
    with pytest.raises(ValueError, match="It failed"):
        answers["fails"].result()
    assert [answers[name].result() for name in good] == [name.upper() for name in good]
    assert sorted(sorted(call) for call in recorder.calls[2:]) == sorted([name] for name in [*good, "fails"])
    assert set(good) <= stored(database)
    assert "fails" not in stored(database)


def test_after_a_failure_of_one_alone_the_next_is_served(sqlite_database: Database) -> None:
    recorder = Recorder()
    with pytest.raises(ValueError, match="It failed"):
        sqlite_database.write_together(recorder, "fails")
    assert sqlite_database.write_together(recorder, "next") == "NEXT"
    assert recorder.calls == [["fails"], ["next"]]


def test_a_group_whose_end_is_unknown_is_not_said_to_be_absent_when_its_repeat_fails_too() -> None:
    """The commit of the group is lost on the way back, and then the database is gone."""
    both_asked, opened = threading.Event(), []

    @contextmanager
    def losing() -> Iterator[Session]:
        opened.append(1)
        if len(opened) == 1:
            yield Session()
        elif len(opened) == 2:
            yield Session()
            raise EndUnknownError("Nobody knows.")
        else:
            raise UnavailableError("Nothing was stored.")

    def work(_session: Session, items: Sequence[str]) -> list[str]:
        if "first" in items:
            both_asked.wait(30)
        return list(items)

    group = GroupCommit(losing)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(group.run, work, "first")
        wait_until(lambda: len(opened) == 1)
        others = [pool.submit(group.run, work, name) for name in ("second", "third")]
        wait_until(lambda: len(group.waiting) == 2)
        both_asked.set()
    assert first.result() == "first"
    for other in others:
        with pytest.raises(EndUnknownError):
            other.result()
