"""Comparisons of people: assigned by chance, found alike, or the same ones before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lei.errors import InvalidError, Problem
from lei.evidence.balance import Balance
from lei.evidence.claims import Units
from lei.evidence.estimate import Estimate, Result, TooLittle
from lei.evidence.matching import Participants, matched_comparison
from lei.evidence.paired import Differences, paired_change, paired_change_from_summary
from lei.evidence.randomized import Trial, compare_means, compare_proportions, randomized_comparison
from lei.evidence.samples import Sample, Share
from lei.evidence.study_design import Arm
from lei.services.evidence.analyses.answer import Analysis, Facts
from lei.services.evidence.analyses.rows import TREATED, Rows, all_have

Options = Mapping[str, Any]
PERCENT = 100
# Each of one group is compared with each of the other; beyond this an answer would take many seconds.
MOST_COMPARISONS = 25_000_000


def randomized(rows: Rows, _options: Options) -> Analysis:
    """Two arms of a trial: of persons, of their means, or of how many reached something (in percent points).

    Told is the plain difference; where baselines differ, that adjusted for them. Persons without a value dropped out.
    """
    if rows.shape != "persons":
        return _summarized(rows)
    assigned = rows.treated()
    rows, dropout = rows.with_values("value"), _lost(rows)
    members, clustered = rows.treated(), all_have(rows, "cluster")
    clusters = rows.texts("cluster") if clustered else None
    names, covariates = rows.table("covariates")
    trial = Trial(rows.numbers("value"), members, clusters, covariates if names else None, names)
    found = randomized_comparison(trial)
    sites = None if clusters is None else np.asarray(clusters)
    arms = [
        Arm(people=int(arm.sum()), sites=None if sites is None else len(set(sites[arm].tolist())))
        for arm in (members, ~members)
    ]
    facts = Facts(
        treated=arms[0],
        comparison=arms[1],
        people=int(assigned.sum()),
        units=_units(clustered=clustered),
        dropout=dropout,
    )
    if isinstance(found, TooLittle):
        return Analysis(results={"plain": found}, facts=facts)
    results: dict[str, Result] = {"plain": found.plain}
    if found.balance is None or found.adjusted is None:
        return Analysis(results=results, facts=facts)
    results["adjusted"] = found.adjusted
    adjusted = not found.balance.comparable and isinstance(found.adjusted, Estimate)
    if adjusted:
        results = dict(reversed(results.items()))
    facts = replace(facts, fields=_compared(found.balance), adjusted=adjusted, told=found.balance.findings)
    return Analysis(results=results, facts=facts, balances={"baselines": found.balance})


def matched(rows: Rows, options: Options) -> Analysis:
    """Those who took part against others who were like them before; the naive difference beside it."""
    names, baselines = rows.table("covariates")
    members = rows.treated()
    _refuse_too_many(int(members.sum()), int((~members).sum()))
    found = matched_comparison(
        Participants(rows.numbers("value"), members, baselines, names), caliper=options["caliper"]
    )
    arms = Arm(people=int(members.sum())), Arm(people=int((~members).sum()))
    facts = Facts(treated=arms[0], comparison=arms[1], people=arms[0].people)
    if isinstance(found, TooLittle):
        return Analysis(results={"matched": found}, facts=facts)
    return Analysis(
        results={"matched": found.estimate, "naive": found.naive},
        facts=replace(facts, fields=_compared(found.after)),
        balances={"before_matching": found.before, "after_matching": found.after},
    )


def paired(rows: Rows, _options: Options) -> Analysis:
    """The same people before and after, or the summary of their differences."""
    if rows.shape == "differences":
        if rows.count != 1:
            text = "Give one row with the summary of all differences."
            raise InvalidError(text, [Problem("rows", "not_one_row", text)])
        mean, sd, n = (rows.numbers(name)[0] for name in ("mean", "sd", "n"))
        return Analysis(results={"paired": paired_change_from_summary(Differences(float(mean), float(sd), float(n)))})
    return Analysis(results={"paired": paired_change(rows.numbers("before"), rows.numbers("after"))})


def _lost(rows: Rows) -> tuple[float, float]:
    """The shares of both groups that have no value; none of a group in which nobody is."""
    treated, lost = rows.treated(), np.isnan(rows.numbers("value"))
    shares = [float(lost[arm].mean()) if arm.any() else 0.0 for arm in (treated, ~treated)]
    return shares[0], shares[1]


def _refuse_too_many(treated: int, others: int) -> None:
    if treated * others > MOST_COMPARISONS:
        text = (
            f"Matching {treated:,} people with {others:,} takes {treated * others:,} comparisons; at most "
            f"{MOST_COMPARISONS:,} are made. Send a random part of the larger group."
        )
        raise InvalidError(text, [Problem("rows", "too_many_rows", text)])


def _summarized(rows: Rows) -> Analysis:
    places = [_only(rows, members) for members in (rows.treated(), ~rows.treated())]
    sizes = [int(rows.columns["n"][place]) for place in places]
    if rows.shape == "counts":
        counts = [Share(int(rows.columns["count"][place]), n) for place, n in zip(places, sizes, strict=True)]
        result = _in_percent(compare_proportions(counts[0], counts[1]))
    else:
        summaries = [
            Sample(float(rows.columns["mean"][place]), float(rows.columns["sd"][place]), n)
            for place, n in zip(places, sizes, strict=True)
        ]
        result = compare_means(summaries[0], summaries[1])
    facts = Facts(treated=Arm(people=sizes[0]), comparison=Arm(people=sizes[1]), people=sizes[0])
    return Analysis(results={"plain": result}, facts=facts)


def _only(rows: Rows, members: Any) -> int:
    """The place of the one row of a group."""
    places = np.flatnonzero(members)
    if len(places) != 1:
        text = f"Give one row with the summary of each group, '{TREATED}' and 'comparison'."
        raise InvalidError(text, [Problem("rows", "not_one_row", text)])
    return int(places[0])


def _in_percent(result: Result) -> Result:
    """Shares as percentages, as everywhere in LEI."""
    if not isinstance(result, Estimate):
        return result
    return replace(
        result,
        effect=PERCENT * result.effect,
        ci_low=PERCENT * result.ci_low,
        ci_high=PERCENT * result.ci_high,
        standard_error=PERCENT * result.standard_error,
        details={name: PERCENT * share for name, share in result.details.items()},
    )


def _compared(balance: Balance) -> dict[str, Any]:
    return {"baselines_compared": True, "baselines_comparable": balance.comparable}


def _units(*, clustered: bool) -> Units:
    return Units.SITES if clustered else Units.PEOPLE
