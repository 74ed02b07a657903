"""Which feeds come as they should, which are late, which went silent; and who is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lei.services.feeds.feed_rhythms import (
    DAYS_LEARNED_FROM,
    GRACE_DAYS,
    FeedState,
    Rhythm,
    learned_rhythm,
    next_expected,
    silent_from,
    state_on,
)
from lei.services.workers.worker import Worker
from lei.storage.feeds import (
    FeedKey,
    FeedSetting,
    newest_receipts,
    note_receipts,
    noted_up_to,
    read_settings,
    receipts_between,
)
from lei.storage.measures import read_measures
from lei.storage.observations import last_observation_id
from lei.storage.reminders import NewReminder
from lei.storage.sources import source_ids

# So many observations are gone through in one transaction, during which other writers wait.
_AT_ONCE = 200_000
# So many that no worker has noted yet are looked at for a page that people wait for.
_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed on a day. `rhythm` None: none is set or learned yet. `is_set`: the rhythm was set, and not learned.

    silent_since: the first day of its silence, also while that lies ahead; None where nothing is expected.
    """

    key: FeedKey
    source: str
    measure: str
    state: FeedState
    rhythm: Rhythm | None
    is_set: bool
    grace_days: int | None
    owner_email: str | None
    last_received: date | None
    expected_next: date | None
    silent_since: date | None


def note_feeds(worker: Worker, stopped: Callable[[], bool] = lambda: False) -> None:
    """Note on which days the observations since the last time came, until all are noted or `stopped` says so.

    Raises UnavailableError when the database cannot be reached.
    """
    while not stopped():
        with worker.database.reading() as session:
            if noted_up_to(session) >= last_observation_id(session):
                return
        with worker.database.writing() as session:
            after = noted_up_to(session, hold=True)
            up_to = min(after + _AT_ONCE, last_observation_id(session))
            note_receipts(session, receipts_between(session, after, up_to), up_to)


def list_feeds(session: Session, today: date) -> list[Feed]:
    """All feeds that ever sent something, or were set, by source and measure in the order in which LEI met them."""
    settings = read_settings(session)
    receipts = newest_receipts(session, DAYS_LEARNED_FROM)
    sources = {number: name for name, number in source_ids(session).items()}
    measures = {stored.id: key for key, stored in read_measures(session).items()}
    names = _Names(sources, measures)
    return [
        _feed(key, names, settings.get(key), receipts.get(key, []), today) for key in sorted({*settings, *receipts})
    ]


def silent_feeds(session: Session, today: date) -> tuple[Feed, ...]:
    """The feeds that have gone silent, quickly: where workers have yet to note much of what came, none is called so."""
    if last_observation_id(session) - noted_up_to(session) > _LOOKED_AT:
        return ()
    return tuple(feed for feed in list_feeds(session, today) if feed.state == "silent")


def silent_reminders(session: Session, today: date, oldest: date) -> Iterator[NewReminder]:
    """A mail for the owner of each feed that is silent, since a day not before the oldest: one for each silence."""
    owned = {key for key, setting in read_settings(session).items() if setting.owner_email is not None}
    for feed in list_feeds(session, today) if owned else ():
        since = feed.silent_since
        if feed.state != "silent" or feed.owner_email is None or since is None or since < oldest:
            continue
        what = f"feed/{feed.key.source_id}/{feed.key.measure_id}"
        yield NewReminder(what, since, feed.owner_email, f"Silent: {feed.measure} from {feed.source}", _text(feed))


@dataclass(frozen=True, slots=True)
class _Names:
    sources: Mapping[int, str]
    measures: Mapping[int, str]


def _feed(key: FeedKey, names: _Names, setting: FeedSetting | None, days: Sequence[date], today: date) -> Feed:
    is_set = setting is not None and setting.rhythm is not None
    rhythm = Rhythm(setting.rhythm) if setting and setting.rhythm else learned_rhythm(days)
    begun = days[-1] if days else setting.set_at.date() if setting else None
    expected = next_expected(begun, rhythm) if rhythm and begun else None
    grace, state, silent = None, _NEW, None
    if rhythm and expected:
        grace = setting.grace_days if setting and setting.grace_days is not None else GRACE_DAYS[rhythm]
        state, silent = state_on(today, expected, rhythm, grace), silent_from(expected, rhythm, grace)
        state = _NEW if state == "on_time" and not days else state
    return Feed(
        key=key,
        source=names.sources[key.source_id],
        measure=names.measures[key.measure_id],
        state=state,
        rhythm=rhythm,
        is_set=is_set,
        grace_days=grace,
        owner_email=setting.owner_email if setting else None,
        last_received=days[-1] if days else None,
        expected_next=expected,
        silent_since=silent,
    )


_NEW: FeedState = "new"


def _text(feed: Feed) -> str:
    last = f"the last came on {feed.last_received.isoformat()}" if feed.last_received else "nothing has come so far"
    return (
        f"The source {feed.source} has sent nothing of the measure {feed.measure} for longer than it should: {last}, "
        f"{feed.rhythm}, expected by {feed.expected_next}.\n\n"
        "Until it comes again, scores do without it and say so in their coverage.\n\n"
        f"Sent by LEI once for this silence, because you are named as the owner of this feed."
    )
