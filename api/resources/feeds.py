"""`/feeds`: what each source sends of each measure, whether it comes as it should, and who is told when it does not."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import page, read_cursor
from api.schemas.feeds import FeedAnswer, FeedBody, FeedList, FeedsQuery
from lei.services.feeds.manage_feeds import Expectation, Setter, set_feed
from lei.services.feeds.watch_feeds import Feed, list_feeds

_SHOWN = ("source", "measure", "state", "rhythm", "grace_days", "owner_email")
_DAYS = ("last_received", "expected_next")
_MEASURES_AT_MOST = 2**31


@endpoint("GET", "/feeds", scope="read", query=FeedsQuery(), answers={200: FeedList()})
def list_all(call: Call) -> dict[str, Any]:
    """List feeds with their state: `on_time`, `late`, `silent` or `new`; with the last receipt and the next expected.

    The rhythm is what was set, else what the median gap between the newest twelve days of receipt says. A receipt is
    an observation that was new or changed something.
    """
    asked = call.query
    after, limit = read_cursor(asked["cursor"]), asked["limit"]
    with call.context.database.reading() as session:
        feeds = list_feeds(session, call.context.today())
    wanted = {name: asked[name] for name in ("state", "source", "measure") if asked[name] is not None}
    found = [feed for feed in feeds if all(getattr(feed, name) == value for name, value in wanted.items())]
    behind = [feed for feed in found if after is None or _place(feed) > after]
    return page(behind[: limit + 1], limit, _place, _plain)


@endpoint("PUT", "/feeds/<source>/<measure>", scope="weights", body=FeedBody(), answers={200: FeedAnswer()})
def put(call: Call, source: str, measure: str) -> dict[str, Any]:
    """Set in which rhythm a feed is expected, its days of grace, and its owner; what was set before is replaced.

    The feed may be one that has sent nothing yet.
    """
    body, context = call.body, call.context
    expected = Expectation(body["rhythm"], body["grace_days"], body["owner_email"])
    by = Setter(call.caller.name, context.clock.now(), context.today())
    with context.database.writing() as session:
        return _plain(set_feed(session, source, measure, expected, by))


def _place(feed: Feed) -> int:
    return feed.key.source_id * _MEASURES_AT_MOST + feed.key.measure_id


def _plain(feed: Feed) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(feed, name) for name in _SHOWN}
    plain |= {name: None if (day := getattr(feed, name)) is None else day.isoformat() for name in _DAYS}
    plain["rhythm_from"] = None if feed.rhythm is None else "setting" if feed.is_set else "history"
    silent = feed.state == "silent" and feed.silent_since is not None
    return plain | {"silent_since": feed.silent_since.isoformat() if silent and feed.silent_since else None}
