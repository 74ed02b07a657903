"""The shape of questions about the chain of a program, and of the answers."""

from __future__ import annotations

import marshmallow as ma

from api.pagination import PageParameters
from api.schemas.fields import MonthField
from lei.evidence.links import ChainState, Link, LinkStatus

_LINKS = [link.value for link in Link]
_STATUSES = [status.value for status in LinkStatus]


def maybe(text: str = "") -> ma.fields.Float:
    """A number, or null."""
    return ma.fields.Float(allow_none=True, metadata={"description": text} if text else {})


def month(text: str = "") -> ma.fields.String:
    """A month in an answer, written already."""
    return ma.fields.String(allow_none=True, metadata={"description": text or "A month, such as 2026-10."})


class ProgramMonth(ma.Schema):
    """Until when data counts."""

    to = MonthField(load_default=None, metadata={"description": "The last month; left out: the newest with data."})


class OwnedLinksQuery(PageParameters, ProgramMonth):
    """Until when data counts, and which page."""


class OwnerAnswer(ma.Schema):
    """Somebody who answers for a link."""

    name = ma.fields.String()
    email = ma.fields.String()


class LinkOwnersAnswer(ma.Schema):
    """The two who answer for a link."""

    business = ma.fields.Nested(OwnerAnswer)
    learning = ma.fields.Nested(OwnerAnswer)


class WindowAnswer(ma.Schema):
    """Months, both included."""

    first = ma.fields.String(data_key="from")
    last = ma.fields.String(data_key="to")


class IntervalAnswer(ma.Schema):
    """Both ends at 95 %."""

    low = ma.fields.Float()
    high = ma.fields.Float()


class SignalAnswer(ma.Schema):
    """A measure that a link is read from."""

    measure = ma.fields.String()
    name = ma.fields.String()
    unit = ma.fields.String()
    status = ma.fields.String(validate=ma.validate.OneOf(_STATUSES))
    before = ma.fields.Float()
    after = ma.fields.Float()
    change_in_points = ma.fields.Float(metadata={"description": "Of the score; above 0 in the planned direction."})
    interval_in_points = ma.fields.Nested(IntervalAnswer, allow_none=True)
    n = ma.fields.Float(metadata={"description": "Cases, of the side that has fewer."})
    minimum = ma.fields.Float(metadata={"description": "How many are needed."})
    period = month("The newest month with a value.")
    source = ma.fields.String()


class KpiSignalAnswer(ma.Schema):
    """What carries the last link; null where there is nothing to show."""

    measure = ma.fields.String()
    name = ma.fields.String()
    unit = ma.fields.String()
    before = maybe()
    after = maybe()
    effect = maybe("As claimed, in the unit of the KPI.")
    interval = ma.fields.Nested(IntervalAnswer, allow_none=True)
    n = ma.fields.Float()
    window = ma.fields.Nested(WindowAnswer, metadata={"description": "The months that count."})
    source = ma.fields.String()


class LinkAnswer(ma.Schema):
    """One link of the chain."""

    link = ma.fields.String(validate=ma.validate.OneOf(_LINKS))
    name = ma.fields.String()
    status = ma.fields.String(validate=ma.validate.OneOf(_STATUSES))
    status_words = ma.fields.String()
    lines = ma.fields.List(ma.fields.String(), metadata={"description": "What is said of it."})
    owners = ma.fields.Nested(LinkOwnersAnswer, allow_none=True)
    signals = ma.fields.List(ma.fields.Nested(SignalAnswer))
    before = ma.fields.Nested(WindowAnswer, allow_none=True)
    after = ma.fields.Nested(WindowAnswer, allow_none=True, metadata={"description": "Null: too early to read it."})
    read_from = month("The first month in which the link can show anything.")
    usual_delay_months = ma.fields.List(
        ma.fields.Integer(), metadata={"description": "At least and at most, after the link before."}
    )


class ChainAnswer(ma.Schema):
    """The chain of a program."""

    program = ma.fields.String()
    to = month()
    completeness = ma.fields.Float(metadata={"description": "Share of the five links that are evidenced, 0 to 1."})
    completeness_sentence = ma.fields.String()
    state = ma.fields.String(
        allow_none=True,
        metadata={"description": f"One of {', '.join(ChainState)}; a broken chain names the link behind `_at:`."},
    )
    state_sentence = ma.fields.String()
    first_honest_month = month("When the KPI can show the program for the first time.")
    rules = ma.fields.List(ma.fields.String(), metadata={"description": "What must be said whatever else is."})
    links = ma.fields.List(ma.fields.Nested(LinkAnswer))
    kpi = ma.fields.Nested(KpiSignalAnswer, allow_none=True)


class RelationAnswer(ma.Schema):
    """Whether a measure tends to move with a KPI some months later."""

    link = ma.fields.String(validate=ma.validate.OneOf(_LINKS))
    measure = ma.fields.String(metadata={"description": "Empty: no measure of the link has data."})
    kpi_key = ma.fields.String()
    sentence = ma.fields.String()
    lag_months = ma.fields.Integer(allow_none=True, metadata={"description": "Null: no relation is reported."})
    r = maybe()
    interval = ma.fields.Nested(IntervalAnswer, allow_none=True)
    months = ma.fields.Integer(allow_none=True)
    not_reported = ma.fields.String(allow_none=True)


class RelationsAnswer(ma.Schema):
    """Relations of the measures of a program with its KPIs; none of them raises a grade."""

    program = ma.fields.String()
    to = month()
    relations = ma.fields.List(ma.fields.Nested(RelationAnswer))


class OwnedLinkAnswer(LinkAnswer):
    """A link that somebody answers for."""

    side = ma.fields.String(validate=ma.validate.OneOf(("business", "learning")))
    signed_for = ma.fields.List(ma.fields.String(), metadata={"description": "Periods signed for on that side."})


class OwnedProgramAnswer(ma.Schema):
    """A program with the links that somebody answers for."""

    program = ma.fields.String()
    name = ma.fields.String()
    status = ma.fields.String()
    state_sentence = ma.fields.String()
    links = ma.fields.List(ma.fields.Nested(OwnedLinkAnswer))


class OwnedLinksAnswer(ma.Schema):
    """One page of programs that somebody answers for a link of."""

    to = month()
    items = ma.fields.List(ma.fields.Nested(OwnedProgramAnswer))
    next_cursor = ma.fields.String(allow_none=True)
