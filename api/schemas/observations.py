"""The shape of observations in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.pagination import DEFAULT_LIMIT, PageParameters
from api.schemas.fields import PeriodField, Text, WhereField
from lei.services.intake.observation_rows import ObservationSchema
from lei.services.words.names import LONGEST_NAME

__all__ = [
    "BatchAnswer",
    "IngestQuery",
    "ObservationList",
    "ObservationSchema",
    "ObservationsQuery",
    "RefusedBatch",
    "RestatementQuery",
]

LARGEST_PAGE = 1000
LONGEST_REASON = 500


class RestatementQuery(ma.Schema):
    """Parameters of all that changes facts: whether closed periods may change, and why."""

    allow_restatement = ma.fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Closed periods may change; then a `reason` is required."},
    )
    reason = Text(
        LONGEST_REASON,
        blank=False,
        load_default=None,
        metadata={"description": "Why this is sent; kept with the batch."},
    )


class IngestQuery(RestatementQuery):
    """Parameters of `POST /observations`."""

    on_error = ma.fields.String(
        load_default="reject",
        validate=ma.validate.OneOf(("reject", "skip")),
        metadata={"description": "reject: one bad row, and nothing is stored. skip: the good rows are stored."},
    )
    dry_run = ma.fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Say what would happen, and store nothing."},
    )


class NewObservation(ObservationSchema):
    """One observation to send."""


class NewObservations(ma.Schema):
    """The body of `POST /observations` as JSON."""

    observations = ma.fields.List(ma.fields.Nested(NewObservation), required=True, validate=ma.validate.Length(min=1))


class RowProblem(ma.Schema):
    """One fault. `code` is stable; `hint` is there where LEI can tell what was meant."""

    row = ma.fields.Integer(metadata={"description": "Counts from 1; the header row and blank lines do not count."})
    field = ma.fields.String()
    code = ma.fields.String()
    message = ma.fields.String()
    hint = ma.fields.String()


class TouchedScorecard(ma.Schema):
    """A scorecard about something that has changed since it was drawn."""

    id = ma.fields.Integer()
    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    sent_at = ma.fields.AwareDateTime(
        allow_none=True, metadata={"description": "When it was first sent; null when it never was."}
    )


class Impact(ma.Schema):
    """What a change touches that was published. `GET /scores/differences` says by how much scores differ now."""

    periods = ma.fields.List(ma.fields.String(), metadata={"description": "Published periods that changed."})
    scores = ma.fields.Integer(metadata={"description": "How many pairs of a changed segment and such a period."})
    scorecards = ma.fields.List(
        ma.fields.Nested(TouchedScorecard),
        metadata={"description": "The first hundred scorecards that are touched, those that were sent first."},
    )
    scorecard_count = ma.fields.Integer(metadata={"description": "How many scorecards are touched."})


class BatchAnswer(ma.Schema):
    """What became of a batch: received = created + corrected + unchanged + retracted + rejected."""

    batch_id = ma.fields.Integer(allow_none=True, metadata={"description": "null for a dry run."})
    received = ma.fields.Integer()
    created = ma.fields.Integer()
    corrected = ma.fields.Integer()
    unchanged = ma.fields.Integer()
    retracted = ma.fields.Integer()
    rejected = ma.fields.Integer(metadata={"description": "All rows of a refused batch: nothing of it was stored."})
    errors = ma.fields.List(ma.fields.Nested(RowProblem), metadata={"description": "The first hundred faults."})
    periods = ma.fields.List(ma.fields.String(), metadata={"description": "The periods of what was taken."})
    impact = ma.fields.Nested(
        Impact, allow_none=True, metadata={"description": "What changed of published periods; null where nothing did."}
    )


class RefusedBatch(BatchAnswer):
    """A problem document (application/problem+json) that also says what became of the batch."""

    type = ma.fields.String()
    title = ma.fields.String()
    status = ma.fields.Integer()
    detail = ma.fields.String()


class ObservationsQuery(PageParameters):
    """Parameters of `GET /observations`."""

    limit = ma.fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=ma.validate.Range(1, LARGEST_PAGE),
        metadata={"description": f"How many items to answer with, at most {LARGEST_PAGE}."},
    )
    measure = Text(LONGEST_NAME, load_default=None)
    source = Text(LONGEST_NAME, load_default=None)
    first = PeriodField(data_key="from", load_default=None, metadata={"description": "From this period on."})
    last = PeriodField(data_key="to", load_default=None, metadata={"description": "Up to the end of this period."})
    where = ma.fields.List(
        WhereField(), load_default=list, metadata={"description": "dimension:value; the segment may have others too."}
    )
    history = ma.fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Replaced and retracted values too."},
    )


class Observation(ma.Schema):
    """One observation as it is stored; with history, one of its revisions."""

    measure = ma.fields.String()
    period = ma.fields.String()
    value = ma.fields.Float(allow_none=True)
    sample_size = ma.fields.Integer(allow_none=True)
    reason = ma.fields.String(
        allow_none=True,
        validate=ma.validate.OneOf(("small_group", "retracted")),
        metadata={"description": "Why the value is null. Small groups are shown only to keys with the scope `ingest`."},
    )
    dimensions = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    source = ma.fields.String()
    batch_id = ma.fields.Integer()
    recorded_at = ma.fields.AwareDateTime(allow_none=True)
    revision = ma.fields.Integer()
    current = ma.fields.Boolean()


class ObservationList(ma.Schema):
    """One page of observations, in order of month, measure and segment."""

    items = ma.fields.List(ma.fields.Nested(Observation))
    next_cursor = ma.fields.String(allow_none=True)
