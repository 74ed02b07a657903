"""The shape of the plan of a program, section by section."""

from __future__ import annotations

from typing import Any, get_args

import marshmallow as ma

from api.schemas.fields import DateField, MonthField, Number, Table, Text, TrueOrFalse, WholeNumber, scope_table
from lei.evidence.links import Link
from lei.services.access.check_recipients import LONGEST_ADDRESS
from lei.services.programs.check_program_kpis import FEWEST_BASELINE_MONTHS
from lei.storage.program_plans import AssignedBy, Design, Hits, Role

SHORT, LONG = 200, 4000
MOST_LISTED = 100
LARGEST = 1e15
CURRENCY = ma.validate.Regexp(r"[A-Z]{3}\Z", error="Write the currency by its three letters, such as EUR.")
_MOST_PEOPLE = 100_000_000
_LONGEST_LAG = 36


def amount(**options: Any) -> Number:
    """An amount of money, or of anything else that is not below zero."""
    return Number(validate=ma.validate.Range(0, LARGEST), **options)


def instant(**options: Any) -> ma.fields.String:
    """An instant in an answer, written already."""
    return ma.fields.String(metadata={"format": "date-time"}, **options)


def _several(schema: type[ma.Schema], text: str, **options: Any) -> ma.fields.List[Any]:
    return ma.fields.List(
        ma.fields.Nested(schema),
        validate=ma.validate.Length(max=MOST_LISTED),
        metadata={"description": text},
        **options,
    )


def _people(**options: Any) -> WholeNumber:
    return WholeNumber(validate=ma.validate.Range(0, _MOST_PEOPLE), **options)


class Baseline(ma.Schema):
    """The months before the program that a KPI is compared with, both included."""

    first_month = MonthField(data_key="from", required=True)
    last_month = MonthField(data_key="to", required=True)
    value = Number(
        load_default=None, allow_none=True, metadata={"description": "Computed from the data where it is left out."}
    )


class ValuePerUnit(ma.Schema):
    """What one unit of a KPI is worth: from finance, with a name and a date."""

    amount = Number(required=True, validate=ma.validate.Range(-LARGEST, LARGEST))
    currency = ma.fields.String(required=True, validate=CURRENCY)
    owner = Text(SHORT, blank=False, required=True, metadata={"description": "Who in finance states it."})
    stated_on = DateField(required=True)


class ProgramKpi(ma.Schema):
    """A KPI that the program is for."""

    kpi_key = Text(100, blank=False, required=True)
    role = ma.fields.String(load_default="primary", validate=ma.validate.OneOf(get_args(Role)))
    kpi_owner = Text(SHORT, blank=False, required=True, metadata={"description": "Who in the business answers for it."})
    baseline = ma.fields.Nested(
        Baseline, required=True, metadata={"description": f"{FEWEST_BASELINE_MONTHS} months or more, better 6 to 12."}
    )
    target = Number(required=True)
    expected_lag_months = WholeNumber(
        required=True,
        validate=ma.validate.Range(0, _LONGEST_LAG),
        metadata={"description": "How many months after the start of a group the KPI should move."},
    )
    where = scope_table(load_default=dict)
    note = Text(
        LONG, load_default="", metadata={"description": "Why a KPI is taken that should be avoided; reports print it."}
    )
    value_per_unit = ma.fields.Nested(ValuePerUnit, load_default=None, allow_none=True)
    units_per_month = amount(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "How often what the KPI is counted in comes up in a month: 180 for errors per 100 tickets "
            "and 18,000 tickets. A change of the KPI, times that, times `value_per_unit` is money a month."
        },
    )


class ProgramKpiAnswer(ProgramKpi):
    """A KPI of a program, with what LEI says of it."""

    direction = ma.fields.String()
    avoided_because = ma.fields.String(metadata={"description": "The reason against it; empty where there is none."})
    post_hoc = ma.fields.Boolean(
        metadata={"description": "It, or what was promised of it, came after the freeze or the launch."}
    )


class Competency(ma.Schema):
    """Something that people must be able to do, and the observable behavior that it serves."""

    name = Text(SHORT, blank=False, required=True)
    behavior = Text(LONG, blank=False, required=True)


class Activity(ma.Schema):
    """Learning content, which comes last."""

    name = Text(SHORT, blank=False, required=True)
    competency = Text(
        SHORT, blank=False, required=True, metadata={"description": "The name of one of the competencies."}
    )
    hours = amount(load_default=None, allow_none=True)


class TreatedGroup(ma.Schema):
    """A group that gets the program."""

    where = scope_table(required=True)
    start_month = MonthField(required=True)


class ComparisonGroup(ma.Schema):
    """A group that does not get the program."""

    where = scope_table(required=True)


class StatedBaseline(ma.Schema):
    """Where both groups stood before in something that LEI has no data of, such as tenure, or the share of a role."""

    what = Text(SHORT, blank=False, required=True)
    treated = Number(required=True, validate=ma.validate.Range(-LARGEST, LARGEST))
    comparison = Number(required=True, validate=ma.validate.Range(-LARGEST, LARGEST))
    sd = amount(required=True, metadata={"description": "The standard deviation between people, in the same unit."})


class ComparisonPlan(ma.Schema):
    """With what the program is compared."""

    design = ma.fields.String(required=True, validate=ma.validate.OneOf(get_args(Design)))
    treated = _several(TreatedGroup, "Which groups get the program, and from which month on.", load_default=list)
    comparison = _several(ComparisonGroup, "Which groups do not get it.", load_default=list)
    assigned_by = ma.fields.String(
        load_default=None, allow_none=True, validate=ma.validate.OneOf((*get_args(AssignedBy), None))
    )
    cluster_dimension = Text(
        60,
        blank=False,
        load_default=None,
        allow_none=True,
        metadata={"description": "The dimension, such as `unit`, that splits groups into the units that are counted."},
    )
    chosen_because_results_were_bad = TrueOrFalse(load_default=False)
    volunteers = TrueOrFalse(load_default=False)
    baselines = _several(
        StatedBaseline, "Where the groups stood before, beside the KPI: they are compared as it is.", load_default=list
    )
    population = Text(
        SHORT,
        load_default="",
        metadata={"description": "How sentences call those with the program: `the sites with the new onboarding`."},
    )


class KnownChange(ma.Schema):
    """Something else that changes in the time of the program, such as a new tool."""

    what = Text(SHORT, blank=False, required=True)
    month = MonthField(required=True)
    hits = ma.fields.String(required=True, validate=ma.validate.OneOf(get_args(Hits)))


class Owner(ma.Schema):
    """A person who answers for something."""

    name = Text(SHORT, blank=False, required=True)
    email = Text(LONGEST_ADDRESS, blank=False, required=True)


class LinkOwners(ma.Schema):
    """The two who answer for a link of the chain."""

    business = ma.fields.Nested(Owner, required=True)
    learning = ma.fields.Nested(Owner, required=True)


class DropOut(ma.Schema):
    """How many people began, and how many of them left before the end."""

    treated_started = _people(required=True)
    treated_left = _people(required=True)
    comparison_started = _people(load_default=0)
    comparison_left = _people(load_default=0)


def _by_link(values: ma.fields.Field[Any], text: str) -> Table:
    links = [link.value for link in Link]
    return Table(
        keys=ma.fields.String(validate=ma.validate.OneOf(links)),
        values=values,
        metadata={"description": f"{text} By link: {', '.join(links)}."},
    )


class PlanSections(ma.Schema):
    """The sections of a plan, in the order in which they are asked for: content comes last.

    `where` finds the program in the data; a new program without it is found by its name, as {"program": name}.
    """

    name = Text(SHORT, blank=False)
    program_type = Text(60, blank=False, metadata={"description": "One of GET /program-types."})
    business_problem = Text(LONG, blank=False)
    where = scope_table()
    launch_month = MonthField(allow_none=True)
    kpis = _several(ProgramKpi, "What shows that the business problem gets smaller; one of them is the primary one.")
    stops_at_readiness = TrueOrFalse(
        metadata={"description": "The program has no business outcome of its own and claims none, in place of `kpis`."}
    )
    behavior_statement = Text(
        LONG,
        metadata={
            "description": "What people will do differently, so that one can see it: verb, object and standard.",
            "example": "Agents check the last three tickets before answering, in 9 of 10 calls",
        },
    )
    competencies = _several(Competency, "What people must be able to do for that.")
    activities = _several(Activity, "Learning content.")
    audience_rule = Text(LONG, metadata={"description": "Whom the program is meant for."})
    comparison_plan = ma.fields.Nested(ComparisonPlan, allow_none=True)
    link_signals = _by_link(
        ma.fields.List(Text(100, blank=False), validate=ma.validate.Length(1, MOST_LISTED)),
        "Measures that carry a link, where they are not the default ones.",
    )
    known_other_changes = _several(KnownChange, "What else changes in that time.")
    owners = _by_link(ma.fields.Nested(LinkOwners), "Two named owners.")
    review_dates = ma.fields.List(DateField(), validate=ma.validate.Length(max=MOST_LISTED))
    drop_out = ma.fields.Nested(DropOut, allow_none=True)
    intangibles = ma.fields.List(
        Text(SHORT, blank=False),
        validate=ma.validate.Length(max=MOST_LISTED),
        metadata={"description": "Benefits that are listed and not put into money."},
    )


class WholePlan(PlanSections):
    """A plan as it begins: with its business problem."""

    name = Text(SHORT, blank=False, required=True)
    program_type = Text(60, blank=False, required=True, metadata={"description": "One of GET /program-types."})
    business_problem = Text(LONG, blank=False, required=True)


class PlanAnswer(PlanSections):
    """A plan with what LEI says of its KPIs."""

    kpis = _several(ProgramKpiAnswer, "The KPIs.")
