"""Feeds: what a source sends of a measure. What was set for one, and on which days (UTC) something of it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.batches import batches
from lei.storage.observations import observations
from lei.storage.tables import Instant, metadata
from lei.storage.upserts import add_missing, put_row

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("measure_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rhythm", sa.String(20), nullable=True),  # daily | weekly | monthly | quarterly; null: as it is learned
    sa.Column("grace_days", sa.Integer, nullable=True),
    sa.Column("owner_email", sa.String(320), nullable=True),
    sa.Column("set_at", Instant, nullable=False),
    sa.Column("set_by", sa.String(200), nullable=False),
)
feed_receipts = sa.Table(
    "feed_receipts",
    metadata,
    sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("measure_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("received_on", sa.Date, primary_key=True),
)
# One row: up to which observation the receipts are noted.
feed_progress = sa.Table(
    "feed_progress",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_observation_id", sa.BigInteger, nullable=False),
)


class FeedKey(NamedTuple):
    """Which source and which measure; keys sort by source."""

    source_id: int
    measure_id: int


@dataclass(frozen=True, slots=True)
class FeedSetting:
    """What was set for a feed. rhythm None: as it is learned; grace_days None: as the rhythm has it."""

    source_id: int
    measure_id: int
    rhythm: str | None
    grace_days: int | None
    owner_email: str | None
    set_at: datetime
    set_by: str


def put_setting(session: Session, setting: FeedSetting) -> None:
    """Set a feed, in the place of what was set before."""
    values = asdict(setting)
    put_row(session, feeds, {name: values.pop(name) for name in FeedKey._fields}, values)


def read_settings(session: Session) -> dict[FeedKey, FeedSetting]:
    """All that was set."""
    found = [FeedSetting(**row._mapping) for row in session.execute(sa.select(feeds))]
    return {FeedKey(one.source_id, one.measure_id): one for one in found}


def newest_receipts(session: Session, most: int) -> dict[FeedKey, list[date]]:
    """For each feed the newest days on which something came, at most so many, in order; all up to now."""
    table = feed_receipts.c
    place = sa.func.row_number().over(
        partition_by=(table.source_id, table.measure_id), order_by=table.received_on.desc()
    )
    ranked = sa.select(feed_receipts, place.label("place")).subquery()
    days: dict[FeedKey, set[date]] = {}
    for row in session.execute(sa.select(ranked).where(ranked.c.place <= most)):
        days.setdefault(FeedKey(row.source_id, row.measure_id), set()).add(row.received_on)
    for key, day in receipts_between(session, noted_up_to(session), None):
        days.setdefault(key, set()).add(day)
    return {key: sorted(found)[-most:] for key, found in days.items()}


def receipts_between(session: Session, after: int, up_to: int | None) -> set[tuple[FeedKey, date]]:
    """The days of receipt in the observations with these ids; a revert is no receipt."""
    columns = observations.c
    wanted = (
        sa.select(columns.source_id, columns.measure_id, batches.c.received_at)
        .join(batches, batches.c.id == columns.batch_id)
        .where(columns.id > after, batches.c.kind != "revert")
        .distinct()
    )
    if up_to is not None:
        wanted = wanted.where(columns.id <= up_to)
    rows = session.execute(wanted)
    return {(FeedKey(row.source_id, row.measure_id), row.received_at.date()) for row in rows}


def noted_up_to(session: Session, *, hold: bool = False) -> int:
    """The last observation whose receipt is noted; `hold`: until the transaction ends, nobody else notes any."""
    asked = sa.select(feed_progress.c.last_observation_id)
    return int(session.execute(asked.with_for_update() if hold else asked).scalar_one())


def note_receipts(session: Session, receipts: Iterable[tuple[FeedKey, date]], up_to: int) -> None:
    """Note days of receipt, and that all observations up to an id are noted."""
    add_missing(session, feed_receipts, [{**key._asdict(), "received_on": day} for key, day in receipts])
    session.execute(sa.update(feed_progress).values(last_observation_id=up_to))
