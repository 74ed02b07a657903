"""Everything that is known of a program at the end of a month, in one place: for its report, its pages and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lei.evidence.chain import ChainReading
from lei.evidence.claims import Claim
from lei.evidence.estimate import TooLittle
from lei.evidence.lag_correlation import LagSearch
from lei.evidence.leading_to_lagging import Progress
from lei.evidence.links import Link
from lei.periods import Period
from lei.services.chain.program_chain import ProgramChain
from lei.services.chain.program_money import KpiMoney, ProgramMoney
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.services.programs.missing_sign_offs import MissingSignOff
from lei.storage.program_cycles import Decision, Experiment
from lei.storage.programs import Program, Status


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """Whether a measure that carries a link tends to move with a KPI some months later; never a reason for a grade.

    found: None where the two cannot be compared; `sentence` says what came of it, or why not.
    """

    link: Link
    measure: str
    name: str
    kpi_key: str
    found: LagSearch | TooLittle | None
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class KpiReading:
    """What may be said of one KPI of a program.

    chain, progress: with this KPI as the last link; progress is None where the plan has no launch month. baseline, now:
    levels in the treated groups, None where there are none to show; target: as planned. sentence, badge, effect, notes:
    the claim in words, all that a report prints beside it (`effect` is empty below E2).
    """

    assessment: KpiAssessment
    chain: ChainReading
    progress: Progress | None
    state_sentence: str
    claim: Claim
    sentence: str
    badge: str
    effect: str
    notes: tuple[str, ...]
    baseline: float | None
    now: float | None
    target: float
    money: KpiMoney
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ProgramReading:
    """A program as known at the end of `month`, looked at on a day.

    headline: the sentence on top, with the decision that is asked for. kpis: the primary one first. next_review: the
    first one that is planned and not done; reviews that are overdue come first. remarks: what a careful reader would
    remark on the plan.
    """

    program: Program
    status: Status
    month: Period
    headline: str
    chain: ProgramChain
    kpis: tuple[KpiReading, ...]
    money: ProgramMoney
    decisions_asked: tuple[Decision, ...]
    decisions_taken: tuple[Decision, ...]
    next_review: date | None
    missing_sign_offs: tuple[MissingSignOff, ...]
    experiments: tuple[Experiment, ...]
    remarks: tuple[str, ...]
