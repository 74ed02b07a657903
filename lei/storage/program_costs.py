"""What a program costs, and what people nearest to the work estimate of its share in a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs of a program in one currency. The time of participants is a cost too: an average rate, never a salary."""

    currency: str
    design: float = 0.0
    delivery: float = 0.0
    platform: float = 0.0
    administration: float = 0.0
    evaluation: float = 0.0
    participants: float = 0.0
    hours_per_participant: float = 0.0
    hourly_rate: float = 0.0
    budget: float | None = None

    @property
    def participants_time(self) -> float:
        """What the hours of all participants cost."""
        return self.participants * self.hours_per_participant * self.hourly_rate

    @property
    def fully_loaded(self) -> float:
        """All costs together (docs/programs.md, Phillips: the time of participants included)."""
        spent = self.design + self.delivery + self.platform + self.administration + self.evaluation
        return spent + self.participants_time


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one person estimates, the two factors (0 to 1) asked for separately.

    isolation_factor: the share of the change in the KPI that is credited to the program. confidence_factor: how sure
    the estimator is of that. basis: how the estimate came about; a documented one has a basis.
    """

    kpi_key: str
    estimator: str
    stated_on: date
    isolation_factor: float
    confidence_factor: float
    basis: str = ""
