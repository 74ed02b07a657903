"""What the data say about weights, as advice only: several methods beside today's weights, each with its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.errors import InvalidError, Problem
from lei.services.scores.score import score
from lei.services.scores.score_report import Score, ScoreQuery, ScoreReport
from weights.data_driven import share_of_principal_axis
from weights.data_methods import ADVICE_ONLY, DATA_METHODS
from weights.profile import WeightsError, shares_of
from weights.tables import Floats

# Ours: fewer cases describe themselves and nothing else.
FEWEST_CASES = 10
# Ours: what is scored in fewer than half of the cases would cost more cases than it is worth.
_LEAST_SCORED = 0.5
_CASES_PER_KEY = 5
_MAIN_DIRECTION = 0.5


@dataclass(frozen=True, slots=True)
class MethodAdvice:
    """What one method says. weights by key, which sum to 1; None where it cannot take these data, and `refused` why."""

    method: str
    source: str
    weights: Mapping[str, float] | None
    refused: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice on the weights of the pillars, or of the measures of one pillar.

    today: the profile's shares of the keys that were weighed, to sum 1. cases: segments in periods with a score for all
    of them. left_out: why a key was not weighed; gaps: cases left out because one of the scores is missing or hidden.
    """

    profile: str
    version: int
    data_as_of: datetime | None
    today: Mapping[str, float]
    cases: int
    gaps: int
    left_out: Mapping[str, str]
    methods: tuple[MethodAdvice, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Cases:
    """values [case, key]: scores without gaps."""

    values: Floats
    keys: tuple[str, ...]
    gaps: int
    left_out: Mapping[str, str]


def advise_weights(
    session: Session, query: ScoreQuery, pillar: str | None, methods: Sequence[str], min_group_size: int
) -> Advice:
    """Data-driven weights of the pillars, or of the measures of `pillar`, from the scores that the query asks for.

    Raises InvalidError for an unknown pillar, a query that makes no sense and too few cases, NotFoundError for an
    unknown profile.
    """
    if pillar is not None and pillar not in PILLARS:
        problem = Problem("pillar", "unknown_key", f"There is no pillar '{pillar}'.", hint=", ".join(PILLARS))
        raise InvalidError(problem.message, [problem])
    report = score(session, replace(query, detail="measures" if pillar else "pillars"), min_group_size)
    today = _weights_today(report, pillar)
    cases = _cases(report, pillar, tuple(today))
    return Advice(
        report.profile,
        report.version,
        report.data_as_of,
        shares_of({key: today[key] for key in cases.keys}),
        len(cases.values),
        cases.gaps,
        cases.left_out,
        tuple(_advice(name, cases) for name in methods),
        tuple(_warnings(query, cases)),
    )


def _weights_today(report: ScoreReport, pillar: str | None) -> dict[str, float]:
    """The weights above 0 in the last period that was asked for."""
    newest = [s for s in report.scores if s.period == report.query.last]
    if not newest:
        raise _too_few(0, 0)
    pillars = newest[0].pillars if pillar is None else [p for p in newest[0].pillars if p.key == pillar]
    weighed = pillars if pillar is None else [m for p in pillars for m in p.measures]
    return {each.key: each.weight for each in weighed if each.weight > 0}


def _scores(found: Score, pillar: str | None) -> dict[str, float]:
    scored = found.pillars if pillar is None else [m for p in found.pillars if p.key == pillar for m in p.measures]
    return {each.key: each.score for each in scored if each.score is not None}


def _cases(report: ScoreReport, pillar: str | None, keys: tuple[str, ...]) -> _Cases:
    """Scores of segments in periods; first keys that are rarely scored are left out, then cases with a gap."""
    rows = [_scores(found, pillar) for found in report.scores]
    table = np.array([[row.get(key, np.nan) for key in keys] for row in rows]).reshape(len(rows), len(keys))
    table = table[~np.isnan(table).all(axis=1)]
    scored = (~np.isnan(table)).sum(axis=0)
    kept = scored >= max(1.0, _LEAST_SCORED * len(table))
    left_out = {
        key: f"It has a score in {scored[place]} of {len(table)} cases, fewer than half."
        for place, key in enumerate(keys)
        if not kept[place]
    }
    complete = table[:, kept]
    complete = complete[~np.isnan(complete).any(axis=1)]
    found = tuple(key for key, keep in zip(keys, kept.tolist(), strict=True) if keep)
    if len(complete) < FEWEST_CASES:
        raise _too_few(len(complete), len(table))
    if len(found) < 2:  # noqa: PLR2004 - one alone has all the weight
        text = "Fewer than two of the things to weigh have scores in at least half of the cases."
        raise InvalidError(text, [Problem("pillar", "too_few_keys", text)])
    return _Cases(complete, found, len(table) - len(complete), left_out)


def _too_few(complete: int, all_cases: int) -> InvalidError:
    text = (
        f"Of {all_cases} cases (segments in periods) with scores, {complete} have all that is weighed; data-driven "
        f"weights need {FEWEST_CASES}: ask for more periods, or split by a dimension."
    )
    return InvalidError(text, [Problem("from", "too_few_cases", text)])


def _advice(name: str, cases: _Cases) -> MethodAdvice:
    method = DATA_METHODS[name]
    try:
        weights = dict(zip(cases.keys, method.weigh(cases.values).tolist(), strict=True))
    except WeightsError as error:
        return MethodAdvice(name, method.source, None, _refusal(error, cases.keys), ())
    warnings = [method.rewards, method.warning]
    if name == "principal_axis":
        share = share_of_principal_axis(cases.values)
        say = "so it stands for little of what goes on" if share < _MAIN_DIRECTION else "the rest it does not see"
        warnings.append(f"The main direction holds {100 * share:.0f} % of what varies, {say}.")
    return MethodAdvice(name, method.source, weights, None, tuple(warnings))


def _refusal(error: WeightsError, keys: tuple[str, ...]) -> str:
    """The sentence, and which of our keys the column is that it speaks of."""
    field, sentence = error.problems[0]
    column = field.partition(".")[2]
    return f"{sentence} That is '{keys[int(column)]}'." if column else sentence


def _warnings(query: ScoreQuery, cases: _Cases) -> list[str]:
    warnings = [ADVICE_ONLY]
    if query.last != query.first:
        warnings.append("Periods of one segment resemble each other: they are fewer independent cases than they look.")
    if len(cases.values) < _CASES_PER_KEY * len(cases.keys):
        warnings.append(
            f"{len(cases.values)} cases for {len(cases.keys)} weights are few (a rule of thumb asks for "
            f"{_CASES_PER_KEY} each): a few more months may turn the order round."
        )
    warnings += [
        f"'{key}' is the same in every case: no method can say anything about it, and it gets 0."
        for key, width in zip(cases.keys, np.ptp(cases.values, axis=0).tolist(), strict=True)
        if width == 0
    ]
    if cases.left_out or cases.gaps:
        warnings.append(
            f"Left out for gaps: {len(cases.left_out)} of the things to weigh, then {cases.gaps} cases. What is "
            "missing may be unlike what is there."
        )
    return warnings
