"""What assessing a KPI of a program answers with: frozen plain data, for claims, pages, money and charts alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lei.catalog.measure import Measure
from lei.evidence.balance import Balance
from lei.evidence.chain import ChainReading
from lei.evidence.claim_notes import main_caveat
from lei.evidence.claims import Claim, Subject, make_claim
from lei.evidence.estimate import Estimate, Finding, Floats, Result, TooLittle
from lei.evidence.grades import GradeDecision
from lei.evidence.mix import MixCheck
from lei.evidence.parallel_trends import ParallelTrends
from lei.evidence.regression_to_mean import RegressionToMean
from lei.evidence.study_design import StudyDesign
from lei.periods import Period
from lei.storage.program_plans import PlannedKpi


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceSeries:
    """What the chart of the evidence is drawn from: T consecutive months, arrays [T] with NaN where there is nothing.

    treated, comparison: the groups as wholes, weighted by cases; comparison is all NaN where there is none. projected,
    low, high: the earlier trend and its 95 % band, all NaN where that was not computed. start: position of the first
    month of the program; counted_from: of the first month in which its effect is looked for.
    """

    months: tuple[Period, ...]
    treated: Floats
    comparison: Floats
    projected: Floats
    low: Floats
    high: Floats
    start: int
    counted_from: int


@dataclass(frozen=True, slots=True)
class NotComputed:
    """A statistic that could not be computed although there was data, and why, as a sentence."""

    method: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checks:
    """What was looked at beside the effect; None where the plan gives no reason to, or nothing to look at."""

    parallel_trends: ParallelTrends | TooLittle | None = None
    placebo: Result | None = None
    balance: Balance | None = None
    mix: MixCheck | None = None
    regression_to_mean: RegressionToMean | TooLittle | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KpiAssessment:
    """What may be said about a planned KPI of a program, and what that rests on.

    subject: what a claim about it is about. window: the months after the start that count. results: all that were
    computed, the simplest first, with what had too little data; chosen: the one with the best grade, None where there
    is no series. decision: its grade, after a person's limit. small_groups: whether an arm is below the privacy
    minimum, so that no number is there to show.
    """

    planned: PlannedKpi
    kpi: Measure
    subject: Subject
    window: tuple[Period, Period]
    results: tuple[Result, ...]
    not_computed: tuple[NotComputed, ...]
    chosen: Result | None
    design: StudyDesign
    decision: GradeDecision
    checks: Checks
    series: EvidenceSeries | None
    findings: tuple[Finding, ...] = ()
    small_groups: bool = False

    def claim(self, chain: ChainReading, people_reached: int = 0) -> Claim:
        """The claim that the evidence and this chain permit; its words are those of `lei.evidence.words`.

        people_reached: who took part, by the learning data: how many cases the KPI has does not tell that.
        """
        result = self.told
        caveat = main_caveat(result, self.decision, self.design)
        claim = make_claim(self.subject, result, self.decision, self.design, chain, caveat)
        return replace(claim, people_reached=people_reached)

    @property
    def told(self) -> Result | None:
        """The chosen result, with what the checks found before its own findings."""
        if not isinstance(self.chosen, Estimate):
            return self.chosen
        return replace(self.chosen, findings=(*self.findings, *self.chosen.findings))
