"""The shape of evidence in answers: results, claims, grades, checks and series."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from api.schemas.fields import PeriodField
from lei.evidence.grade import Grade


def number(text: str = "") -> ma.fields.Float:
    """A number of an answer, null where there is none."""
    return ma.fields.Float(allow_none=True, metadata={"description": text} if text else {})


def words(text: str = "") -> ma.fields.String:
    """A sentence, or other words."""
    return ma.fields.String(metadata={"description": text} if text else {})


def sentences(text: str = "") -> ma.fields.List[Any]:
    """Several sentences."""
    return ma.fields.List(ma.fields.String(), metadata={"description": text} if text else {})


def numbers(text: str) -> ma.fields.Dict:
    """Numbers by name."""
    return ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float(), metadata={"description": text})


class FindingAnswer(ma.Schema):
    """Something that a reader of a result must know."""

    code = ma.fields.String()
    sentence = ma.fields.String()


def findings(text: str = "") -> ma.fields.List[Any]:
    """Findings, each with its code and its sentence."""
    return ma.fields.List(ma.fields.Nested(FindingAnswer), metadata={"description": text} if text else {})


class ResultAnswer(ma.Schema):
    """An effect with its interval; or, in words, what there was too little of, and null for the numbers."""

    method = words()
    effect = number("In the unit of the data.")
    ci_low = number()
    ci_high = number()
    level = number("Of the interval: 0.95.")
    standard_error = number()
    p_value = number()
    degrees_of_freedom = number("Null where the interval is that of a normal distribution.")
    relative = number("The effect as a share of the level without it.")
    n_treated = number("Cases behind it, or people.")
    n_comparison = number()
    units_treated = number("Sites, teams or people that were counted.")
    units_comparison = number()
    periods_before = number()
    periods_after = number()
    excludes_zero = ma.fields.Boolean(
        allow_none=True, metadata={"description": "Only then is there a clear difference."}
    )
    findings = findings("What limits or qualifies it.")
    details = numbers("Further numbers, such as the levels before and after.")
    too_little = ma.fields.String(allow_none=True, metadata={"description": "What was lacking, in words."})
    needed = numbers("What the statistic needs of what was short.")
    found = numbers("What there was of it.")


class LoweredByPersonAnswer(ma.Schema):
    """Somebody's decision to claim less."""

    assigned = ma.fields.String(data_key="from", metadata={"description": "The grade that the system assigned."})
    reason = ma.fields.String()


class GradeAnswer(ma.Schema):
    """How a grade came about."""

    grade = ma.fields.String(validate=ma.validate.OneOf([grade.key for grade in Grade]))
    badge = words("The grade as a badge has it.")
    reached = words("The highest grade whose requirements are all met.")
    unmet = ma.fields.Dict(
        keys=ma.fields.String(),
        values=findings(),
        metadata={"description": "For every grade above the one that was reached, what is missing there."},
    )
    missing_for_next = findings("Why this grade and not the one above.")
    downgrade_reasons = findings("Each lowered the grade by one, down to E1.")
    capped_by = findings()
    lowered_by_person = ma.fields.Nested(LoweredByPersonAnswer, allow_none=True)
    explained = sentences("All of it in sentences.")


class ClaimWindowAnswer(ma.Schema):
    """The months of a claim, both included."""

    first = PeriodField(data_key="from")
    last = PeriodField(data_key="to")


class ClaimAnswer(ma.Schema):
    """What every claim about a KPI carries, and its words."""

    kpi_key = words()
    population = words()
    window = ma.fields.Nested(ClaimWindowAnswer, allow_none=True)
    effect = number()
    unit = words()
    ci_low = number()
    ci_high = number()
    n_treated = number()
    n_comparison = number()
    grade = ma.fields.String(validate=ma.validate.OneOf([grade.key for grade in Grade]))
    downgrade_reasons = findings()
    missing_links = ma.fields.List(ma.fields.String())
    caveat = words("One sentence.")
    sentence = words("No stronger than the grade and the chain permit.")
    sentence_with_interval = words()
    effect_in_words = words("For a table; empty below E2.")
    notes = sentences("All that a report prints beside the sentence, in the order in which it matters.")


class BaselineAnswer(ma.Schema):
    """One baseline in both groups."""

    name = words()
    treated = number()
    comparison = number()
    standardized = number("The difference in standard deviations; null for unequal ones that never vary.")
    comparable = ma.fields.Boolean(metadata={"description": "Below 0.25 standard deviations."})


class BalanceAnswer(ma.Schema):
    """Whether both groups were alike at the start."""

    comparable = ma.fields.Boolean()
    baselines = ma.fields.List(ma.fields.Nested(BaselineAnswer))
