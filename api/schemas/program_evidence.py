"""The shape of the evidence of a program in questions and answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.evidence import BalanceAnswer, ClaimAnswer, GradeAnswer, ResultAnswer, findings, number, words
from api.schemas.fields import MonthField


class EvidenceQuery(ma.Schema):
    """Parameters of `GET /programs/{key}/evidence`."""

    to = MonthField(
        load_default=None, metadata={"description": "The last month that counts; left out: the newest one with data."}
    )


class NotComputedAnswer(ma.Schema):
    """A statistic that could not be computed although there was data."""

    method = words()
    reason = words()


class GapAnswer(ma.Schema):
    """The gap between the groups in a month before the start, against the last of them."""

    month = ma.fields.Integer(metadata={"description": "-2 is two months ahead of the start."})
    effect = number()
    ci_low = number()
    ci_high = number()
    stands_out = ma.fields.Boolean()


class TrendsAnswer(ma.Schema):
    """Whether both groups moved alike before the start."""

    verdict = ma.fields.String(
        allow_none=True, validate=ma.validate.OneOf(("parallel", "not_parallel", "cannot_tell", None))
    )
    drift = number("By how much the gap grew before the start, in standard deviations.")
    slope = ma.fields.Nested(ResultAnswer, metadata={"description": "By how much it grew a month."})
    gaps = ma.fields.List(ma.fields.Nested(GapAnswer))


class MixAnswer(ma.Schema):
    """The change of the total, and that of the units each with the same weight before and after."""

    total = number()
    standardized = number()
    findings = findings()


class RegressionAnswer(ma.Schema):
    """What a group chosen for its bad results would have gained without any program."""

    expected = number()
    low = number()
    high = number()
    observed = number()
    share = number("How much of the observed change was to be expected.")
    too_little = ma.fields.String(allow_none=True)


class ChecksAnswer(ma.Schema):
    """What was looked at beside the effect; null where there was no reason to, or nothing to look at."""

    pre_trend = ma.fields.String(
        allow_none=True, metadata={"description": "How the groups moved before, as the grade takes it."}
    )
    band = ma.fields.String(
        allow_none=True, metadata={"description": "Whether the KPI left the band of its earlier trend."}
    )
    parallel_trends = ma.fields.Nested(TrendsAnswer, allow_none=True)
    placebo = ma.fields.Nested(ResultAnswer, allow_none=True)
    balance = ma.fields.Nested(BalanceAnswer, allow_none=True)
    mix = ma.fields.Nested(MixAnswer, allow_none=True)
    regression_to_mean = ma.fields.Nested(RegressionAnswer, allow_none=True)


class EvidenceSeriesAnswer(ma.Schema):
    """What the chart of the evidence is drawn from; lists are as long as the months, null where there is nothing."""

    months = ma.fields.List(ma.fields.String())
    treated = ma.fields.List(number())
    comparison = ma.fields.List(number())
    projected = ma.fields.List(number(), metadata={"description": "The earlier trend."})
    low = ma.fields.List(number(), metadata={"description": "Its 95 % band, in the months that count."})
    high = ma.fields.List(number())
    start = words("The first month of the program.")
    counted_from = words("The first month in which an effect is looked for.")


class KpiEvidenceAnswer(ClaimAnswer):
    """The claim about one KPI of a program, and what it rests on."""

    kpi_name = words()
    role = words()
    lower_is_better = ma.fields.Boolean()
    state = ma.fields.String(
        allow_none=True, metadata={"description": "Where the program stands on the way from learning to this KPI."}
    )
    state_sentence = words()
    grade_decision = ma.fields.Nested(GradeAnswer)
    chosen = ma.fields.String(
        allow_none=True, metadata={"description": "The method that the claim rests on: the one with the best grade."}
    )
    results = ma.fields.List(
        ma.fields.Nested(ResultAnswer), metadata={"description": "All that were computed, the simplest first."}
    )
    not_computed = ma.fields.List(ma.fields.Nested(NotComputedAnswer))
    findings = findings("What the checks found.")
    checks = ma.fields.Nested(ChecksAnswer)
    series = ma.fields.Nested(EvidenceSeriesAnswer, allow_none=True)


class EvidenceAnswer(ma.Schema):
    """The evidence of a program at the end of a month."""

    program = words()
    to = words()
    kpis = ma.fields.List(ma.fields.Nested(KpiEvidenceAnswer))
    legend = words("All grades in one sentence.")
