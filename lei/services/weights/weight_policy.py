"""The policy of a weight profile: bounds that the share of a pillar must keep to, and approval by a second person."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.errors import Problem, refuse_faults
from lei.services.scores.profile_in_force import versions_of
from lei.services.words.near_words import suggestion
from lei.services.words.share_words import percents
from lei.storage.ledger import raise_ledger
from lei.storage.weight_policies import NO_POLICY, WeightPolicy, add_policy, read_policies
from weights.profile import shares_of

Bounds = Mapping[str, tuple[float, float]]
# Shares are quotients of binary fractions: 3 of 20 may come out a last digit beside 0.15.
_NOISE = 1e-9


def find_policies(session: Session, name: str) -> list[WeightPolicy]:
    """The policies of a profile, the newest first and never empty; raises NotFoundError when there is no profile."""
    versions_of(session, name)
    return [*read_policies(session, name), NO_POLICY]


def change_policy(session: Session, name: str, changes: Mapping[str, Any], changed_by: str, now: datetime) -> None:
    """Change the policy of a profile: `bounds` as a whole, `approvals_required`, or both.

    It is asked of drafts when they are next changed, approved or published; what is published stays.
    Raises NotFoundError, InvalidError for bounds that no profile could keep to.
    """
    raise_ledger(session, now)
    present = find_policies(session, name)[0]
    policy = replace(present, **changes)
    _check_bounds(policy.bounds)
    if policy != present:
        add_policy(session, name, replace(policy, changed_by=changed_by, changed_at=now))


def refuse_outside_bounds(session: Session, name: str, pillars: Mapping[str, float]) -> None:
    """Raise InvalidError that names every pillar whose share is outside the bounds of the profile's policy."""
    bounds = (read_policies(session, name) or [NO_POLICY])[0].bounds
    shares = shares_of(pillars)
    problems = []
    for pillar in sorted(bounds, key=list(PILLARS).index):
        (low, high), share = bounds[pillar], shares.get(pillar, 0.0)
        if low - _NOISE <= share <= high + _NOISE:
            continue
        side, bound = ("at least", low) if share < low else ("at most", high)
        has, asked = percents(share, bound)
        text = f"{PILLARS[pillar]} has {has} of the weight; the policy of '{name}' asks for {side} {asked}."
        problems.append(Problem(f"pillars.{pillar}", "outside_bounds", text))
    refuse_faults(problems)


def _check_bounds(bounds: Bounds) -> None:
    problems = [
        Problem(f"bounds.{pillar}", "unknown_key", f"There is no pillar '{pillar}'.", hint=suggestion(pillar, PILLARS))
        for pillar in bounds
        if pillar not in PILLARS
    ]
    problems += [
        Problem(f"bounds.{pillar}", "impossible", f"{pillar}: the smallest share is larger than the largest.")
        for pillar, (low, high) in bounds.items()
        if low > high
    ]
    lowest = math.fsum(low for low, _ in bounds.values())
    highest = math.fsum(bounds.get(pillar, (0.0, 1.0))[1] for pillar in PILLARS)
    if lowest > 1 + _NOISE:
        text = f"The smallest shares add up to {percents(lowest, 1.0)[0]}; no profile can give that much."
        problems.append(Problem("bounds", "impossible", text))
    if highest < 1 - _NOISE:
        text = f"The largest shares add up to {percents(highest, 1.0)[0]}; the weights of a profile are 100 % together."
        problems.append(Problem("bounds", "impossible", text))
    refuse_faults(problems)
