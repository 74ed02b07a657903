"""The shape of programs and of amendments of their plans."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import Text
from api.schemas.program_plans import LONG, PlanAnswer, PlanSections, WholePlan, instant


class NewProgram(WholePlan):
    """A program to add."""

    key = Text(100, blank=False, required=True, metadata={"description": "Small letters, digits, - and _."})


class NewAmendment(ma.Schema):
    """What a frozen plan is changed to, and why."""

    reason = Text(LONG, blank=False, required=True)
    changes = ma.fields.Nested(
        PlanSections, required=True, metadata={"description": "Sections that replace those of the plan."}
    )


class AmendmentAnswer(ma.Schema):
    """One change of a frozen plan."""

    number = ma.fields.Integer()
    sections = ma.fields.List(ma.fields.String())
    plan = ma.fields.Nested(PlanAnswer, metadata={"description": "The whole plan from then on."})
    reason = ma.fields.String()
    post_hoc = ma.fields.Boolean()
    made_at = instant()
    made_by = ma.fields.String()


class AmendmentList(ma.Schema):
    """One page of amendments."""

    items = ma.fields.List(ma.fields.Nested(AmendmentAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class ProgramAnswer(PlanAnswer):
    """A program: the plan in force, and the one that was promised."""

    key = ma.fields.String()
    status = ma.fields.String(metadata={"description": "draft, frozen, launched or closed."})
    fixed_before_launch = ma.fields.Boolean(
        metadata={"description": "Frozen before the first day of the launch month; else no KPI gets more than E2."}
    )
    remarks = ma.fields.List(
        ma.fields.String(), metadata={"description": "What could be better in the plan, or limits what can be claimed."}
    )
    promised = ma.fields.Nested(
        PlanAnswer, allow_none=True, metadata={"description": "The plan as it was frozen; null for a draft."}
    )
    amendments = ma.fields.Integer(metadata={"description": "How many there are."})
    created_at = instant()
    created_by = ma.fields.String()
    changed_at = instant(allow_none=True)
    changed_by = ma.fields.String(allow_none=True)
    frozen_at = instant(allow_none=True)
    frozen_by = ma.fields.String(allow_none=True)
    closed_at = instant(allow_none=True)
    closed_by = ma.fields.String(allow_none=True)
    etag = ma.fields.String(metadata={"description": "The ETag of the program, for `If-Match`."})


class ProgramList(ma.Schema):
    """One page of programs."""

    items = ma.fields.List(ma.fields.Nested(ProgramAnswer))
    next_cursor = ma.fields.String(allow_none=True)
