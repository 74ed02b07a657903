"""The shape of analyses of data in a request: what is asked, how a study came about, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

import marshmallow as ma

from api.analysis_rows import MOST_ROWS, SHAPES, columns_in_words
from api.schemas.evidence import (
    BalanceAnswer,
    ClaimAnswer,
    FindingAnswer,
    GradeAnswer,
    ResultAnswer,
    sentences,
    words,
)
from api.schemas.fields import Number, PeriodField, Text, TrueOrFalse, WholeNumber
from api.schemas.program_evidence import ChecksAnswer
from lei.evidence.lag_correlation import LONGEST_LAG
from lei.evidence.links import Link, LinkStatus
from lei.evidence.matching import CALIPER
from lei.evidence.month_series import Detrend
from lei.evidence.study_design import AssignedBy, Hit
from lei.evidence.trend import FARTHEST
from lei.periods import Grain, parse_period
from lei.services.evidence.analyses.analyse import METHODS
from lei.services.evidence.analyses.design import Assignment
from lei.services.evidence.analyses.relations import SIGNS

SHORT = 200
MOST_LISTED = 100
LARGEST = 1e15
_LONGEST_PANEL_LAG = 36
_LAG = ma.validate.Range(0, _LONGEST_PANEL_LAG)
_SHARE = ma.validate.Range(0, 1)


class AnyPeriod(ma.fields.Field[int]):
    """A month (2026-10), loaded as its ordinal, or a whole number; as the rows have it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            period = parse_period(value) if isinstance(value, str) else None
        except ValueError:
            period = None
        if period is None or period.grain is not Grain.MONTH:
            raise ma.ValidationError("This must be a month such as 2026-10, or a whole number.")
        return period.first_month


def _start() -> AnyPeriod:
    return AnyPeriod(required=True, metadata={"description": "The first period with the program."})


def _lag() -> WholeNumber:
    text = "Periods from the start on in which no effect is expected yet; they are left out."
    return WholeNumber(load_default=0, validate=_LAG, metadata={"description": text})


class NoOptions(ma.Schema):
    """A method without options."""


class MatchingOptions(ma.Schema):
    """How close a match must be."""

    caliper = Number(
        load_default=CALIPER,
        validate=ma.validate.Range(0, 100, min_inclusive=False),
        metadata={"description": "In standard deviations of each covariate."},
    )


class StartOptions(ma.Schema):
    """When the program started."""

    start = _start()
    lag = _lag()


class LagOptions(ma.Schema):
    """Of units that start at different times."""

    lag = _lag()


class BeforeAfterOptions(StartOptions):
    """When the program started, and what is before."""

    year_before = TrueOrFalse(
        load_default=False, metadata={"description": "Compare with the same months of earlier years alone."}
    )


class CrossSectionOptions(ma.Schema):
    """What is regressed on what, in one period."""

    lags = ma.fields.List(
        WholeNumber(validate=_LAG),
        load_default=lambda: [0],
        validate=ma.validate.Length(1, 12),
        metadata={"description": "Of the treatment, in periods; 0 before the first period."},
    )
    log_value = TrueOrFalse(load_default=False, metadata={"description": "Take the value in natural logs."})
    log_controls = ma.fields.List(Text(SHORT), load_default=list, validate=ma.validate.Length(max=MOST_LISTED))
    errors = ma.fields.String(
        load_default="robust",
        validate=ma.validate.OneOf(("robust", "classical")),
        metadata={"description": "robust: clustered by unit over time, and HC3 in one period."},
    )
    period = AnyPeriod(load_default=None, allow_none=True, metadata={"description": "Left out: the newest one."})


class PanelRegressionOptions(CrossSectionOptions):
    """What is regressed on what, over time."""

    class Meta:
        """One period alone makes no panel."""

        exclude = ("period",)

    estimator = ma.fields.String(
        load_default="fixed_effects", validate=ma.validate.OneOf(("fixed_effects", "first_differences"))
    )


class LaggedOptions(ma.Schema):
    """How two series are related."""

    expected = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(SIGNS)), metadata={"description": "What the plan expects."}
    )
    lag = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(0, LONGEST_LAG),
        metadata={"description": "The one that was planned; left out: all are tried, and the search is paid for."},
    )
    detrend = ma.fields.String(
        load_default=Detrend.DIFFERENCES.value, validate=ma.validate.OneOf([one.value for one in Detrend])
    )
    window_months = WholeNumber(
        load_default=1,
        validate=ma.validate.Range(1, 120),
        metadata={"description": "Over how many months a value looks back; only 1 can be compared."},
    )


class TrendOptions(ma.Schema):
    """How far a trend is carried on."""

    ahead = WholeNumber(load_default=0, validate=ma.validate.Range(0, FARTHEST))


OPTIONS: Mapping[str, ma.Schema] = MappingProxyType(
    {
        "matched_comparison": MatchingOptions(),
        "difference_in_differences": StartOptions(),
        "staggered_rollout": LagOptions(),
        "panel_regression": PanelRegressionOptions(),
        "cross_section": CrossSectionOptions(),
        "before_after": BeforeAfterOptions(),
        "interrupted_time_series": StartOptions(),
        "lagged_correlation": LaggedOptions(),
        "trend": TrendOptions(),
    }
)
NO_OPTIONS = NoOptions()


def _in_words() -> str:
    """What each method takes, for the description of the body."""
    told = []
    for method in METHODS:
        names = ", ".join(OPTIONS.get(method, NO_OPTIONS).fields)
        told.append(f"- `{method}`: rows {columns_in_words(method)}{f'; options {names}' if names else ''}")
    return "\n".join(told)


class AnalysisKpi(ma.Schema):
    """What the values are, in words."""

    name = Text(SHORT, blank=False, required=True, metadata={"description": "As in a sentence: `early errors`."})
    unit = Text(SHORT, load_default="", metadata={"description": "`percent`, `days`, or words: `per 100 tickets`."})
    lower_is_better = TrueOrFalse(load_default=False)
    key = Text(SHORT, load_default="")
    measure = Text(
        SHORT, load_default="the measure", metadata={"description": "What the KPI is related to, in correlations."}
    )


class AnalysisBaseline(ma.Schema):
    """Where both groups stood before, in something that the rows do not tell."""

    what = Text(SHORT, blank=False, required=True)
    treated = Number(required=True, validate=ma.validate.Range(-LARGEST, LARGEST))
    comparison = Number(required=True, validate=ma.validate.Range(-LARGEST, LARGEST))
    sd = Number(required=True, validate=ma.validate.Range(0, LARGEST))


class AnalysisDropOut(ma.Schema):
    """The shares (0 to 1) of both groups that have no result."""

    treated = Number(required=True, validate=_SHARE)
    comparison = Number(load_default=None, allow_none=True, validate=_SHARE)


class AnalysisChange(ma.Schema):
    """Something else that changed in the time of the program."""

    what = Text(SHORT, blank=False, required=True)
    hits = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("treated", "both")), metadata={"description": "Whom it reached."}
    )


class AnalysisWindow(ma.Schema):
    """When the data are from: months, quarters or years."""

    first = PeriodField(data_key="from", required=True)
    last = PeriodField(data_key="to", required=True)


class AnalysisDesign(ma.Schema):
    """How a study came about. What is left out counts as what is worst for the grade."""

    assignment = ma.fields.String(
        load_default="unknown",
        validate=ma.validate.OneOf(get_args(Assignment)),
        metadata={"description": "How people or sites came to the program; unknown counts as volunteers."},
    )
    assigned_by = ma.fields.Enum(AssignedBy, by_value=True, load_default=None, allow_none=True)
    population = Text(SHORT, load_default="", metadata={"description": "How sentences call those with the program."})
    window = ma.fields.Nested(AnalysisWindow, load_default=None, allow_none=True)
    baselines = ma.fields.List(
        ma.fields.Nested(AnalysisBaseline), load_default=list, validate=ma.validate.Length(max=MOST_LISTED)
    )
    baselines_comparable = TrueOrFalse(
        load_default=None,
        allow_none=True,
        metadata={"description": "Where neither rows nor `baselines` tell: whether all differ by less than 0.25 sd."},
    )
    drop_out = ma.fields.Nested(AnalysisDropOut, load_default=None, allow_none=True)
    other_changes = ma.fields.List(
        ma.fields.Nested(AnalysisChange), load_default=list, validate=ma.validate.Length(max=MOST_LISTED)
    )
    definition_or_sampling_changed = TrueOrFalse(load_default=False)
    post_hoc = TrueOrFalse(load_default=False)
    fixed_before_launch = TrueOrFalse(load_default=False)
    months_before = WholeNumber(
        load_default=0,
        validate=ma.validate.Range(0, 1200),
        metadata={"description": "Months with a value behind the rows, where these have no periods."},
    )
    months_after = WholeNumber(load_default=0, validate=ma.validate.Range(0, 1200))
    links = ma.fields.Dict(
        keys=ma.fields.Enum(Link, by_value=True),
        values=ma.fields.Enum(LinkStatus, by_value=True),
        load_default=dict,
        metadata={"description": "Status of links from learning to the KPI; the others count as missing."},
    )


class AnalysisRequest(ma.Schema):
    """An analysis of data that come with the request."""

    method = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(METHODS)))
    kpi = ma.fields.Nested(AnalysisKpi, required=True)
    rows = ma.fields.List(
        ma.fields.Raw(metadata={"type": "object"}),
        required=True,
        metadata={"description": f"At most {MOST_ROWS:,}. By method (`?`: may be left out):\n{_in_words()}"},
    )
    options = ma.fields.Dict(
        keys=ma.fields.String(), load_default=dict, metadata={"description": "Those of the method; see `rows`."}
    )
    design = ma.fields.Nested(AnalysisDesign, load_default=lambda: AnalysisDesign().load({}))


class NamedResultAnswer(ResultAnswer):
    """One of several results."""

    name = words()


class NamedBalanceAnswer(BalanceAnswer):
    """Baselines at one point of an analysis, such as after matching."""

    name = words()


class AnalysisAnswer(ma.Schema):
    """What an analysis found. Nothing of its rows was kept."""

    method = words()
    sentence = words("No stronger than the data permit.")
    result = ma.fields.Nested(
        NamedResultAnswer, allow_none=True, metadata={"description": "The one that is told; null where none may be."}
    )
    results = ma.fields.List(ma.fields.Nested(NamedResultAnswer))
    grade = ma.fields.String(
        allow_none=True, metadata={"description": "Null for statistics that carry no claim about a program."}
    )
    downgrade_reasons = ma.fields.List(ma.fields.Nested(FindingAnswer))
    claim = ma.fields.Nested(ClaimAnswer, allow_none=True)
    grade_decision = ma.fields.Nested(GradeAnswer, allow_none=True)
    findings = ma.fields.List(ma.fields.Nested(FindingAnswer))
    notes = sentences("All that should stand beside the sentence.")
    not_reported = ma.fields.String(allow_none=True, metadata={"description": "Why a search over lags reports none."})
    within = ma.fields.List(ma.fields.Nested(NamedResultAnswer), metadata={"description": "By segment."})
    balances = ma.fields.List(ma.fields.Nested(NamedBalanceAnswer))
    checks = ma.fields.Nested(ChecksAnswer, allow_none=True)
    tables = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.Dict()),
        metadata={"description": "Coefficients, lags, effects by start, forecasts."},
    )
    series = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.List(ma.fields.Raw()))


HITS = MappingProxyType({"treated": Hit.TREATED_ONLY, "both": Hit.BOTH_EQUALLY})
assert set(SHAPES) == set(METHODS)  # noqa: S101 - each method says which rows it takes
