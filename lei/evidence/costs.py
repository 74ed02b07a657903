"""What a program costs, fully loaded: also the time of those who take part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lei.evidence.estimate import Finding
from lei.evidence.number_checks import MOST_AMOUNT, checked_number, refusal

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
# Below a hundredth there is no cost to compare with.
LEAST_COST = 0.01
_AMOUNTS = ("design", "delivery", "platform", "administration", "evaluation")


@dataclass(frozen=True, slots=True)
class FullCost:
    """The parts of the cost in one currency (ISO 4217, such as EUR); participants' time is people x hours x rate.

    hourly_rate: loaded cost of an hour, the average of a grade and never a person's own. Source of the parts: Phillips
    and Phillips 2016, Handbook of Training Evaluation, fully loaded cost. Raises InvalidError for a part that is no
    amount, and for a total of 0: nothing can be compared with a cost that is not known.
    """

    currency: str
    design: float = 0.0
    delivery: float = 0.0
    platform: float = 0.0
    administration: float = 0.0
    evaluation: float = 0.0
    participants: float = 0.0
    hours_each: float = 0.0
    hourly_rate: float = 0.0

    def __post_init__(self) -> None:
        check_currency(self.currency)
        for name in _AMOUNTS:
            checked_number(getattr(self, name), name, f"The cost of {name}", 0, MOST_AMOUNT)
        checked_number(self.participants, "participants", "The number of participants", 0, MOST_AMOUNT)
        checked_number(self.hours_each, "hours_each", "The time of each participant in hours", 0, MOST_AMOUNT)
        checked_number(self.hourly_rate, "hourly_rate", "The cost of an hour", 0, MOST_AMOUNT)
        if self.total < LEAST_COST:
            text = f"The total cost is {self.total:g}; state what the program costs before its value is set beside it."
            raise refusal("cost", text)

    @property
    def participants_time(self) -> float:
        """What the hours of the participants cost."""
        return self.participants * self.hours_each * self.hourly_rate

    @property
    def parts(self) -> Mapping[str, float]:
        """Every part by its name; they add up to the total."""
        return {name: getattr(self, name) for name in _AMOUNTS} | {"participants_time": self.participants_time}

    @property
    def total(self) -> float:
        """The fully loaded cost."""
        return sum(self.parts.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The parts that nobody stated, `cost_parts_missing`; above all the time of the participants."""
        missing = tuple(name for name, amount in self.parts.items() if amount == 0)
        return (Finding("cost_parts_missing", names=missing),) if missing else ()


def check_currency(currency: str) -> None:
    """Raises InvalidError unless it is written as in ISO 4217."""
    if not _CURRENCY.fullmatch(currency):
        raise refusal("currency", f"'{currency}' is no currency; write its three letters, such as EUR or USD.")
