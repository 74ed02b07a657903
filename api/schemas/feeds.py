"""The shape of feeds: what is expected of them, and how they stand."""

from __future__ import annotations

import marshmallow as ma

from api.pagination import PageParameters
from api.schemas.fields import Text, WholeNumber
from lei.services.access.check_recipients import LONGEST_ADDRESS
from lei.services.feeds.feed_rhythms import STATES, Rhythm

_RHYTHM = "How often something is expected; null: as its history has it, once there are four days of receipt."
_GRACE = "Days after the expected one until it is late; null: 4 daily, 3 weekly, 10 monthly, 21 quarterly."
_OWNER = "Who gets a mail when the feed goes silent: one for each silence."


class FeedsQuery(PageParameters):
    """Parameters of `GET /feeds`."""

    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))
    source = ma.fields.String(load_default=None)
    measure = ma.fields.String(load_default=None)


class FeedBody(ma.Schema):
    """What is expected of a feed."""

    rhythm = ma.fields.Enum(
        Rhythm, by_value=True, load_default=None, allow_none=True, metadata={"description": _RHYTHM}
    )
    grace_days = WholeNumber(
        load_default=None, allow_none=True, validate=ma.validate.Range(0, 366), metadata={"description": _GRACE}
    )
    owner_email = Text(LONGEST_ADDRESS, load_default=None, allow_none=True, metadata={"description": _OWNER})


class FeedAnswer(ma.Schema):
    """One feed: what a source sends of a measure. Days are days of UTC."""

    source = ma.fields.String(required=True)
    measure = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(STATES),
        metadata={"description": "late: one receipt is missing; silent: two are; new: no rhythm, or nothing came yet."},
    )
    rhythm = ma.fields.Enum(Rhythm, by_value=True, required=True, allow_none=True)
    rhythm_from = ma.fields.String(
        required=True, allow_none=True, validate=ma.validate.OneOf(("setting", "history", None))
    )
    grace_days = ma.fields.Integer(required=True, allow_none=True)
    owner_email = ma.fields.String(required=True, allow_none=True)
    last_received = ma.fields.Date(required=True, allow_none=True)
    expected_next = ma.fields.Date(required=True, allow_none=True)
    silent_since = ma.fields.Date(
        required=True, allow_none=True, metadata={"description": "The first day of a silence; null unless silent."}
    )


class FeedList(ma.Schema):
    """One page of feeds."""

    items = ma.fields.List(ma.fields.Nested(FeedAnswer), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
