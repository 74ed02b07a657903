"""Deliveries while workers are killed: 4 workers, 50 schedules, 200 ticks, a kill -9 about every third tick.

python benchmarks/deliveries_under_kill.py [DATABASE_URL]

A tick is half a minute on the workers' clock and about two seconds on ours, so that a lease lasts six of them. Workers
are real processes that send by SMTP to a server in this process; scorecards are small and quick, since drawing them is
not what is tried here. Every fifth schedule waits for data, which come in half way, and another fifth for an approval,
which this process gives at each tick. Prints how many mails were due, how many came, and how many came twice (same
Message-ID): in SMTP's own window, and outside of it, which must not happen. In the window is a mail whose worker was
killed within a second of the server's yes: after it, before the yes was noted; or before it, when all of the mail had
left already and the server took it from a dead sender.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lei.config import load_settings
from lei.delivery.registry import transport_for
from lei.periods import Grain
from lei.reports.figures import ScorecardFigures
from lei.reports.pdf import DrawnPdf
from lei.reports.sample import sample_figures
from lei.services.deliveries.decide_run import decide
from lei.services.deliveries.deliver import work_off
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest
from lei.services.set_up import set_up_database
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.deliveries import DeliveryFilter, list_deliveries
from lei.storage.runs import Decision, list_runs, waiting_runs
from lei.storage.schedules import Gate, SchedulePlan, list_schedules
from lei.storage.scorecards import drafts_of_run

WORKERS, SCHEDULES, TICKS = 4, 50, 200
GATED, APPROVED = 0, 1  # schedules whose number leaves this by five
OWNER = "owner@example.com"
KILL_SHARE = 0.33
WINDOW_SECONDS = 1.0
TICK, SECONDS_A_TICK = timedelta(seconds=30), 2.0
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass
class FileClock:
    """A clock that all processes read from one file."""

    file: Path

    def now(self) -> datetime:
        """The instant that stands in the file."""
        return datetime.fromisoformat(self.file.read_text(encoding="ascii"))

    def set(self, instant: datetime) -> None:
        """Let all processes see this instant, at once and whole."""
        part = self.file.with_suffix(".part")
        part.write_text(instant.isoformat(), encoding="ascii")
        part.replace(self.file)


class Mailbox:
    """A mail server that notes when it takes which Message-ID."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {}
        self.notes: dict[str, list[float]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        """Take every message."""
        head = envelope.content.split(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n ", " ")
        (line,) = [line for line in head.splitlines() if line.lower().startswith("message-id:")]
        mails = self.notes if envelope.rcpt_tos == [OWNER] else self.taken
        mails.setdefault(line.partition(":")[2].strip(), []).append(time.monotonic())
        return "250 OK"


def draw(session: Any, plan: SchedulePlan, period: Any, group: int, now: datetime) -> Sequence[DrawnScorecard]:
    """A scorecard that costs nothing."""
    figures = replace(sample_figures(), title=plan.name)
    return [DrawnScorecard(ScorecardRequest(period, plan.where), figures, b"%PDF-1.7 small", "0" * 64, 1)]


def redraw(figures: ScorecardFigures) -> DrawnPdf:
    """The same with other marks."""
    return DrawnPdf(b"%PDF-1.7 small", 1)


def work(database_url: str, smtp_url: str, clock_file: str, owner: str) -> None:
    """One worker, until it is killed."""
    settings = load_settings({"LEI_SMTP_URL": smtp_url})
    clock = FileClock(Path(clock_file))
    database = Database(database_url)
    worker = Worker(database, settings, clock, owner, transport_for(settings), draw, 0.5, redraw)
    while True:
        work_off(worker)
        remind_owners(worker)
        time.sleep(0.05)


def spawn(arguments: Sequence[str], number: int) -> subprocess.Popen[bytes]:
    """A worker in a process of its own, under a name that none had before."""
    return subprocess.Popen([sys.executable, __file__, "--work", *arguments, f"worker-{number}"])


def main(database_url: str, seed: int = 20261121) -> None:
    """Set up, run all ticks with kills, let the last leases run out, and count."""
    from aiosmtpd.controller import Controller

    database = Database(database_url)
    set_up_database(database, START)
    with database.writing() as session:
        for number in range(SCHEDULES):
            create_schedule(session, plan_of(number), START)
    mailbox = Mailbox()
    port = 20_000 + os.getpid() % 20_000
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    with tempfile.TemporaryDirectory() as folder:
        clock = FileClock(Path(folder) / "clock")
        clock.set(START)
        kills = run_ticks(clock, [database_url, f"smtp://127.0.0.1:{port}", str(clock.file)], random.Random(seed))  # noqa: S311 - chance, not a secret
    controller.stop()
    report(database, mailbox, kills)


def plan_of(number: int) -> SchedulePlan:
    """Every ten minutes to two people; some wait for data or for an approval."""
    gate = Gate(1, min_coverage=2.0, then="hold") if number % 5 == GATED else None
    recipients = (f"a{number}@example.com", f"b{number}@example.com")
    plan = SchedulePlan(f"Schedule {number}", f"{number % 10}-59/10 * * * *", "UTC", Grain.MONTH, recipients, {})
    return replace(plan, owner=OWNER, gate=gate, approval=number % 5 == APPROVED)


def send_data(database: Database, now: datetime) -> None:
    """What the gates wait for: one measure of 4 percent."""
    record = {"measure": "audience_reach", "period": "2026-10", "value": 50, "sample_size": 40, "dimensions": {}}
    with database.writing() as session:
        ingest_records(session, [record], IngestOptions(source="hris", sent_by="benchmark"), now)


def approve_all(database: Database, now: datetime) -> None:
    """Approve whatever awaits it."""
    with database.writing() as session:
        schedules = {schedule.id for schedule in list_schedules(session)}
        for run in waiting_runs(session, schedules):
            if run.state == "awaiting_approval":
                decide(session, run.id, Decision(True, "somebody", now, "Seen."))


def run_ticks(clock: FileClock, arguments: Sequence[str], chance: random.Random) -> list[float]:
    """All ticks, with a kill -9 in every third; then quiet ones until the work is done. When workers were killed."""
    workers = [spawn(arguments, number) for number in range(WORKERS)]
    kills: list[float] = []
    database = Database(arguments[0])
    for tick in range(1, TICKS + 1):
        clock.set(START + tick * TICK)
        approve_all(database, clock.now())
        if tick == TICKS // 2:
            send_data(database, clock.now())
        time.sleep(chance.random() * SECONDS_A_TICK)
        if chance.random() < KILL_SHARE:
            victim = chance.randrange(WORKERS)
            workers[victim].send_signal(signal.SIGKILL)
            kills.append(time.monotonic())
            workers[victim].wait()
            workers[victim] = spawn(arguments, WORKERS + len(kills))
        time.sleep(chance.random() * SECONDS_A_TICK)
    # Long enough for the last leases to run out; what falls due meanwhile is done as well.
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and work_is_left(database):
        approve_all(database, clock.now())
        clock.set(min(clock.now() + timedelta(seconds=5), START + TICKS * TICK + timedelta(minutes=4)))
        time.sleep(0.5)
    for worker in workers:
        worker.kill()
        worker.wait()
    return kills


def work_is_left(database: Database) -> bool:
    """Whether any run or delivery is still open."""
    with database.reading() as session:
        states = {run.state for schedule in list_schedules(session) for run in list_runs(session, schedule.id)}
        return bool(states & {"pending", "running", "waiting", "awaiting_approval"}) or bool(
            list_deliveries(session, DeliveryFilter(status="pending"), limit=1)
        )


def report(database: Database, mailbox: Mailbox, kills: list[float]) -> None:
    """What was due, what came, what came twice and what is missing."""
    with database.reading() as session:
        runs = [run for schedule in list_schedules(session) for run in list_runs(session, schedule.id)]
        deliveries = list_deliveries(session, DeliveryFilter())
        drafts = Counter(draft.summary.run_id for run in runs for draft in drafts_of_run(session, run.id))
    taken = mailbox.taken
    sent = {delivery.message_id for delivery in deliveries if delivery.status == "sent"}
    twice = [times for times in taken.values() if len(times) > 1]
    in_window = [times for times in twice if any(abs(kill - times[0]) < WINDOW_SECONDS for kill in kills)]
    print(f"database                {database.engine.dialect.name}, {WORKERS} workers, {len(kills)} times kill -9")
    print(f"runs                    {len(runs)}: {dict(Counter(run.state for run in runs))}")
    print(f"approved                {len(drafts)} runs, drawn more than once {sum(n > 1 for n in drafts.values())}")
    print(f"deliveries              {len(deliveries)}: {dict(Counter(delivery.status for delivery in deliveries))}")
    print(f"mails taken             {sum(map(len, taken.values()))}, of them distinct {len(taken)}")
    print(f"twice, in SMTP's window {len(in_window)}")
    print(f"twice, outside of it    {len(twice) - len(in_window)}")
    for times in twice:
        nearest = min((kill - times[0] for kill in kills), key=abs, default=float("nan"))
        print(f"  again after {times[1] - times[0]:.2f} s; the nearest kill {nearest:+.2f} s from the first yes")
    print(f"notes to the owner      {sum(map(len, mailbox.notes.values()))}, of them distinct {len(mailbox.notes)}")
    print(f"sent, but not taken     {len(sent - set(taken))}")
    print(f"taken, but not due      {len(set(taken) - {delivery.message_id for delivery in deliveries})}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(*sys.argv[2:6])
    else:
        with tempfile.TemporaryDirectory() as home:
            main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{home}/lei.sqlite3")
