"""Sets in which rhythm a feed is expected, and who is told when it goes silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lei.errors import InvalidError, NotFoundError, Problem
from lei.services.access.check_recipients import address_fault
from lei.services.feeds.feed_rhythms import Rhythm
from lei.services.feeds.watch_feeds import Feed, list_feeds
from lei.services.words.names import refuse_text
from lei.services.words.near_words import did_you_mean
from lei.storage.feeds import FeedKey, FeedSetting, put_setting
from lei.storage.ledger import raise_ledger
from lei.storage.measures import read_measures
from lei.storage.sources import add_sources


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of a feed. rhythm None: as its history has it; grace_days None: as the rhythm has it."""

    rhythm: Rhythm | None
    grace_days: int | None
    owner_email: str | None


@dataclass(frozen=True, slots=True)
class Setter:
    """Who sets it, when, and which day that is."""

    name: str
    now: datetime
    today: date


def set_feed(session: Session, source: str, measure: str, expected: Expectation, by: Setter) -> Feed:
    """Set a feed, one that has sent nothing yet too; the feed as it stands then.

    Raises NotFoundError where there is no such measure, InvalidError for a source that can have no such name or an
    owner who cannot be written to.
    """
    known = read_measures(session)
    if measure not in known:
        hint = did_you_mean(measure, known) or "GET /api/v1/measures lists all."
        raise NotFoundError(f"There is no measure '{measure}'; {hint}")
    _check(source, expected.owner_email)
    raise_ledger(session, by.now)  # a source that is new gets its number under the ledger
    key = FeedKey(add_sources(session, [source])[source], known[measure].id)
    setting = FeedSetting(*key, expected.rhythm, expected.grace_days, expected.owner_email, by.now, by.name)
    put_setting(session, setting)
    return next(feed for feed in list_feeds(session, by.today) if feed.key == key)


def _check(source: str, owner_email: str | None) -> None:
    wrong = refuse_text(source)
    if wrong is not None:
        raise InvalidError(f"The source cannot be used: {wrong[1]}", [Problem("source", *wrong)])
    fault = None if owner_email is None else address_fault(owner_email)
    if fault is not None:
        detail = f"The address {owner_email!r} {fault}."
        raise InvalidError(detail, [Problem("owner_email", "invalid_address", detail)])
