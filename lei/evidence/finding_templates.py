"""The sentences of findings, by their codes: the table that a new finding is added to.

They are English here and translated where they are used, in `lei.evidence.finding_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lei.language import N_, _, ngettext

Templates = Mapping[str, tuple[str, ...]]

# What is counted; stands in "needs 20 matched pairs" and "not much: 20 matched pairs, where 50 would be good".
COUNTED: Mapping[str, Callable[[int], str]] = {
    # For translators: what a statistic needs or has; all of these stand in lists such as "Too little data: needs 3
    # months before and 3 after; there are 2 and 1."
    "cases": lambda number: ngettext("{n} case", "{n} cases", number),
    "pairs": lambda number: ngettext("{n} matched pair", "{n} matched pairs", number),
    "people": lambda number: ngettext("{n} person", "{n} people", number),
    "people_treated": lambda number: ngettext(
        "{n} person in the trained group", "{n} people in the trained group", number
    ),
    "people_comparison": lambda number: ngettext(
        "{n} person in the comparison group", "{n} people in the comparison group", number
    ),
    "months": lambda number: ngettext("{n} month", "{n} months", number),
    "months_before": lambda number: ngettext("{n} month before", "{n} months before", number),
    "months_after": lambda number: ngettext("{n} month after", "{n} months after", number),
    "periods": lambda number: ngettext("{n} period", "{n} periods", number),
    "units": lambda number: ngettext("{n} unit", "{n} units", number),
    "units_treated": lambda number: ngettext("{n} unit in the trained group", "{n} units in the trained group", number),
    "units_comparison": lambda number: ngettext(
        "{n} unit in the comparison group", "{n} units in the comparison group", number
    ),
    "sites_treated": lambda number: ngettext("{n} site in the trained group", "{n} sites in the trained group", number),
    "sites_comparison": lambda number: ngettext(
        "{n} site in the comparison group", "{n} sites in the comparison group", number
    ),
    "segments": lambda number: ngettext("{n} segment", "{n} segments", number),
    # For translators: a series of values of which not all are the same.
    "series_that_vary": lambda number: ngettext("{n} series that varies", "{n} series that vary", number),
    "back_tests": lambda number: ngettext("{n} test against the past", "{n} tests against the past", number),
    "months_missing_in_a_row": lambda number: ngettext(
        "at most {n} missing month in a row", "at most {n} missing months in a row", number
    ),
    # For translators: keep ":percent"; it writes "50%".
    "share_matched": lambda _number: _("{n:percent} of the trained group matched"),
}

# Names in findings that are not the user's own words, as they stand in a list.
NAMES: Mapping[str, str] = {
    # For translators: stands in "Extreme answers on the credited share were dropped", best after a colon.
    "isolation": N_("the credited share"),
    "confidence": N_("the confidence"),
    # For translators: what the time of those who learn costs; stands in "No amount is stated for: …".
    "participants_time": N_("participants' time"),
}

# What a grade asks for and a study does not have; what lowers a grade; what caps it.
OF_GRADES: Templates = {
    "no_activity": (N_("Nobody is on record as having taken part."),),
    "no_kpi_series": (N_("There is no series of the KPI."),),
    "too_little_data": (N_("There is too little data of the KPI to compare anything."),),
    "correlation_only": (N_("Two series that move together, or units that differ, show no change of the KPI."),),
    "few_months": (N_("The KPI needs {needed} months before and after the start; there are {before} and {after}."),),
    "few_months_before": (N_("An earlier trend needs {needed} months before the start; there are {found}."),),
    "few_people": (N_("At least {needed} people are needed; there are {found}."),),
    "few_people_per_group": (N_("Each group needs at least {needed} people; the smaller one has {found}."),),
    "trend_not_taken_out": (N_("The earlier trend of the KPI is not taken out of the difference."),),
    "inside_trend_band": (
        N_("The months after the start lie within what the earlier trend would have brought anyway."),
    ),
    "trend_band_unknown": (N_("Whether the months after the start leave the earlier trend has not been computed."),),
    "no_comparison_group": (N_("There is no comparison group."),),
    "earlier_cohort_only": (N_("An earlier cohort did not live through the same months as the trained group."),),
    "comparison_not_used": (N_("There is a comparison group, but this number does not use it."),),
    "baselines_unknown": (N_("Whether both groups were alike at the start has not been checked."),),
    "baselines_differ": (
        # For translators: {names}: a list such as "the KPI, tenure and role mix"; {largest}, {limit}: numbers.
        N_("The groups differ at the start in {names}, by up to {largest} standard deviations (limit {limit})."),
        N_("The groups differ at the start in {names}."),
        N_("The groups differ too much at the start in KPI, tenure or role mix."),
    ),
    "not_parallel": (N_("Before the start the two groups did not move in parallel."),),
    "cannot_tell_parallel": (N_("Whether the two groups moved in parallel before the start cannot be told."),),
    "not_random": (N_("Who was trained, or when, was not decided at random."),),
    "dropout_unknown": (N_("How many dropped out of each group is not known."),),
    "dropout_from_rows": (N_("Drop-out is taken from the rows: those without a result dropped out."),),
    "high_drop_out": (
        N_("{dropout:percent} of a group dropped out (limit {limit:percent})."),
        N_("Many dropped out of a group."),
    ),
    # For translators: {names}: what else changed, in the words of a planner.
    "other_change": (N_("In the same window the trained group also had: {names}."),),
    "chosen_for_bad_results": (
        N_("The group was chosen for its bad results, which tend to return to their usual level by themselves."),
    ),
    "volunteers": (N_("Those who took part volunteered, and nobody compared where they stood at the start."),),
    "definition_changed": (N_("The definition of the KPI, or who is counted in it, changed in the window."),),
    "few_sites": (
        # For translators: {found}: the number of sites of the smaller group.
        N_("Whole sites were assigned, and the smaller group has {found} (at least {limit} are needed)."),
        N_("Sites were compared, {treated} with {comparison}; each group needs at least {limit}."),
        N_("Few sites stand on one side of the comparison."),
    ),
    "drift_small_beside_effect": (
        N_(
            "The months before are too few to show that the groups moved in parallel; had they gone on drifting apart "
            "as they did, that would explain {share:percent} of the difference."
        ),
    ),
    "group_below_privacy_minimum": (N_("A group has fewer than {limit} people, so nothing is shown of it."),),
    "values_overlap": (N_("The values look back over more than their month, so what is new shows late and weakened."),),
    "post_hoc": (N_("The KPI was added after launch: its grade is E2 at most."),),
}

# What statistics find out about their own results.
OF_STATISTICS: Templates = {
    "below_good": (
        # For translators: {found_counted}: "20 matched pairs"; {good}: a number.
        N_("Enough data to show the result, but not much: {found_counted}, where {good} would be good."),
        N_("Enough data to show the result, but not much: {found}, where {good} would be good."),
        N_("Enough data to show the result, but not much."),
    ),
    "other_season": (N_("The months before and after lie in different seasons."),),
    "regression_to_mean": (
        # For translators: {expected}, {observed}: numbers without a unit.
        N_(
            "Chosen for its results, the group was to change by {expected} without any program; it changed by "
            "{observed}."
        ),
        N_("Part of the change was to be expected in a group chosen for its results, without any program."),
    ),
    "months_as_observations": (
        N_("With so few sites, the interval rests on the months alone; what differs from site to site is not in it."),
    ),
    "gaps": (
        N_("{months} months have no value and were left out."),
        N_("Months without a value were left out: {names}."),
        N_("Some months have no value and were left out."),
    ),
    "months_missing": (
        N_("{cells} monthly values are missing in the units compared."),
        N_("Monthly values are missing."),
    ),
    "units_left_out": (
        N_("Left out, for lack of values before or after the start: {names}."),
        N_("{units} units lack values before or after the start and were left out."),
    ),
    "unmatched": (
        N_("{unmatched} of the trained group found nobody alike and were left out; {matched} did."),
        N_("{people} people have only one of both values and were left out."),
    ),
    "season_not_removed": (
        # For translators: the season of the year is not taken out of the months.
        N_(
            "The usual course of the year is not taken out: that needs {needed} months before the start, there are "
            "{months_before}."
        ),
        N_("The usual course of the year is not taken out."),
    ),
    "autocorrelated": (
        N_("Neighboring months are much alike (autocorrelation {autocorrelation:2}), so the interval is rough."),
        N_("Neighboring months are much alike, so the interval is rough."),
    ),
    "few_clusters": (
        N_(
            "The interval is rough: it rests on {treated} trained and {comparison} comparison groups (good: {limit} "
            "each)."
        ),
        N_("The interval is rough: it rests on few groups."),
    ),
    "placebo_found_effect": (
        # For translators: as a test, the program is taken to have begun at an earlier time; {effect}: a number.
        N_("A made-up start in the months before finds a difference too ({effect})."),
        N_("A made-up start in the months before finds a difference too."),
    ),
    "comparison_leans_on_few": (
        # For translators: keep ":0" and the like in the braces; they say how many decimals are written.
        N_("The matched comparison leans on few people: they count as {effective:0} (limit {limit})."),
        N_("The matched comparison leans on few people."),
    ),
    "sign_reversed": (
        N_("Without adjusting, the difference would point the other way: {naive} instead of {adjusted}."),
        N_("Without adjusting, the difference would point the other way."),
    ),
    "mix_of_segments": (
        # For translators: {pooled}, {standardized}: differences as numbers; "mix": how large each segment is.
        N_("Most of the difference of {pooled} comes from the mix of segments; at the same mix it is {standardized}."),
        N_("Most of the difference in total comes from the mix of segments."),
    ),
    "segments_left_out": (N_("Left out, with nothing to compare: {names}."), N_("{segments} segments were left out.")),
    "simpson_reversal": (
        N_(
            "In total the difference is {pooled}, but at the same mix of segments it is {standardized}: believe that "
            "one."
        ),
        N_("The direction of the total turns within the groups: {names}."),
        N_("The direction of the total turns within the groups; believe the groups, not the total."),
    ),
    "outlier_driven": (
        N_("A few unusual values shape the result: by ranks the correlation is {spearman:2} instead of {r:2}."),
        N_("A few unusual values shape the result."),
    ),
    "starts_left_out": (
        N_("Starts with fewer than {months_needed} months before them were left out: {starts}."),
        N_("Some starts were left out."),
    ),
    "months_without_comparison": (N_("In some months nobody untrained was left to compare with; they were left out."),),
    "sites_unknown": (N_("Whether the relation holds within sites cannot be told: the sites are not known."),),
    "reversed_within_sites": (N_("The relation turns around within sites: believe the sites, not the total."),),
    "not_clear_within_sites": (N_("Within sites there is no clear relation."),),
    "tests_disagree": (
        N_("Two tests disagree (p = {t_p:3} and, by ranks, {wilcoxon_p:3}); do not lean on either."),
        N_("Two tests disagree; do not lean on either."),
    ),
}

# What money and forecasts say about their own figures.
COST_AND_CREDIT: Templates = {
    "effect_without_interval": (N_("The change of the KPI has no interval, so the range of its value is too narrow."),),
    "no_clear_difference": (N_("There is no clear difference in the KPI, so any value may as well be none."),),
    "nothing_improved": (N_("The KPI did not move in the planned direction, so there is nothing to value."),),
    "cannot_break_even": (N_("Even if the whole change were credited, the first year would not cover the cost."),),
    "not_paid_back_in_first_year": (
        N_("At this rate the cost is paid back after {months:0} months, not within a year."),
    ),
    "isolation_capped": (
        N_(
            "The credited share was estimated at {asked:percent}; at this grade {ceiling:percent} is the most that "
            "counts."
        ),
    ),
    "credited_share_is_an_estimate": (N_("The credited share ({isolation:percent}) is an estimate."),),
    "extreme_answers_dropped": (
        N_("Extreme answers on {names} were dropped: {dropped}, with {kept} kept."),
        N_("Extreme answers were dropped."),
    ),
    "arrivals_are_planned": (N_("Arrivals are a plan, not a measurement: {heads_a_month} people a month."),),
    "expiring_not_stated": (N_("Which certificates expire is stated for {months} of the next three months only."),),
    "expiring_unknown": (N_("Which certificates expire is not stated, so the forecast loses none."),),
    "attrition_unknown": (N_("Attrition is not stated, so the forecast loses nobody by it."),),
    "renewal_unknown": (N_("Renewal is not stated, so every certificate that expires counts as lost."),),
    "required_unknown": (N_("How many heads are required is not stated, so it is taken as the people in the role."),),
    "places_added_up": (N_("Smaller groups are added up here: a surplus in one of them hides a lack in another."),),
    "cost_parts_missing": (N_("No amount is stated for: {names}."), N_("Parts of the cost are not stated.")),
}
