"""The clauses of the sentence of a claim, for `lei.evidence.words`: the tables that a translation replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lei.evidence.claims import Units

# Where there is no clause of what moved: nothing measured, activity only, or an interval that includes 0.
WITHOUT_A_MOVE: Mapping[str, str] = MappingProxyType(
    {
        "not_measured": "{Kpi}: not measured yet.",
        "activity_only": "{people} took part; what happened to {kpi} is not measured well enough to say.",
        "activity_unclear": "{people} took part; there is no clear difference in {kpi}.",
        "kpi_without_activity": "{Kpi}: not measured well enough to say anything.",
        "unclear_before": "No clear difference in {kpi} {where} between before and after: {change} ({interval}).",
        "unclear_trend": "No clear difference in {kpi} {where} from the earlier trend: {change} ({interval}).",
        "unclear_comparison": "No clear difference in {kpi} between {population} and {others}: {change} ({interval}).",
    }
)

# What moved. `unsure`: E3 was not reached, or was lowered. `more`: the trained group moved as the effect points;
# `less`: it did not, but the others moved further.
MOVES: Mapping[str, str] = MappingProxyType(
    {
        "before_fell": "{Kpi} {where} fell {amount} in the same period as the program",
        "before_rose": "{Kpi} {where} rose {amount} in the same period as the program",
        "before_fell_levels": "{Kpi} {where} fell {amount}, from {before} to {after}, in the same period as the "
        "program",
        "before_rose_levels": "{Kpi} {where} rose {amount}, from {before} to {after}, in the same period as the "
        "program",
        "trend_fell": "{Kpi} {where} moved more than the earlier trend, to {amount} below what it projects",
        "trend_rose": "{Kpi} {where} moved more than the earlier trend, to {amount} above what it projects",
        "trend_fell_unsure": "{Kpi} {where} lay {amount} below the earlier trend in the same period as the program",
        "trend_rose_unsure": "{Kpi} {where} lay {amount} above the earlier trend in the same period as the program",
        "comparison_fell_more": "{Kpi} fell {amount} more {where} than {at_others}",
        "comparison_rose_more": "{Kpi} rose {amount} more {where} than {at_others}",
        "comparison_fell_less": "{Kpi} fell {amount} less {where} than {at_others}",
        "comparison_rose_less": "{Kpi} rose {amount} less {where} than {at_others}",
        "random_fell": "The program lowered {kpi} by {amount} {where} {window}",
        "random_rose": "The program raised {kpi} by {amount} {where} {window}",
    }
)

# What may be said of it.
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "E2": "whether the program had a part in it is not shown",
        "E3": "this is consistent with a contribution of the program",
        "E4": "the program probably contributed",
        "E5": "the groups were formed at random",
        "E5_caused": "it caused this difference: the groups were formed at random, with KPI and window fixed before "
        "launch",
        "adverse": "this is the wrong direction, and other explanations need a look before any conclusion",
        "adverse_E5": "this is the wrong direction, and the groups were formed at random",
        "adverse_E5_caused": "this is the wrong direction, and the program caused it: the groups were formed at "
        "random, with KPI and window fixed before launch",
        "no_path": "a path from learning is not shown",
        "no_path_adverse": "this is the wrong direction, and a path from learning is not shown",
        "unlikely": "people do not work differently, so learning is an unlikely explanation",
        "unlikely_adverse": "this is the wrong direction, and people do not work differently, so learning is an "
        "unlikely explanation",
        "no_path_unlikely": "a path from learning is not shown, and as people do not work differently, learning is an "
        "unlikely explanation",
        "no_path_unlikely_adverse": "this is the wrong direction, a path from learning is not shown, and as people do "
        "not work differently, learning is an unlikely explanation",
    }
)
SENTENCE = "{move}; {verdict}."
PAGE_ONE = "{claim} We ask to {decision}."


@dataclass(frozen=True, slots=True)
class GroupNames:
    """How the groups are named. The others are comparable at E4 and E5; below, nobody has shown that they are."""

    where: str
    comparable: str
    at_comparable: str
    other: str
    at_other: str


GROUPS: Mapping[Units, GroupNames] = MappingProxyType(
    {
        Units.SITES: GroupNames(
            "at {population}", "comparable sites", "at comparable sites", "other sites", "at other sites"
        ),
        Units.TEAMS: GroupNames(
            "in {population}", "comparable teams", "in comparable teams", "other teams", "in other teams"
        ),
        Units.PEOPLE: GroupNames(
            "among {population}", "comparable people", "among comparable people", "other people", "among other people"
        ),
    }
)
IN_ONE = "in {period}"
IN_THE_DATA = "in the period of these data"
FROM_TO = "from {first} to {last}"
SHORT_RANGE = " [{low} to {high}]"
INTERVAL = "{level} interval {low} to {high}"
EFFECT = "{change} ({relative}), {interval}"
EFFECT_ALONE = "{change}, {interval}"
