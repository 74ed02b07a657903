"""Where a program stands between its leading signals and its KPI (kpi-chain rules, section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lei.errors import InvalidError
from lei.evidence.chain import ChainReading
from lei.evidence.links import ChainState, Link, LinkStatus
from lei.periods import Grain, Period

LEADING_LINKS = (
    Link.LEARNING_ACTIVITY,
    Link.BEHAVIOR_CHANGE,
    Link.CAPABILITY_GROWTH,
    Link.WORKFORCE_READINESS,
)


class Movement(StrEnum):
    """A material move in the planned direction, none, or one against it."""

    UP = "up"
    FLAT = "flat"
    DOWN = "down"


_MOVEMENTS = {
    LinkStatus.EVIDENCED: Movement.UP,
    LinkStatus.FLAT: Movement.FLAT,
    LinkStatus.ADVERSE: Movement.DOWN,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a chain in a month.

    first_honest_month: when the KPI can show the program for the first time. lag_months: the expected delay. broken_at:
    the first flat link, where the state is `chain_broken`. leading, kpi: how they moved (None: not known).
    """

    state: ChainState
    first_honest_month: Period
    lag_months: int
    leading: Movement | None
    kpi: Movement | None
    broken_at: Link | None = None

    @property
    def key(self) -> str:
        """The name that the outside sees, such as `chain_broken_at:behavior_change`."""
        return self.state.value if self.broken_at is None else f"{self.state.value}_at:{self.broken_at.value}"


def first_honest_month(launch: Period, lag_months: int) -> Period:
    """The first month in which the KPI can show the program: launch plus the expected lag.

    Raises InvalidError when the launch is no month or the lag is below 0.
    """
    if launch.grain is not Grain.MONTH or lag_months < 0:
        raise InvalidError("A launch is a month, and the expected lag a number of months of 0 or more.")
    return launch.shift(lag_months)


def read_progress(chain: ChainReading, launch: Period, lag_months: int, month: Period) -> Progress:
    """Where the chain stands at the end of that month or quarter. Raises InvalidError as `first_honest_month` does."""
    first = first_honest_month(launch, lag_months)
    leading, kpi = leading_movement(chain), _MOVEMENTS.get(chain.status(Link.BUSINESS_KPI))
    state = chain_state(leading, kpi, lag_passed=month.last_month >= first.first_month)
    broken_at = chain.with_status(LinkStatus.FLAT)[0] if state is ChainState.CHAIN_BROKEN else None
    return Progress(state, first, lag_months, leading, kpi, broken_at)


def leading_movement(chain: ChainReading) -> Movement | None:
    """How the links before the KPI moved: down if any did, else up if any did; None where none can be read."""
    moves = {_MOVEMENTS.get(chain.status(link)) for link in LEADING_LINKS}
    return next((move for move in (Movement.DOWN, Movement.UP, Movement.FLAT) if move in moves), None)


def chain_state(leading: Movement | None, kpi: Movement | None, *, lag_passed: bool) -> ChainState:
    """The state for each pair of movements; None stands for what is not measured, or not well enough.

    A KPI that rose before its lag has passed is too early as well: the program cannot be behind it yet.
    """
    if leading is None:
        return ChainState.NOT_MEASURED
    if leading is Movement.DOWN:
        return ChainState.EARLY_WARNING
    if leading is Movement.FLAT:
        return _beside_flat_signals(kpi)
    if kpi is Movement.DOWN:
        return ChainState.ADVERSE
    if not lag_passed:
        return ChainState.TOO_EARLY
    states = {Movement.UP: ChainState.ON_PATH, Movement.FLAT: ChainState.CHAIN_BROKEN, None: ChainState.NOT_MEASURED}
    return states[kpi]


def _beside_flat_signals(kpi: Movement | None) -> ChainState:
    if kpi is None:
        return ChainState.NOT_MEASURED
    return ChainState.OTHER_CAUSE_LIKELY if kpi is Movement.UP else ChainState.NO_CHANGE
