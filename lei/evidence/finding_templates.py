"""The sentences of findings, by their codes: the table that a new finding is added to, and a translation replaces."""

from __future__ import annotations

from collections.abc import Mapping

Templates = Mapping[str, tuple[str, ...]]

# What is counted: one, several.
COUNTED: Mapping[str, tuple[str, str]] = {
    "cases": ("{n} case", "{n} cases"),
    "pairs": ("{n} matched pair", "{n} matched pairs"),
    "people": ("{n} person", "{n} people"),
    "people_treated": ("{n} person in the trained group", "{n} people in the trained group"),
    "people_comparison": ("{n} person in the comparison group", "{n} people in the comparison group"),
    "months": ("{n} month", "{n} months"),
    "months_before": ("{n} month before", "{n} months before"),
    "months_after": ("{n} month after", "{n} months after"),
    "periods": ("{n} period", "{n} periods"),
    "units": ("{n} unit", "{n} units"),
    "units_treated": ("{n} unit in the trained group", "{n} units in the trained group"),
    "units_comparison": ("{n} unit in the comparison group", "{n} units in the comparison group"),
    "sites_treated": ("{n} site in the trained group", "{n} sites in the trained group"),
    "sites_comparison": ("{n} site in the comparison group", "{n} sites in the comparison group"),
    "segments": ("{n} segment", "{n} segments"),
    "series_that_vary": ("{n} series that varies", "{n} series that vary"),
    "back_tests": ("{n} test against the past", "{n} tests against the past"),
    "months_missing_in_a_row": ("at most {n} missing month in a row", "at most {n} missing months in a row"),
    "share_matched": ("{n:percent} of the trained group matched", "{n:percent} of the trained group matched"),
}

# Names in findings that are not the user's own words.
NAMES: Mapping[str, str] = {
    "isolation": "the credited share",
    "confidence": "the confidence",
    "participants_time": "participants' time",
}

# What a grade asks for and a study does not have; what lowers a grade; what caps it.
OF_GRADES: Templates = {
    "no_activity": ("Nobody is on record as having taken part.",),
    "no_kpi_series": ("There is no series of the KPI.",),
    "too_little_data": ("There is too little data of the KPI to compare anything.",),
    "correlation_only": ("Two series that move together, or units that differ, show no change of the KPI.",),
    "few_months": ("The KPI needs {needed} months before and after the start; there are {before} and {after}.",),
    "few_months_before": ("An earlier trend needs {needed} months before the start; there are {found}.",),
    "few_people": ("At least {needed} people are needed; there are {found}.",),
    "few_people_per_group": ("Each group needs at least {needed} people; the smaller one has {found}.",),
    "trend_not_taken_out": ("The earlier trend of the KPI is not taken out of the difference.",),
    "inside_trend_band": ("The months after the start lie within what the earlier trend would have brought anyway.",),
    "trend_band_unknown": ("Whether the months after the start leave the earlier trend has not been computed.",),
    "no_comparison_group": ("There is no comparison group.",),
    "earlier_cohort_only": ("An earlier cohort did not live through the same months as the trained group.",),
    "comparison_not_used": ("There is a comparison group, but this number does not use it.",),
    "baselines_unknown": ("Whether both groups were alike at the start has not been checked.",),
    "baselines_differ": (
        "The groups differ at the start in {names}, by up to {largest} standard deviations (limit {limit}).",
        "The groups differ at the start in {names}.",
        "The groups differ too much at the start in KPI, tenure or role mix.",
    ),
    "not_parallel": ("Before the start the two groups did not move in parallel.",),
    "cannot_tell_parallel": ("Whether the two groups moved in parallel before the start cannot be told.",),
    "not_random": ("Who was trained, or when, was not decided at random.",),
    "dropout_unknown": ("How many dropped out of each group is not known.",),
    "dropout_from_rows": ("Drop-out is taken from the rows: those without a result dropped out.",),
    "high_drop_out": (
        "{dropout:percent} of a group dropped out (limit {limit:percent}).",
        "Many dropped out of a group.",
    ),
    "other_change": ("In the same window the trained group also had: {names}.",),
    "chosen_for_bad_results": (
        "The group was chosen for its bad results, which tend to return to their usual level by themselves.",
    ),
    "volunteers": ("Those who took part volunteered, and nobody compared where they stood at the start.",),
    "definition_changed": ("The definition of the KPI, or who is counted in it, changed in the window.",),
    "few_sites": (
        "Whole sites were assigned, and the smaller group has {found} (at least {limit} are needed).",
        "Sites were compared, {treated} with {comparison}; each group needs at least {limit}.",
        "Few sites stand on one side of the comparison.",
    ),
    "drift_small_beside_effect": (
        "The months before are too few to show that the groups moved in parallel; had they gone on drifting apart as "
        "they did, that would explain {share:percent} of the difference.",
    ),
    "group_below_privacy_minimum": ("A group has fewer than {limit} people, so nothing is shown of it.",),
    "values_overlap": ("The values look back over more than their month, so what is new shows late and weakened.",),
    "post_hoc": ("The KPI was added after launch: its grade is E2 at most.",),
}

# What statistics find out about their own results.
OF_STATISTICS: Templates = {
    "below_good": (
        "Enough data to show the result, but not much: {found_counted}, where {good} would be good.",
        "Enough data to show the result, but not much: {found}, where {good} would be good.",
        "Enough data to show the result, but not much.",
    ),
    "other_season": ("The months before and after lie in different seasons.",),
    "regression_to_mean": (
        "Chosen for its results, the group was to change by {expected} without any program; it changed by {observed}.",
        "Part of the change was to be expected in a group chosen for its results, without any program.",
    ),
    "months_as_observations": (
        "With so few sites, the interval rests on the months alone; what differs from site to site is not in it.",
    ),
    "gaps": (
        "{months} months have no value and were left out.",
        "Months without a value were left out: {names}.",
        "Some months have no value and were left out.",
    ),
    "months_missing": ("{cells} monthly values are missing in the units compared.", "Monthly values are missing."),
    "units_left_out": (
        "Left out, for lack of values before or after the start: {names}.",
        "{units} units lack values before or after the start and were left out.",
    ),
    "unmatched": (
        "{unmatched} of the trained group found nobody alike and were left out; {matched} did.",
        "{people} people have only one of both values and were left out.",
    ),
    "season_not_removed": (
        "The usual course of the year is not taken out: that needs {needed} months before the start, there are "
        "{months_before}.",
        "The usual course of the year is not taken out.",
    ),
    "autocorrelated": (
        "Neighboring months are much alike (autocorrelation {autocorrelation:2}), so the interval is rough.",
        "Neighboring months are much alike, so the interval is rough.",
    ),
    "few_clusters": (
        "The interval is rough: it rests on {treated} trained and {comparison} comparison groups (good: {limit} each).",
        "The interval is rough: it rests on few groups.",
    ),
    "placebo_found_effect": (
        "A made-up start in the months before finds a difference too ({effect}).",
        "A made-up start in the months before finds a difference too.",
    ),
    "comparison_leans_on_few": (
        "The matched comparison leans on few people: they count as {effective:0} (limit {limit}).",
        "The matched comparison leans on few people.",
    ),
    "sign_reversed": (
        "Without adjusting, the difference would point the other way: {naive} instead of {adjusted}.",
        "Without adjusting, the difference would point the other way.",
    ),
    "mix_of_segments": (
        "Most of the difference of {pooled} comes from the mix of segments; at the same mix it is {standardized}.",
        "Most of the difference in total comes from the mix of segments.",
    ),
    "segments_left_out": ("Left out, with nothing to compare: {names}.", "{segments} segments were left out."),
    "simpson_reversal": (
        "In total the difference is {pooled}, but at the same mix of segments it is {standardized}: believe that one.",
        "The direction of the total turns within the groups: {names}.",
        "The direction of the total turns within the groups; believe the groups, not the total.",
    ),
    "outlier_driven": (
        "A few unusual values shape the result: by ranks the correlation is {spearman:2} instead of {r:2}.",
        "A few unusual values shape the result.",
    ),
    "starts_left_out": (
        "Starts with fewer than {months_needed} months before them were left out: {starts}.",
        "Some starts were left out.",
    ),
    "months_without_comparison": ("In some months nobody untrained was left to compare with; they were left out.",),
    "sites_unknown": ("Whether the relation holds within sites cannot be told: the sites are not known.",),
    "reversed_within_sites": ("The relation turns around within sites: believe the sites, not the total.",),
    "not_clear_within_sites": ("Within sites there is no clear relation.",),
    "tests_disagree": (
        "Two tests disagree (p = {t_p:3} and, by ranks, {wilcoxon_p:3}); do not lean on either.",
        "Two tests disagree; do not lean on either.",
    ),
}

# What money and forecasts say about their own figures.
COST_AND_CREDIT: Templates = {
    "effect_without_interval": ("The change of the KPI has no interval, so the range of its value is too narrow.",),
    "no_clear_difference": ("There is no clear difference in the KPI, so any value may as well be none.",),
    "nothing_improved": ("The KPI did not move in the planned direction, so there is nothing to value.",),
    "cannot_break_even": ("Even if the whole change were credited, the first year would not cover the cost.",),
    "not_paid_back_in_first_year": ("At this rate the cost is paid back after {months:0} months, not within a year.",),
    "isolation_capped": (
        "The credited share was estimated at {asked:percent}; at this grade {ceiling:percent} is the most that counts.",
    ),
    "credited_share_is_an_estimate": ("The credited share ({isolation:percent}) is an estimate.",),
    "extreme_answers_dropped": (
        "Extreme answers on {names} were dropped: {dropped}, with {kept} kept.",
        "Extreme answers were dropped.",
    ),
    "arrivals_are_planned": ("Arrivals are a plan, not a measurement: {heads_a_month} people a month.",),
    "expiring_not_stated": ("Which certificates expire is stated for {months} of the next three months only.",),
    "expiring_unknown": ("Which certificates expire is not stated, so the forecast loses none.",),
    "attrition_unknown": ("Attrition is not stated, so the forecast loses nobody by it.",),
    "renewal_unknown": ("Renewal is not stated, so every certificate that expires counts as lost.",),
    "required_unknown": ("How many heads are required is not stated, so it is taken as the people in the role.",),
    "places_added_up": ("Smaller groups are added up here: a surplus in one of them hides a lack in another.",),
    "cost_parts_missing": ("No amount is stated for: {names}.", "Parts of the cost are not stated."),
}
