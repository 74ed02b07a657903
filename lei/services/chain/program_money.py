"""What valuing a program answers with: money beside its cost and its range, or the reason why none is stated."""

from __future__ import annotations

from dataclasses import dataclass

from lei.evidence.costs import FullCost
from lei.evidence.grade import Grade
from lei.evidence.money import Valuation, ValueWithheld
from lei.evidence.money_words import WithheldCode
from lei.storage.program_costs import Estimate


@dataclass(frozen=True, slots=True)
class Spend:
    """What a program costs, fully loaded, against its budget (None: nobody stated one); `line` says both in words."""

    cost: FullCost
    budget: float | None
    line: str

    @property
    def share(self) -> float | None:
        """The cost as a share of the budget; None without a budget."""
        return self.cost.total / self.budget if self.budget else None


@dataclass(frozen=True, slots=True)
class KpiMoney:
    """The money of one KPI of a program.

    value: None where it is withheld for a reason outside the valuation (no cost, nothing counted in a month, no number
    to show). withheld: the reason, with `sentence` in words; None where money is stated. estimates: the newest of each
    estimator, whose medians count. sentence, lines: the value, what it rests on and what qualifies it, in words.
    """

    kpi_key: str
    grade: Grade
    value: Valuation | ValueWithheld | None
    withheld: WithheldCode | None
    estimates: tuple[Estimate, ...]
    sentence: str
    lines: tuple[str, ...]

    @property
    def stated(self) -> Valuation | None:
        """The valuation where money is stated."""
        return self.value if isinstance(self.value, Valuation) else None


@dataclass(frozen=True, slots=True)
class ProgramMoney:
    """The money of a program, KPI by KPI (their values are never added: they may be the same money twice).

    spend: None where nobody has said what the program costs. intangibles: benefits that are listed, not valued.
    """

    kpis: tuple[KpiMoney, ...]
    spend: Spend | None
    intangibles: tuple[str, ...]
