"""What would happen if a measure moved, in words: the index exactly, the KPI only if the past relation holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from lei.evidence.amounts import decimals_for
from lei.evidence.estimate import TooLittle
from lei.evidence.finding_words import too_little_sentence
from lei.evidence.money import Ranged
from lei.evidence.money_words import money
from lei.evidence.relation_words import months_later
from lei.evidence.what_if import RefusedReason, WhatIfAnswer, WhatIfRefused
from lei.language import N_, _
from lei.letters import first_upper
from lei.numbers import tenths, whole, with_decimals, with_percent_sign

NotModelledReason = Literal["small_group", "no_series", "no_flow", "no_value", "lag_too_long"]

# For translators: {before}, {after}: values of a measure, "47 %"; {unit}: a part of an organization; {change}:
# points of the composite.
ON_THE_INDEX = N_(
    "{Measure} from {before} to {after}: its score goes from {score_before} to {score_after}, and the composite of "
    "{unit} from {composite_before} to {composite_after} ({change}), all else unchanged."
)
NO_COMPOSITE = N_(
    "{Measure} from {before} to {after}: its score goes from {score_before} to {score_after}. {Unit} has no composite "
    "to change."
)
NO_VALUE = N_("The measure has no value to show there.")
IMPOSSIBLE = N_("{Measure} cannot come to {after}.")
# For translators: {percent}: "−4%"; {later}: "3 months later" or "in the same month".
ON_THE_KPI = N_("If the past relation holds, the change in {kpi} is {percent} [{low} to {high}] {later}.")
IN_MONEY = N_("That is {value} [{low} to {high}] a year.")
REFUSED: Mapping[RefusedReason, str] = MappingProxyType(
    {
        "grade_too_low": N_("Nothing is said of {kpi}: its evidence is grade E{grade}, and E2 is needed."),
        "slope_unclear": N_(
            "Nothing is said of {kpi}: how it followed {measure} in the past is not clear (for 1% between "
            "{ci_low}% and {ci_high}%, which includes 0)."
        ),
        "beyond_what_was_seen": N_(
            "Nothing is said of {kpi}: {measure} was never near {target} (seen, with a tenth of "
            "the range on either side: {lowest} to {highest})."
        ),
    }
)
NOT_MODELLED: Mapping[NotModelledReason, str] = MappingProxyType(
    {
        "small_group": N_("Nothing is said of {kpi}: the group is too small for its numbers to be shown."),
        "no_series": N_("Nothing is said of {kpi}: there are no months of both {measure} and the KPI in the program."),
        "no_flow": N_(
            "Nothing is said of {kpi}: {measure} or the KPI is a state or looks back over more than a month."
        ),
        "no_value": N_("Nothing is said of {kpi}: {measure} has no value above 0 in that month."),
        "lag_too_long": N_(
            "Nothing is said of {kpi}: it is expected later than any relation is looked for (6 months)."
        ),
    }
)
LACKING = N_("Nothing is said of {kpi}. {lacking}")
_DECIMALS_OF_A_COMPOSITE = 2


def answer_sentence(answer: WhatIfAnswer, kpi: str) -> str:
    """What a KPI would do, with its interval, and what that is worth where somebody says what the KPI is."""
    found = answer.kpi_percent
    decimals = decimals_for(found.value, found.low, found.high)
    percent, low, high = (with_percent_sign(_signed(end, decimals)) for end in (found.value, found.low, found.high))
    told = _(ON_THE_KPI).format(kpi=kpi, percent=percent, low=low, high=high, later=months_later(answer.lag))
    if answer.money is None or answer.currency is None:
        return told
    value, least, most = _rounded(answer.money)
    in_money = _(IN_MONEY).format(value=money(value, answer.currency), low=whole(least), high=whole(most))
    return f"{told} {in_money}"


def refused_sentence(refused: WhatIfRefused, measure: str, kpi: str) -> str:
    """Why nothing is said of a KPI."""
    numbers = {name: _shortly(number) for name, number in refused.numbers.items()}
    return _(REFUSED[refused.reason]).format(kpi=kpi, measure=measure, **numbers)


def not_modelled_sentence(reason: NotModelledReason | TooLittle, measure: str, kpi: str) -> str:
    """Why there is no slope to say anything of a KPI with."""
    if isinstance(reason, TooLittle):
        return _(LACKING).format(kpi=kpi, lacking=too_little_sentence(reason))
    return _(NOT_MODELLED[reason]).format(kpi=kpi, measure=measure)


def index_sentence(
    measure: str,
    values: tuple[str, str],
    scores: tuple[float, float],
    composites: tuple[float, float] | None,
    unit: str,
) -> str:
    """What a step of a measure does to the index of a unit; values: before and after, as texts with their unit."""
    names = {
        "Measure": first_upper(measure),
        "before": values[0],
        "after": values[1],
        "score_before": tenths(scores[0]),
        "score_after": tenths(scores[1]),
        "unit": unit,
        "Unit": first_upper(unit),
    }
    if composites is None:
        return _(NO_COMPOSITE).format_map(names)
    before, after = composites
    return _(ON_THE_INDEX).format(
        **names,
        composite_before=with_decimals(before, _DECIMALS_OF_A_COMPOSITE),
        composite_after=with_decimals(after, _DECIMALS_OF_A_COMPOSITE),
        change=_signed(after - before, _DECIMALS_OF_A_COMPOSITE),
    )


def impossible_sentence(measure: str, after: str) -> str:
    """That a measure cannot have such a value."""
    return _(IMPOSSIBLE).format(Measure=first_upper(measure), after=after)


def _rounded(money: Ranged) -> tuple[float, float, float]:
    """To two digits of the width of the range: what is less is not known."""
    width = money.high - money.low
    digits = 1 - math.floor(math.log10(width)) if width > 0 else 0
    return round(money.value, digits), round(money.low, digits), round(money.high, digits)


def _signed(number: float, decimals: int) -> str:
    written = with_decimals(number, decimals)
    return f"+{written}" if round(number, decimals) > 0 else written


def _shortly(number: float) -> str:
    """A number with the decimals that it has, at most two."""
    rounded = round(number, 2)
    return with_decimals(number, next(decimals for decimals in (0, 1, 2) if round(number, decimals) == rounded))
