"""Fills an empty database with the demo organisation: what its systems sent over 24 months, and a way to see it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from lei.config import Settings
from lei.errors import NotFoundError
from lei.periods import Grain, Period, month_of, period_of_month
from lei.services.access.authenticate import SCOPES
from lei.services.access.manage_keys import create_key
from lei.services.access.manage_users import create_user, generate_password
from lei.services.demo.demo_programs import Step, program_steps, register_own_figures
from lei.services.demo.story.company import LABEL
from lei.services.demo.story.shipments import Shipment, shipments
from lei.services.demo.story.targets import TARGETS
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest, draw_scorecard, keep_scorecard
from lei.services.scores.set_targets import NewTarget, set_targets
from lei.storage.api_keys import find_by_name
from lei.storage.batches import newest_batches
from lei.storage.database import Database
from lei.storage.ledger import raise_ledger
from lei.storage.observations import last_observation_id
from lei.storage.rollup_columns import months_with_data
from lei.storage.schedules import SchedulePlan

DEMO = "demo"
EMAIL = "demo@halden.example"
SCHEDULE = SchedulePlan(
    name="Monthly executive scorecard",
    cron="0 7 1 * *",
    timezone="Europe/Berlin",
    grain=Grain.MONTH,
    recipients=("ceo@halden.example", "chro@halden.example"),
    where={},
    on_working_day=True,
)
# Whatever would come in after now came in shortly before it: the ledger needs room to tell batches apart.
_JUST_NOW = timedelta(minutes=1)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """How to get in; password and key are shown once and stored as hashes only."""

    email: str
    password: str
    api_key: str
    scorecard_path: Path


def load_demo(database: Database, settings: Settings, now: datetime) -> DemoAccess | None:
    """Load the demo organisation with its 24 months up to the one before `now`, and draw the last month's scorecard.

    None where the database already has observations: they are somebody's. Facts are stored all at once, then scorecard,
    sign-in, key and schedule all at once; when the process dies in between, the next call does what is left.
    """
    with database.reading() as session:
        wanted, half_done = _is_empty(session), _lacks_access(session)
    if wanted:
        half_done = store_facts(database, now)
    if not half_done:
        return None
    with database.reading() as session:
        drawn = draw_scorecard(session, _newest_scorecard(session, settings), settings.min_group_size, now)
    path = _write_pdf(settings.data_dir / "scorecards", drawn)
    password = generate_password()
    with database.writing() as session:
        api_key = _open_doors(session, drawn, password, now)
    return DemoAccess(EMAIL, password, api_key, path)


def _is_empty(session: Session) -> bool:
    return last_observation_id(session) == 0


def _lacks_access(session: Session) -> bool:
    """Whether the facts are those of the demo, and nobody was let in to them yet."""
    newest = newest_batches(session, 1)
    return bool(newest) and newest[0].sent_by == DEMO and find_by_name(session, DEMO) is None


def _newest_scorecard(session: Session, settings: Settings) -> ScorecardRequest:
    months = months_with_data(session)
    if months is None:
        raise NotFoundError("The demo organisation has no data; start with an empty database.")
    return ScorecardRequest(
        Period(months[1], Grain.MONTH),
        {},
        title=f"{LABEL}: learning scorecard",
        documented=settings.documented_credit,
        page_size=settings.page_size,
        language=settings.language,
    )


def store_facts(database: Database, now: datetime) -> bool:
    """Store all that was sent, and what was done for programs between, in one transaction.

    False where the database already has observations.
    """
    last_month = month_of(now.date()) - 1
    sent = shipments(last_month)
    with database.writing() as session:
        # Holds the others back, so that nobody stores the same beside us.
        raise_ledger(session, min(sent[0].received_at, now - _JUST_NOW))
        if not _is_empty(session):
            return False
        register_own_figures(session, min(sent[0].received_at, now - _JUST_NOW))
        for step in sorted([*map(_stored, sent), *program_steps(last_month)], key=lambda step: step.at):
            step.take(session, min(step.at, now - _JUST_NOW))
        set_targets(session, _targets(period_of_month(last_month, Grain.YEAR)), DEMO, now - _JUST_NOW)
    _LOG.info("Stored what %s sent in 24 months, in %d batches, and its programs.", LABEL, len(sent))
    return True


def _stored(shipment: Shipment) -> Step:
    options = IngestOptions(source=shipment.sender, sent_by=DEMO)
    return Step(shipment.received_at, lambda session, at: ingest_records(session, shipment.records, options, at))


def _targets(year: Period) -> list[NewTarget]:
    return [
        NewTarget(score, year.shift(-ago), {}, value)
        for ago, targets in TARGETS.items()
        for score, value in targets.items()
    ]


def _write_pdf(folder: Path, drawn: DrawnScorecard) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"demo-{drawn.request.period}.pdf"
    part = path.with_suffix(".part")
    part.write_bytes(drawn.pdf)
    part.replace(path)
    return path


def _open_doors(session: Session, drawn: DrawnScorecard, password: str, now: datetime) -> str:
    """Sign-in, key, schedule (it sends nothing of the past) and the scorecard as a record; the key's secret."""
    api_key = create_key(session, DEMO, SCOPES, now)
    create_user(session, EMAIL, "admin", password, now)
    look = drawn.request
    create_schedule(session, replace(SCHEDULE, language=look.language, page_size=look.page_size), now)
    keep_scorecard(session, drawn, DEMO, now)
    return api_key
