"""How many of a role at a site will be ready in three months: certificates run out, people leave, others arrive.

Each month those ready today stay with the rate of those who do not leave; of the certificates that run out (their
holders included in the ready) the renewed share stays; planned arrivals are added. How far off the same method was on
the months gone by, from every origin (rolling-origin evaluation: Tashman 2000, Out-of-sample tests of forecasting
accuracy), is stated beside the forecast and makes its interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lei.evidence.estimate import LEVEL, Finding, TooLittle
from lei.evidence.minimums import check
from lei.evidence.number_checks import checked_number, refusal

METHOD = "readiness_forecast"
# Our own policy: six months of history, and nobody is told of more than three to come.
LONGEST_HORIZON = 3
FEWEST_BACK_TESTS = 3
MOST_PEOPLE = 1e9
_TREND = "trend"


@dataclass(frozen=True, slots=True)
class RosterMonth:
    """The roster of one role at one site as it stood at the end of a month, with what was known then of those to come.

    month: its ordinal. required: heads that the work needs; ready: heads that meet it now. expiring: of the ready, how
    many hold a certificate that runs out in the first, second and third month to come. attrition: share of the ready
    who leave in a month; renewal: share of those certificates that is renewed in time; arriving: heads who become
    ready in a month, by hire or training. Raises InvalidError for what is none of that.
    """

    month: int
    required: float
    ready: float
    expiring: tuple[float, ...] = ()
    attrition: float = 0.0
    renewal: float = 0.0
    arriving: float = 0.0

    def __post_init__(self) -> None:
        if not checked_number(self.required, "required", "The number of heads required", 0, MOST_PEOPLE) > 0:
            raise refusal("required", "The number of heads required is 0; a role that needs nobody has no readiness.")
        checked_number(self.ready, "ready", "The number of heads ready", 0, MOST_PEOPLE)
        for heads in self.expiring:
            checked_number(heads, "expiring", "The number of certificates that run out", 0, MOST_PEOPLE)
        if sum(self.expiring) > self.ready:
            text = f"{sum(self.expiring):g} certificates run out among {self.ready:g} who are ready; count only theirs."
            raise refusal("expiring", text)
        checked_number(self.attrition, "attrition", "The share who leave in a month", 0, 1)
        checked_number(self.renewal, "renewal", "The share of certificates renewed", 0, 1)
        checked_number(self.arriving, "arriving", "The number of heads who become ready in a month", 0, MOST_PEOPLE)

    @property
    def readiness(self) -> float:
        """Ready heads in percent of those required, 100 at most: a surplus here covers no lack elsewhere."""
        return _readiness(self.ready, self.required)


@dataclass(frozen=True, slots=True)
class ReadinessAhead:
    """One month to come: readiness in percent with its interval, and the heads behind it.

    expiring: certificates that run out in it. mean_error: mean absolute error of the same method so many months ahead
    on the history, in points of readiness, over `back_tests` origins.
    """

    month: int
    readiness: float
    ci_low: float
    ci_high: float
    ready: float
    expiring: float
    mean_error: float
    back_tests: int


@dataclass(frozen=True, slots=True)
class ReadinessForecast:
    """Readiness now and in the months to come; required stays as it is. level: of the intervals."""

    now: float
    required: float
    ahead: tuple[ReadinessAhead, ...]
    level: float = LEVEL
    findings: tuple[Finding, ...] = ()


def forecast_readiness(history: Sequence[RosterMonth], horizon: int = LONGEST_HORIZON) -> ReadinessForecast | TooLittle:
    """The readiness of one role at one site up to `horizon` months after the last of `history`, in time order.

    Too little below six months of history, or where gaps leave fewer than three months to test the method on. Raises
    InvalidError for a horizon outside 1 to 3 and for months out of order.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        text = (
            f"Readiness is forecast for 1 to {LONGEST_HORIZON} months, not {horizon}: farther ahead nothing is known."
        )
        raise refusal("horizon", text)
    if any(later.month <= earlier.month for earlier, later in pairwise(history)):
        raise refusal("month", "The months of a roster stand in time order, each of them once.")
    short = check(_TREND, {"months": len(history)})
    if short is not None:
        return TooLittle(METHOD, short.needed, short.found)
    errors = [_errors(history, ahead) for ahead in range(1, horizon + 1)]
    fewest = min(len(each) for each in errors)
    if fewest < FEWEST_BACK_TESTS:
        return TooLittle(METHOD, {"back_tests": FEWEST_BACK_TESTS}, {"back_tests": float(fewest)})
    now = history[-1]
    months = tuple(_ahead(now, ahead, errors[ahead - 1]) for ahead in range(1, horizon + 1))
    return ReadinessForecast(now.readiness, now.required, months, findings=_findings(now))


def ready_after(roster: RosterMonth, months: int) -> tuple[float, float]:
    """How many will be ready after so many months, and the variance of that number by chance alone.

    ready' = ready (1 - a) - e (1 - a)^m (1 - r) + arriving, with attrition a, renewal r, and e certificates that run
    out in month m, whose holders may have left before. Leaving and renewing are taken as draws of each head by itself.
    """
    stay, lost = 1 - roster.attrition, 1 - roster.renewal
    ready, variance = roster.ready, 0.0
    for month in range(1, months + 1):
        still_here = _expiring(roster, month) * stay**month
        variance = variance * stay**2 + ready * stay * roster.attrition + still_here * lost * roster.renewal
        ready = max(ready * stay - still_here * lost, 0.0) + roster.arriving
    return ready, variance


def _ahead(now: RosterMonth, ahead: int, errors: Sequence[float]) -> ReadinessAhead:
    from scipy.special import stdtrit  # late: most commands need no statistics

    ready, variance = ready_after(now, ahead)
    expected = _readiness(ready, now.required)
    by_chance = math.sqrt(variance) / now.required * 100
    seen = math.sqrt(float(np.mean(np.square(errors))))
    # The errors are few: Student's t with as many degrees of freedom as there are of them.
    reach = float(stdtrit(len(errors), (1 + LEVEL) / 2)) * max(by_chance, seen)
    return ReadinessAhead(
        month=now.month + ahead,
        readiness=expected,
        ci_low=max(expected - reach, 0.0),
        ci_high=min(expected + reach, 100.0),
        ready=ready,
        expiring=_expiring(now, ahead),
        mean_error=float(np.mean(np.abs(errors))),
        back_tests=len(errors),
    )


def _errors(history: Sequence[RosterMonth], ahead: int) -> list[float]:
    """What came less what the method would have said so many months before, in points, from every month it can."""
    by_month = {roster.month: roster for roster in history}
    return [
        by_month[roster.month + ahead].readiness - _readiness(ready_after(roster, ahead)[0], roster.required)
        for roster in history
        if roster.month + ahead in by_month
    ]


def _findings(now: RosterMonth) -> tuple[Finding, ...]:
    """What the forecast rests on that is a plan and no measurement."""
    found = []
    if now.arriving > 0:
        found.append(Finding("arrivals_are_planned", {"heads_a_month": now.arriving}))
    if not now.expiring:
        found.append(Finding("expiring_unknown"))
    elif len(now.expiring) < LONGEST_HORIZON:
        found.append(Finding("expiring_not_stated", {"months": float(len(now.expiring))}))
    return tuple(found)


def _expiring(roster: RosterMonth, month: int) -> float:
    return roster.expiring[month - 1] if month <= len(roster.expiring) else 0.0


def _readiness(ready: float, required: float) -> float:
    return min(ready / required, 1.0) * 100
