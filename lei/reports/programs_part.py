"""What a scorecard shows of the programs in its scope, as frozen plain data like the rest of its figures."""

from __future__ import annotations

from dataclasses import dataclass

from lei.reports.program_figures import ChainFigures, DecisionFigures, KpiFigures, RangeFigures


@dataclass(frozen=True, slots=True)
class ProgramMoney:
    """What a program costs and is worth in its first year; None where nobody has stated it, or it may not be stated.

    measured: whether the worth rests on a measured difference (E4 and E5) and not on an estimate of the credited share.
    """

    currency: str
    cost: float | None
    budget: float | None
    benefit: RangeFigures | None
    measured: bool


@dataclass(frozen=True, slots=True)
class ProgramSummary:
    """A program in a scorecard: its first KPI (None: it has none), its chain and its money."""

    key: str
    name: str
    kpi: KpiFigures | None
    chain: ChainFigures
    money: ProgramMoney


@dataclass(frozen=True, slots=True)
class ProgramsPart:
    """All programs of a scorecard that have been launched, those that page 1 is about first.

    headline: what stands on top of page 1; empty where no KPI can be told of, so that the index stands there. shown:
    how many of the programs page 1 shows the KPI of. spend_text, value_text: the money of all in sentences. to_follow:
    leading signals with the month in which a KPI is expected to follow; not_working: what went wrong, and what was
    stopped. decisions: those asked for, the first due on top.
    """

    headline: str
    programs: tuple[ProgramSummary, ...]
    shown: int
    spend_text: str
    value_text: str
    to_follow: tuple[str, ...]
    not_working: tuple[str, ...]
    decisions: tuple[DecisionFigures, ...]
    grades_legend: str

    @property
    def on_page_one(self) -> tuple[ProgramSummary, ...]:
        """The programs whose KPI stands on page 1."""
        return self.programs[: self.shown]
