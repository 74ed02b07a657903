"""The clauses of the sentence of a claim, for `lei.evidence.words`: the tables that a translation replaces.

They are English here and translated where they are used, in `lei.evidence.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lei.evidence.claims import Units
from lei.language import N_, ngettext

# A KPI may be singular or plural, masculine or feminine, and stands without an article and without inflection: where
# the grammar of a language would follow it, its catalogue has `{Kpi}: a fall of {amount} …` instead of a verb.

# Where there is no clause of what moved: nothing measured, or an interval that includes 0.
WITHOUT_A_MOVE: Mapping[str, str] = MappingProxyType(
    {
        # For translators: {Kpi} and {kpi} are the name of a KPI, at the beginning and inside of a sentence.
        "not_measured": N_("{Kpi}: not measured yet."),
        "kpi_without_activity": N_("{Kpi}: not measured well enough to say anything."),
        # For translators: never "no effect". {where}: "at the sites with the new onboarding" and the like.
        "unclear_before": N_("No clear difference in {kpi} {where} between before and after: {change} ({interval})."),
        # For translators: never "no effect". {where}: "at the sites with the new onboarding" and the like.
        "unclear_trend": N_("No clear difference in {kpi} {where} from the earlier trend: {change} ({interval})."),
        # For translators: never "no effect". {population}: the trained group, as its planner named it, such as "the
        # sites with the new onboarding"; {others}: such as "comparable sites".
        "unclear_comparison": N_(
            "No clear difference in {kpi} between {population} and {others}: {change} ({interval})."
        ),
    }
)

# What moved. `unsure`: E3 was not reached, or was lowered. `more`: the trained group moved as the effect points;
# `less`: it did not, but the others moved further.
MOVES: Mapping[str, str] = MappingProxyType(
    {
        # For translators: a clause that another follows, without a full stop. {where}: "at the sites with the new
        # onboarding"; {amount}: a number with its unit, "1.3 per 100 tickets", "2 percentage points". "In the same
        # period" must not become "through", "thanks to" or "after".
        # For translators: where the verb would follow number or gender of the KPI, write "{Kpi}: a fall of {amount} …".
        "before_fell": N_("{Kpi} {where} fell {amount} in the same period as the program"),
        # For translators: as for the fall.
        "before_rose": N_("{Kpi} {where} rose {amount} in the same period as the program"),
        # For translators: as above; {before} and {after} are the levels, "8.4" and "6.8".
        "before_fell_levels": N_(
            "{Kpi} {where} fell {amount}, from {before} to {after}, in the same period as the program"
        ),
        # For translators: as for the fall.
        "before_rose_levels": N_(
            "{Kpi} {where} rose {amount}, from {before} to {after}, in the same period as the program"
        ),
        # For translators: the months after the start lie below what the trend of the months before leads to.
        "trend_fell": N_("{Kpi} {where} moved more than the earlier trend, to {amount} below what it projects"),
        # For translators: the months after the start lie above what the trend of the months before leads to.
        "trend_rose": N_("{Kpi} {where} moved more than the earlier trend, to {amount} above what it projects"),
        # For translators: weaker than the two before: a place below the trend, not a movement away from it.
        "trend_fell_unsure": N_("{Kpi} {where} lay {amount} below the earlier trend in the same period as the program"),
        # For translators: weaker than the two before: a place above the trend, not a movement away from it.
        "trend_rose_unsure": N_("{Kpi} {where} lay {amount} above the earlier trend in the same period as the program"),
        # For translators: {where}: "at the sites with the new onboarding"; {at_others}: "at comparable sites".
        "comparison_fell_more": N_("{Kpi} fell {amount} more {where} than {at_others}"),
        # For translators: {where}: "at the sites with the new onboarding"; {at_others}: "at comparable sites".
        "comparison_rose_more": N_("{Kpi} rose {amount} more {where} than {at_others}"),
        # For translators: {where}: "at the sites with the new onboarding"; {at_others}: "at comparable sites".
        "comparison_fell_less": N_("{Kpi} fell {amount} less {where} than {at_others}"),
        # For translators: {where}: "at the sites with the new onboarding"; {at_others}: "at comparable sites".
        "comparison_rose_less": N_("{Kpi} rose {amount} less {where} than {at_others}"),
        # For translators: {window}: "from August to October 2026".
        "random_fell": N_("The program lowered {kpi} by {amount} {where} {window}"),
        # For translators: {window}: "from August to October 2026".
        "random_rose": N_("The program raised {kpi} by {amount} {where} {window}"),
    }
)

# What may be said of it. A translation must not be stronger: "consistent with" and "probably" stay what they are, and
# only what stands under `caused` may name a cause.
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        # For translators: the second clause, after a semicolon.
        "E2": N_("whether the program had a part in it is not shown"),
        # For translators: no stronger than "would fit": it does not say that the program contributed.
        "E3": N_("this is consistent with a contribution of the program"),
        # For translators: "probably" must stay.
        "E4": N_("the program probably contributed"),
        "E5": N_("the groups were formed at random"),
        "E5_caused": N_(
            "it caused this difference: the groups were formed at random, with KPI and window fixed before launch"
        ),
        "adverse": N_("this is the wrong direction, and other explanations need a look before any conclusion"),
        "adverse_E5": N_("this is the wrong direction, and the groups were formed at random"),
        "adverse_E5_caused": N_(
            "this is the wrong direction, and the program caused it: the groups were formed at random, with KPI and "
            "window fixed before launch"
        ),
        # For translators: "path": the way from learning over behavior and capability to the KPI.
        "no_path": N_("a path from learning is not shown"),
        "no_path_adverse": N_("this is the wrong direction, and a path from learning is not shown"),
        "unlikely": N_("people do not work differently, so learning is an unlikely explanation"),
        "unlikely_adverse": N_(
            "this is the wrong direction, and people do not work differently, so learning is an unlikely explanation"
        ),
        "no_path_unlikely": N_(
            "a path from learning is not shown, and as people do not work differently, learning is an unlikely "
            "explanation"
        ),
        "no_path_unlikely_adverse": N_(
            "this is the wrong direction, a path from learning is not shown, and as people do not work differently, "
            "learning is an unlikely explanation"
        ),
    }
)
# For translators: a claim, then what may be said of it: both are clauses of their own.
SENTENCE = N_("{move}; {verdict}.")
# For translators: {decision}: in the words of who asks, such as "extend it to all sites"; best after a colon.
PAGE_ONE = N_("{claim} We ask to {decision}.")


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
            # For translators: the name is the planner's own words and cannot be inflected; quotation marks may help.
            N_("at {population}"),
            # For translators: stands in "between {population} and comparable sites".
            N_("comparable sites"),
            # For translators: stands in "more at {population} than at comparable sites".
            N_("at comparable sites"),
            # For translators: stands in "between {population} and other sites".
            N_("other sites"),
            # For translators: stands in "more at {population} than at other sites".
            N_("at other sites"),
        ),
        Units.TEAMS: GroupNames(
            # For translators: the name is the planner's own words and cannot be inflected; quotation marks may help.
            N_("in {population}"),
            # For translators: stands in "between {population} and comparable teams".
            N_("comparable teams"),
            # For translators: stands in "more in {population} than in comparable teams".
            N_("in comparable teams"),
            # For translators: stands in "between {population} and other teams".
            N_("other teams"),
            # For translators: stands in "more in {population} than in other teams".
            N_("in other teams"),
        ),
        Units.PEOPLE: GroupNames(
            # For translators: the name is the planner's own words and cannot be inflected; quotation marks may help.
            N_("among {population}"),
            # For translators: stands in "between {population} and comparable people".
            N_("comparable people"),
            # For translators: stands in "more among {population} than among comparable people".
            N_("among comparable people"),
            # For translators: stands in "between {population} and other people".
            N_("other people"),
            # For translators: stands in "more among {population} than among other people".
            N_("among other people"),
        ),
    }
)
# For translators: {period}: a month, "October 2026".
IN_ONE = N_("in {period}")
IN_THE_DATA = N_("in the period of these data")
# For translators: months: {first} "August" or "November 2025", {last} "October 2026".
FROM_TO = N_("from {first} to {last}")
# For translators: "95% interval −2.1 to 0.6"; in brackets or after a comma.
INTERVAL = N_("{level} interval {low} to {high}")
# For translators: for a table: "−1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6".
EFFECT = N_("{change} ({relative}), {interval}")
# For translators: for a table: "−1.3 per 100 tickets, 95% interval −2.1 to −0.6".
EFFECT_ALONE = N_("{change}, {interval}")
# For translators: for a narrow table: "−1.3 per 100 tickets (−16%) [−2.1 to −0.6]".
EFFECT_SHORT = N_("{change} ({relative}) [{low} to {high}]")
# For translators: for a narrow table: "−1.3 per 100 tickets [−2.1 to −0.6]".
EFFECT_SHORT_ALONE = N_("{change} [{low} to {high}]")


def people_took_part(number: int, *, unclear: bool) -> str:
    """The sentence of a grade that knows activity only. unclear: there was a number, and it was no clear difference."""
    if unclear:
        return ngettext(
            "{people} person took part; there is no clear difference in {kpi}.",
            "{people} people took part; there is no clear difference in {kpi}.",
            number,
        )
    return ngettext(
        "{people} person took part; what happened to {kpi} is not measured well enough to say.",
        "{people} people took part; what happened to {kpi} is not measured well enough to say.",
        number,
    )
