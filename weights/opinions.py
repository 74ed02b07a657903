"""Several people's weights as one: their mean, how far they lie apart, and the concentration that says it in a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weights.refusal import refuse

# Below this the sum of variances is rounding: all people said the same.
_NO_SPREAD = 1e-20


@dataclass(frozen=True, slots=True)
class GroupOpinion:
    """Mean weight by key (they sum to 1), the spread by key (standard deviation among people), and the concentration.

    spread and concentration are None for one person. concentration: kappa of a Dirichlet distribution around the mean,
    `Var w = w (1 - w) / (kappa + 1)`; None where there is no spread, or so much that no kappa above 0 fits.
    note: says why one of the two is None, else None.
    """

    weights: Mapping[str, float]
    spread: Mapping[str, float] | None
    concentration: float | None
    note: str | None


def group_opinion(people: Sequence[Mapping[str, float]]) -> GroupOpinion:
    """The opinion of people whose weights sum to 1 each, all about the same keys; raises WeightsError.

    The concentration is estimated by the method of moments. Of a Dirichlet distribution of concentration kappa, the
    variances sum to `sum w (1 - w) / (kappa + 1)`, and `1 - sum w^2` of one draw has the expectation
    `sum w (1 - w) kappa / (kappa + 1)`. So kappa is the mean over people of `1 - sum w^2`, by the sum over keys of the
    sample variances (n - 1). It describes how far one person lies from the group, not how sure the mean is.
    """
    if not people or not people[0] or any(set(person) != set(people[0]) for person in people):
        refuse("people", "An opinion needs at least one person, and all must weigh the same things.")
    keys = list(people[0])
    table = np.array([[person[key] for key in keys] for person in people])
    weights = dict(zip(keys, (table.mean(axis=0) / table.mean(axis=0).sum()).tolist(), strict=True))
    if len(people) == 1:
        return GroupOpinion(weights, None, None, "One person alone has no spread, and says nothing about others.")
    variances = table.var(axis=0, ddof=1)
    spread = dict(zip(keys, np.sqrt(variances).tolist(), strict=True))
    if variances.sum() < _NO_SPREAD:
        return GroupOpinion(weights, spread, None, "All people gave the same weights: there is no spread to describe.")
    undivided = float(np.mean(1.0 - (table**2).sum(axis=1)))
    if undivided < _NO_SPREAD:
        note = "Each person put everything on one thing: the spread is as large as can be, and no concentration fits."
        return GroupOpinion(weights, spread, None, note)
    return GroupOpinion(weights, spread, undivided / float(variances.sum()), None)
