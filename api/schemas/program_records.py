"""The shape of what a program gathers: costs, estimates, reviews, decisions, experiments, sign-offs, grade limits."""

from __future__ import annotations

from typing import get_args

import marshmallow as ma

from api.schemas.fields import DateField, Number, Text, TrueOrFalse
from api.schemas.program_plans import CURRENCY, LONG, SHORT, amount, instant
from lei.evidence.grade import Grade
from lei.evidence.links import Link
from lei.services.access.check_recipients import LONGEST_ADDRESS
from lei.storage.program_cycles import Side


class Costs(ma.Schema):
    """What a program costs, all in one currency."""

    currency = ma.fields.String(required=True, validate=CURRENCY)
    design = amount(load_default=0.0)
    delivery = amount(load_default=0.0)
    platform = amount(load_default=0.0)
    administration = amount(load_default=0.0)
    evaluation = amount(load_default=0.0)
    participants = amount(load_default=0.0, metadata={"description": "How many people take part."})
    hours_per_participant = amount(load_default=0.0)
    hourly_rate = amount(load_default=0.0, metadata={"description": "An average; never the pay of a person."})
    budget = amount(load_default=None, allow_none=True)


class CostsAnswer(Costs):
    """The costs with their sums."""

    participants_time = ma.fields.Float(metadata={"description": "Participants x hours x rate."})
    fully_loaded = ma.fields.Float(metadata={"description": "All costs, the time of participants included."})


class NewEstimate(ma.Schema):
    """What one person estimates, who is near to the work."""

    kpi_key = Text(100, blank=False, required=True)
    estimator = Text(SHORT, blank=False, required=True)
    stated_on = DateField(required=True)
    isolation_factor = Number(
        required=True,
        validate=ma.validate.Range(0, 1),
        metadata={"description": "The share of the change that is credited to the program."},
    )
    confidence_factor = Number(
        required=True, validate=ma.validate.Range(0, 1), metadata={"description": "How sure the estimator is of that."}
    )
    basis = Text(LONG, load_default="", metadata={"description": "How the estimate came about."})


class ReviewChange(ma.Schema):
    """What became of a review."""

    done = TrueOrFalse()
    notes = Text(LONG)


class NewReview(ma.Schema):
    """A review, planned or done."""

    on = DateField(required=True)
    done = TrueOrFalse(load_default=False)
    notes = Text(LONG, load_default="")


class Taken(ma.Schema):
    """What was decided."""

    what = Text(LONG, blank=False, required=True)
    by = Text(SHORT, blank=False, required=True)
    on = DateField(required=True)


class DecisionTaken(ma.Schema):
    """What became of a decision that was asked for."""

    taken = ma.fields.Nested(Taken, required=True)


class NewDecision(ma.Schema):
    """A decision that is asked for."""

    what = Text(LONG, blank=False, required=True)
    owner = Text(SHORT, blank=False, required=True)
    owner_email = Text(LONGEST_ADDRESS, blank=False, required=True)
    due_on = DateField(required=True)
    cost = amount(load_default=None, allow_none=True)
    currency = ma.fields.String(load_default="", validate=lambda text: CURRENCY(text) if text else text)
    taken = ma.fields.Nested(Taken, load_default=None, allow_none=True)


class EffectSeen(ma.Schema):
    """Which effect an experiment had."""

    observed_effect = Text(LONG, blank=False, required=True)


class NewExperiment(ma.Schema):
    """Hypothesis, change, and the effect that is expected of it."""

    hypothesis = Text(LONG, blank=False, required=True)
    change = Text(LONG, blank=False, required=True)
    expected_effect = Text(LONG, blank=False, required=True)
    started_on = DateField(required=True)
    observed_effect = Text(LONG, load_default="")


class NewSignOff(ma.Schema):
    """An owner stands by what is said of a link for a period."""

    link = ma.fields.String(required=True, validate=ma.validate.OneOf([link.value for link in Link]))
    side = ma.fields.String(required=True, validate=ma.validate.OneOf(get_args(Side)))
    period = Text(10, blank=False, required=True, metadata={"example": "2026-Q3"})
    signed_by = Text(SHORT, blank=False, required=True, metadata={"description": "The owner, as the plan names them."})
    comment = Text(LONG, load_default="")


class NewGradeLimit(ma.Schema):
    """A person's word that the evidence of a KPI is worth no more than a grade; it can only lower."""

    kpi_key = Text(100, blank=False, required=True)
    grade = ma.fields.String(required=True, validate=ma.validate.OneOf([grade.key for grade in Grade]))
    by = Text(SHORT, blank=False, required=True)
    reason = Text(LONG, blank=False, required=True)


class RecordedAnswer(ma.Schema):
    """Who recorded something, and who changed it last."""

    number = ma.fields.Integer()
    recorded_at = instant()
    recorded_by = ma.fields.String()
    changed_at = instant(allow_none=True)
    changed_by = ma.fields.String(allow_none=True)


class EstimateAnswer(NewEstimate, RecordedAnswer):
    """An estimate."""


class ReviewAnswer(NewReview, RecordedAnswer):
    """A review."""


class DecisionAnswer(NewDecision, RecordedAnswer):
    """A decision, asked for or taken."""


class ExperimentAnswer(NewExperiment, RecordedAnswer):
    """An experiment."""


class SignOffAnswer(NewSignOff, RecordedAnswer):
    """A sign-off."""


class GradeLimitAnswer(NewGradeLimit, RecordedAnswer):
    """A limit of a grade."""


class EstimateList(ma.Schema):
    """One page of estimates."""

    items = ma.fields.List(ma.fields.Nested(EstimateAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class ReviewList(ma.Schema):
    """One page of reviews."""

    items = ma.fields.List(ma.fields.Nested(ReviewAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class DecisionList(ma.Schema):
    """One page of decisions."""

    items = ma.fields.List(ma.fields.Nested(DecisionAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class ExperimentList(ma.Schema):
    """One page of experiments."""

    items = ma.fields.List(ma.fields.Nested(ExperimentAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class SignOffList(ma.Schema):
    """One page of sign-offs."""

    items = ma.fields.List(ma.fields.Nested(SignOffAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class GradeLimitList(ma.Schema):
    """One page of limits."""

    items = ma.fields.List(ma.fields.Nested(GradeLimitAnswer))
    next_cursor = ma.fields.String(allow_none=True)
