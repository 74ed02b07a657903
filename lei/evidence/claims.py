"""What is claimed about a KPI, with everything that its words must respect; `lei.evidence.words` makes the sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lei.errors import InvalidError
from lei.evidence.chain import ChainReading, adverse_links, learning_is_unlikely, missing_links, path_is_shown
from lei.evidence.estimate import LEVEL, Estimate, Finding, Result, TooLittle
from lei.evidence.grade import Grade
from lei.evidence.grades import POST_HOC_CAP, GradeDecision
from lei.evidence.links import Link
from lei.evidence.methods import Basis, basis_of, is_correlation
from lei.evidence.study_design import StudyDesign
from lei.periods import Period


class Units(StrEnum):
    """What the two groups consist of; decides how they are named."""

    SITES = "sites"
    TEAMS = "teams"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a claim is about, in the words of its sentence.

    kpi_name: as in the middle of a sentence, `early errors`. unit: `percent`, `days` and so on, or the words behind the
    number, `per 100 tickets`. population: `the sites with the new onboarding`. window: first and last month, None
    where the data do not say when they are from.
    avoided_because: why this KPI is advised against for this type of program; empty where it is not.
    """

    kpi_key: str
    kpi_name: str
    unit: str
    lower_is_better: bool
    population: str
    units: Units
    window: tuple[Period, Period] | None
    avoided_because: str = ""

    def __post_init__(self) -> None:
        if not self.kpi_name.strip() or not self.population.strip():
            raise InvalidError("A claim needs the name of its KPI and of the group that it is about.")
        if self.window is not None and self.window[1] < self.window[0]:
            raise InvalidError("The window of a claim ends before it begins.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is claimed about a KPI. Raises InvalidError when a grade has no number behind it that it needs.

    The first thirteen fields are what every claim must carry; effect and interval are None where there is no number.
    The others are what its words need. decision: how the grade came about. basis: what the effect is measured against.
    level: of the interval. relative: the effect as a share of the level without it. before, after: levels of the KPI in
    the population, where known. people_reached: who took part. path_is_shown and the like are the rules (a) to (d) of
    the chain, see `lei.evidence.chain`. too_little: what the statistic lacked, where that is why there is no effect.
    """

    kpi_key: str
    population: str
    window: tuple[Period, Period] | None
    effect: float | None
    unit: str
    ci_low: float | None
    ci_high: float | None
    n_treated: float
    n_comparison: float
    grade: Grade
    downgrade_reasons: tuple[Finding, ...]
    missing_links: tuple[Link, ...]
    caveat: str

    decision: GradeDecision
    kpi_name: str
    lower_is_better: bool
    units: Units
    basis: Basis | None = None
    level: float = LEVEL
    relative: float | None = None
    before: float | None = None
    after: float | None = None
    people_reached: int = 0
    path_is_shown: bool = False
    learning_is_unlikely: bool = False
    adverse_links: tuple[Link, ...] = ()
    post_hoc: bool = False
    fixed_before_launch: bool = False
    avoided_because: str = ""
    findings: tuple[Finding, ...] = ()
    too_little: TooLittle | None = None

    def __post_init__(self) -> None:
        numbers = (self.effect, self.ci_low, self.ci_high)
        known = [number for number in numbers if number is not None]
        if len(known) not in (0, len(numbers)) or not all(math.isfinite(number) for number in known):
            raise InvalidError("A claim has an effect with both ends of its interval, as finite numbers, or none.")
        if (self.grade, self.downgrade_reasons) != (self.decision.grade, self.decision.downgrade_reasons):
            raise InvalidError("The grade of a claim, and what lowered it, are those that were decided.")
        if self.grade >= Grade.E2 and (not known or self.basis is None):
            raise InvalidError(f"A claim of grade {self.grade.name} needs an effect with its interval.")
        if self.grade >= Grade.E4 and self.basis is not Basis.COMPARISON:
            raise InvalidError(f"A claim of grade {self.grade.name} rests on a comparison with another group.")
        if self.post_hoc and (self.grade > POST_HOC_CAP or self.fixed_before_launch):
            raise InvalidError("A KPI that was added after launch carries at most grade E2 and was not fixed before.")

    @property
    def is_clear(self) -> bool:
        """Whether there is an effect whose interval excludes 0."""
        return self.ci_low is not None and self.ci_high is not None and (self.ci_low > 0 or self.ci_high < 0)

    @property
    def is_adverse(self) -> bool:
        """Whether the KPI clearly moved the wrong way."""
        return self.is_clear and self.effect is not None and (self.effect > 0) == self.lower_is_better

    @property
    def caused_is_permitted(self) -> bool:
        """Only at E5, in the planned direction or against it, with KPI and window fixed before and a clear interval."""
        return self.grade is Grade.E5 and self.fixed_before_launch and self.is_clear


def make_claim(
    subject: Subject,
    result: Result | None,
    decision: GradeDecision,
    design: StudyDesign,
    chain: ChainReading,
    caveat: str,
) -> Claim:
    """The claim that a result permits, with its grade and its chain.

    A correlation and a statistic that had too little data leave no number. Whether the group is large enough to be
    shown at all is for the caller to decide, before. caveat: one sentence; `main_caveat` of `lei.evidence.claim_notes`
    has one for who knows none better. Raises InvalidError as `Claim` does.
    """
    estimate = result if isinstance(result, Estimate) and not is_correlation(result.method) else None
    return Claim(
        kpi_key=subject.kpi_key,
        population=subject.population,
        window=subject.window,
        unit=subject.unit,
        grade=decision.grade,
        downgrade_reasons=decision.downgrade_reasons,
        missing_links=missing_links(chain),
        caveat=caveat,
        decision=decision,
        kpi_name=subject.kpi_name,
        lower_is_better=subject.lower_is_better,
        units=subject.units,
        before=None if estimate is None else _detail(estimate, "treated_before", "level_before"),
        after=None if estimate is None else _detail(estimate, "treated_after", "level_after"),
        people_reached=design.treated.people,
        path_is_shown=path_is_shown(chain),
        learning_is_unlikely=learning_is_unlikely(chain),
        adverse_links=adverse_links(chain),
        post_hoc=design.post_hoc,
        fixed_before_launch=design.fixed_before_launch,
        avoided_because=subject.avoided_because,
        too_little=result if isinstance(result, TooLittle) else None,
        **_numbers(estimate),
    )


def _numbers(estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {"effect": None, "ci_low": None, "ci_high": None, "n_treated": 0.0, "n_comparison": 0.0}
    return {
        "effect": estimate.effect,
        "ci_low": estimate.ci_low,
        "ci_high": estimate.ci_high,
        "n_treated": estimate.n_treated,
        "n_comparison": estimate.n_comparison,
        "basis": basis_of(estimate.method),
        "level": estimate.level,
        "relative": estimate.relative,
        "findings": estimate.findings,
    }


def _detail(estimate: Estimate, *names: str) -> float | None:
    """The first of these numbers that the statistic gave; they differ in how they call the level of the trained."""
    return next((estimate.details[name] for name in names if name in estimate.details), None)
