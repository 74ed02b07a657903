"""Matching: people with a program compared with those without it who were like them before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lei.errors import InvalidError
from lei.evidence.balance import Balance, BaselineDifference, balance_of_values, standardized_difference
from lei.evidence.estimate import Bools, Estimate, Finding, Floats, TooLittle
from lei.evidence.inputs import finite, refuse_no_error, without_rounding
from lei.evidence.minimums import MINIMUMS, check, short_of_good
from lei.evidence.naive import naive_difference, sign_findings
from lei.evidence.nearest import (
    Baselines,
    Matches,
    baselines_of,
    match,
    spread_among_neighbours,
    spreads_of,
)
from lei.evidence.relative import relative_to
from lei.evidence.t_interval import t_interval
from lei.language import N_

METHOD = "matched_comparison"
# Someone farther away than this in any baseline, in standard deviations, is not like them (our own policy).
CALIPER = 0.5


@dataclass(frozen=True, slots=True)
class Participants:
    """N people of whom some took part: outcomes [N], treated [N], baselines [N, K] with their names [K]."""

    outcomes: Floats
    treated: Bools
    baselines: Floats
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchedComparison:
    """The effect on those who took part, the naive difference beside it, and the balance before and after matching."""

    estimate: Estimate
    naive: Estimate
    before: Balance
    after: Balance


def matched_comparison(people: Participants, *, caliper: float = CALIPER) -> MatchedComparison | TooLittle:
    """The mean effect on participants who find a match, by nearest neighbours with replacement and bias adjustment.

    Each is compared with the nearest person of the comparison on the Mahalanobis distance of the baselines (ties
    share), among those within `caliper` sd in every baseline. What still differs is taken off by a regression of the
    outcome on the baselines among the matched comparison (Abadie and Imbens 2011, J. Business and Economic Statistics
    29). Variance, with M participants, their effects τ_i, and K_j for how many of them person j stands:
    V = Σ (τ_i - τ)² / M² + Σ (K_j² - Σ shares²) σ_j² / M², with σ_j² of `spread_among_neighbours` (Abadie and Imbens
    2006, Econometrica 74, theorem 7), of what the regression leaves; normal distribution.
    Nothing is drawn, and the order of people does not matter. Too little: fewer than 20 participants with a match, less
    than half of all, fewer than 20 people they are matched with. Findings: `unmatched`; `baselines_differ` after
    matching; `sign_reversed` where the naive difference has the other sign; `comparison_leans_on_few` where the
    matches count as fewer than 20 people (Kish's effective number). Raises InvalidError for gaps, an empty group,
    baselines that never vary or say the same, and a caliper that is not above 0.
    """
    _check_people(people, caliper)
    count = float(people.treated.sum())
    there_are = {"people_treated": count, "people_comparison": len(people.treated) - count, "share_matched": 1.0}
    short = check(METHOD, there_are)
    if short:
        return short
    baselines = baselines_of(people.baselines, people.treated)
    matches = match(baselines, caliper)
    amounts = {
        "people_treated": float(len(matches.treated)),
        "people_comparison": float(matches.used.sum()),
        "share_matched": len(matches.treated) / count,
    }
    short = check(METHOD, amounts, {"people_comparison": max(_least_people(), people.baselines.shape[1] + 2)})
    if short:
        return short
    estimate = _estimate(people, baselines, matches, amounts)
    naive = naive_difference(people.outcomes, people.treated)
    after = _balance_after(people, matches)
    findings = (*sign_findings(naive.effect, estimate.effect), *after.findings, *_match_findings(people, matches))
    estimate = replace(estimate, findings=(*findings, *estimate.findings))
    before = balance_of_values(people.names, people.baselines, people.treated)
    return MatchedComparison(estimate, naive, before, after)


def _least_people() -> float:
    return MINIMUMS[METHOD].needed["people_comparison"]


def _check_people(people: Participants, caliper: float) -> None:
    outcomes = finite(people.outcomes, "outcomes")
    baselines = finite(people.baselines, "baselines", dimensions=2)
    if people.treated.shape != outcomes.shape or people.treated.dtype != np.bool_:
        raise InvalidError("For each outcome it must be said whether the person took part.")
    if not people.names or baselines.shape != (len(outcomes), len(people.names)):
        raise InvalidError("Baselines need a row for each person and a column for each name.")
    if people.treated.all() or not people.treated.any():
        raise InvalidError("Matching needs people who took part and people who did not.")
    if not caliper > 0:
        raise InvalidError("The caliper must be a number of standard deviations above 0.")
    for name, column in zip(people.names, baselines.T, strict=True):
        if np.ptp(column) == 0:
            raise InvalidError(f"The baseline {name} is the same for everybody, so nobody can be matched by it.")


def _estimate(people: Participants, baselines: Baselines, matches: Matches, amounts: dict[str, float]) -> Estimate:
    residuals = people.outcomes - _expected(people.outcomes, baselines, matches)
    partners = np.array([residuals[nearest].mean() for nearest in matches.nearest])
    effects = residuals[matches.treated] - partners
    effect = float(effects.mean())
    error = _error(residuals, effects, baselines, matches)
    refuse_no_error(
        without_rounding(error, float(np.abs(people.outcomes).max())),
        N_(
            "The outcomes of the people within the groups do not differ from each other, so nothing shows how sure "
            "the difference is."
        ),
    )
    interval = t_interval(effect, error)
    level = float(people.outcomes[matches.treated].mean())
    return Estimate(
        method=METHOD,
        effect=effect,
        ci_low=interval.low,
        ci_high=interval.high,
        standard_error=error,
        p_value=interval.p_value,
        n_treated=amounts["people_treated"],
        n_comparison=amounts["people_comparison"],
        units_treated=int(amounts["people_treated"]),
        units_comparison=int(amounts["people_comparison"]),
        relative=relative_to(level - effect, effect),
        findings=short_of_good(METHOD, amounts),
        details={"treated": level, "comparison": level - effect, "share_matched": amounts["share_matched"]},
    )


def _expected(outcomes: Floats, baselines: Baselines, matches: Matches) -> Floats:
    """What the regression of the matched comparison expects of everybody [N] without the program."""
    import statsmodels.api as sm

    used = matches.used
    design = np.column_stack((np.ones(len(outcomes)), baselines.scaled - baselines.scaled[used].mean(axis=0)))
    fit = sm.WLS(outcomes[used], design[used], matches.weights[used]).fit()
    expected: Floats = design @ fit.params
    return expected


def _error(residuals: Floats, effects: Floats, baselines: Baselines, matches: Matches) -> float:
    used = np.flatnonzero(matches.used)
    spreads = spread_among_neighbours(residuals, baselines, used)
    repeated = (matches.weights[used] ** 2 - matches.squares[used]) @ spreads
    return float(np.sqrt(((effects - effects.mean()) ** 2).sum() + repeated) / len(effects))


def _balance_after(people: Participants, matches: Matches) -> Balance:
    """Baselines of the participants with a match and of their matches, in standard deviations of before matching."""
    treated = people.baselines[matches.treated].mean(axis=0)
    comparison = np.average(people.baselines, axis=0, weights=matches.weights)
    spreads = spreads_of(people.baselines, people.treated)
    return Balance(
        tuple(
            BaselineDifference(name, float(one), float(other), standardized_difference(one, other, spread))
            for name, one, other, spread in zip(people.names, treated, comparison, map(float, spreads), strict=True)
        )
    )


def _match_findings(people: Participants, matches: Matches) -> tuple[Finding, ...]:
    alone = float(people.treated.sum()) - len(matches.treated)
    effective = float(matches.weights.sum() ** 2 / (matches.weights**2).sum())
    findings = (
        Finding("unmatched", {"unmatched": alone, "matched": float(len(matches.treated))}),
        Finding("comparison_leans_on_few", {"effective": effective, "limit": _least_people()}),
    )
    applies = (alone > 0, effective < _least_people())
    return tuple(finding for finding, true in zip(findings, applies, strict=True) if true)
