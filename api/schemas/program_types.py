"""The shape of types of programs in answers."""

from __future__ import annotations

import marshmallow as ma


class AvoidedKpi(ma.Schema):
    """A KPI that a program of the type should not be judged by."""

    key = ma.fields.String()
    reason = ma.fields.String()
    sole = ma.fields.Boolean(metadata={"description": "Only where it is the one KPI of the program."})


class ProgramType(ma.Schema):
    """A type of program."""

    key = ma.fields.String()
    name = ma.fields.String()
    recommended = ma.fields.List(ma.fields.String(), metadata={"description": "Keys of KPIs."})
    avoid = ma.fields.List(ma.fields.Nested(AvoidedKpi))
    first_reading_months = ma.fields.List(
        ma.fields.Integer(), metadata={"description": "From and to: when a KPI can first be read honestly."}
    )
    first_reading = ma.fields.String()
    own_outcome = ma.fields.Boolean(metadata={"description": "False: such a program may stop at readiness."})
    remark = ma.fields.String()


class ProgramTypeList(ma.Schema):
    """One page of types, and the KPIs that no program should be judged by."""

    items = ma.fields.List(ma.fields.Nested(ProgramType))
    next_cursor = ma.fields.String(allow_none=True)
    avoid_always = ma.fields.List(ma.fields.Nested(AvoidedKpi))
