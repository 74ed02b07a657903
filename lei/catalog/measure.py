"""What a measure is: its fields (named as the columns of `measures.csv`), and when a definition makes sense."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Literal, get_args

from lei.errors import InvalidError, Problem

Direction = Literal["higher_is_better", "lower_is_better", "target_is_best"]
Curve = Literal["linear", "logarithmic", "lognormal", "piecewise"]
Rollup = Literal["weighted_mean", "sum", "last"]
Kind = Literal["measure", "kpi", "roster"]

PILLARS: Mapping[str, str] = {
    "access_engagement": "Learning Access & Engagement",
    "performance_outcomes": "Learning Performance & Outcomes",
    "capability_readiness": "Workforce Capability & Readiness",
    "operational_efficiency": "Operational Efficiency",
    "business_impact": "Business Impact & Value Realization",
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "unit": ("percent", "score", "days", "hours", "currency", "ratio", "nps", "count"),
    "direction": get_args(Direction),
    "curve": get_args(Curve),
    "goalpost_basis": ("benchmark", "rationale", "placeholder", "none"),
    "time_rollup": get_args(Rollup),
    "segment_rollup": ("weighted_mean", "sum"),
    "lead_lag": ("leading", "lagging"),
    "tdrp_type": ("efficiency", "effectiveness", "outcome"),
    "chain_link": (
        "learning_activity",
        "behavior_change",
        "capability_growth",
        "workforce_readiness",
        "business_kpi",
        "none",
    ),
    "kind": get_args(Kind),
}
HIGHEST_LEVEL = 5
# A rollup weight that names one of these is an amount, which nobody should read as a number of people.
_AMOUNTS = frozenset(("cost", "costs", "spend", "spending", "budget", "revenue", "hours", "points", "days"))
# Over how many months a value looks back, beside the trailing ones.
_WINDOWS = {"month": 1, "month end": 1, "quarter": 3, "quarter end": 3, "year": 12}
_TRAILING = re.compile(r"trailing (\d{1,3}) months?")
_SHARE = "100 * numerator / denominator"
# A numerator that names one of these is no number of cases: it averages, adds up or subtracts.
_NO_COUNTS = frozenset(("average", "mean", "minus", "sum"))

# Curves on the logarithm of the value, as a sentence begins with them.
_LOGARITHMIC = {"logarithmic": "A logarithmic curve", "lognormal": "A log-normal curve"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One defined number with its goalposts. Columns: those of `measures.csv`.

    A measure with weight 0 is context: stored and shown, never scored. A `kpi` is a business number owned outside
    learning, a `roster` figure one that readiness is forecast from: neither belongs to a pillar, neither is scored.
    `preferred_sources`, most trusted first, says whose word counts where several sources report the same; without it
    they are taken as different people and combined. `unit_words` stand behind a value in a sentence, such as
    `per 100 cases`, where the unit alone says too little.
    """

    key: str
    pillar: str
    display_name: str
    unit: str
    direction: Direction
    goalpost_0: float | None = None
    goalpost_100: float | None = None
    goalpost_100_upper: float | None = None
    goalpost_0_upper: float | None = None
    curve: Curve = "linear"
    knots: tuple[tuple[float, float], ...] = ()
    weight_in_pillar: float = 0.0
    definition: str = ""
    numerator: str = ""
    denominator: str = ""
    formula: str = ""
    goalpost_basis: str = "placeholder"
    goalpost_source: str = ""
    window: str = "month"
    time_rollup: Rollup = "weighted_mean"
    segment_rollup: str = "weighted_mean"
    rollup_weight: str = ""
    lead_lag: str = "leading"
    level: int = 0
    tdrp_type: str = "efficiency"
    chain_link: str = "none"
    source_system: tuple[str, ...] = ()
    linked_kpis: tuple[str, ...] = ()
    min_group_size: int = 5
    min_n_reliable: int = 1
    named_in_brief: bool = False
    pitfalls: str = ""
    owner: str = ""
    preferred_sources: tuple[str, ...] = ()
    kind: Kind = "measure"
    unit_words: str = ""

    @property
    def scorable(self) -> bool:
        """Whether a value of this measure can be turned into a score."""
        return self.kind == "measure" and (self.curve == "piecewise" or self.goalpost_0 is not None)

    @property
    def weighs_cases(self) -> bool:
        """Whether the sample size counts people, events or things, and is no amount of money, hours or points."""
        return not _AMOUNTS & set(self.rollup_weight.lower().split())

    @property
    def is_share_of_cases(self) -> bool:
        """Whether a value is the percentage of its sample that has something, as far as the definition says so.

        Only then does the sample size alone tell how sure the value is. A definition that says too little is no share.
        """
        counts = bool(self.numerator) and not _NO_COUNTS & set(self.numerator.lower().split())
        return self.unit == "percent" and self.formula.strip() == _SHARE and counts and self.weighs_cases

    @property
    def window_months(self) -> int | None:
        """Over how many months a value looks back: 1 for a month or its end; None where the window does not say.

        Values that look back over several months overlap with their neighbours: they are small in their changes by
        construction, so no limits, trend or correlation of months may rest on them.
        """
        trailing = _TRAILING.fullmatch(self.window)
        return int(trailing[1]) if trailing else _WINDOWS.get(self.window)

    @property
    def may_be_negative(self) -> bool:
        """Whether a percentage is a change, or another difference, rather than a part of a whole."""
        return "minus" in self.numerator.lower().split() or " - " in self.formula

    def as_dict(self) -> dict[str, Any]:
        """The definition as plain data that JSON can hold; `parse_measure` reads it back."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        plain["knots"] = [list(knot) for knot in self.knots]
        for name in ("source_system", "linked_kpis", "preferred_sources"):
            plain[name] = list(plain[name])
        return plain


FIELD_NAMES = tuple(field.name for field in fields(Measure))


def parse_measure(data: Mapping[str, Any]) -> Measure:
    """A checked measure from plain data whose types are right (shape is the business of the caller).

    Raises InvalidError whose problems name every field at fault.
    """
    values = dict(data)
    values["knots"] = tuple((float(x), float(y)) for x, y in values.get("knots") or ())
    for name in ("source_system", "linked_kpis", "preferred_sources"):
        values[name] = tuple(values.get(name) or ())
    measure = Measure(**values)
    problems = [*_choice_problems(measure), *_number_problems(measure), *_goalpost_problems(measure)]
    if problems:
        raise InvalidError(f"The measure '{measure.key}' cannot be used as it is.", problems)
    return measure


def _choice_problems(measure: Measure) -> list[Problem]:
    choices = dict(CHOICES)
    if measure.kind == "measure":
        choices["pillar"] = tuple(PILLARS)
    return [
        Problem(name, "unknown_value", f"'{getattr(measure, name)}' is not one of: {', '.join(allowed)}.")
        for name, allowed in choices.items()
        if getattr(measure, name) not in allowed
    ]


def _number_problems(measure: Measure) -> list[Problem]:
    problems = []
    if not (math.isfinite(measure.weight_in_pillar) and measure.weight_in_pillar >= 0):
        problems.append(Problem("weight_in_pillar", "out_of_range", "A weight is a number of 0 or more."))
    if not 0 <= measure.level <= HIGHEST_LEVEL:
        problems.append(Problem("level", "out_of_range", "Levels run from 0 (input) to 5 (ROI)."))
    if measure.min_group_size < 0:
        problems.append(Problem("min_group_size", "out_of_range", "Give 0 (no personal data) or a number of people."))
    if measure.min_n_reliable < 1:
        problems.append(Problem("min_n_reliable", "out_of_range", "Give a number of 1 or more."))
    return problems


def _goalpost_problems(measure: Measure) -> list[Problem]:
    """Goalposts must be in the order of the direction (docs/scoring-method.md section 1)."""
    if measure.curve == "piecewise":
        return _knot_problems(measure)
    low, high = measure.goalpost_0, measure.goalpost_100
    if low is None and high is None:
        if measure.weight_in_pillar > 0:
            return [Problem("goalpost_0", "required", "A measure with a weight needs goalposts.")]
        return []
    if low is None or high is None:
        return [Problem("goalpost_100", "required", "Give both goalposts, or none for a context measure.")]
    if measure.direction == "target_is_best":
        return _band_problems(measure, low, high)
    if measure.goalpost_100_upper is not None or measure.goalpost_0_upper is not None:
        return [Problem("goalpost_0_upper", "not_allowed", "Only 'target_is_best' has upper goalposts.")]
    rising = measure.direction == "higher_is_better"
    if low == high or (low < high) is not rising:
        wanted = "below" if rising else "above"
        return [
            Problem(
                "goalpost_0",
                "wrong_order",
                f"With '{measure.direction}', goalpost_0 lies {wanted} goalpost_100.",
            )
        ]
    if measure.curve in _LOGARITHMIC and min(low, high) <= 0:
        return [Problem("goalpost_0", "out_of_range", f"{_LOGARITHMIC[measure.curve]} needs goalposts above 0.")]
    return []


def _band_problems(measure: Measure, low: float, high: float) -> list[Problem]:
    upper_high, upper_low = measure.goalpost_100_upper, measure.goalpost_0_upper
    if upper_high is None or upper_low is None:
        return [Problem("goalpost_0_upper", "required", "'target_is_best' needs all four goalposts.")]
    if not low < high <= upper_high < upper_low:
        return [
            Problem(
                "goalpost_0",
                "wrong_order",
                "The four goalposts must rise: goalpost_0 < goalpost_100 <= goalpost_100_upper < goalpost_0_upper.",
            )
        ]
    return []


def _knot_problems(measure: Measure) -> list[Problem]:
    xs = [x for x, _ in measure.knots]
    if len(xs) < 2 or any(b <= a for a, b in pairwise(xs)):  # noqa: PLR2004 - a line needs two points
        return [Problem("knots", "wrong_order", "Give two or more knots [value, score] whose values rise.")]
    if any(not 0 <= score <= 100 for _, score in measure.knots):  # noqa: PLR2004 - scores run from 0 to 100
        return [Problem("knots", "out_of_range", "The score of a knot lies between 0 and 100.")]
    return []
