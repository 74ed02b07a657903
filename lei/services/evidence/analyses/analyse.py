"""The statistics of LEI on data that come with a request: computed, told, graded, and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from lei.evidence.analysis_words import told_alone, told_in_segments
from lei.evidence.balance import Balance
from lei.evidence.chain import read_kpi
from lei.evidence.claim_notes import main_caveat, notes
from lei.evidence.claims import Claim, Subject, Units, make_claim
from lei.evidence.estimate import Estimate, Finding, Result
from lei.evidence.finding_words import finding_sentences, too_little_sentence
from lei.evidence.grade import Grade
from lei.evidence.grade_words import why_not
from lei.evidence.grades import GradeDecision, assign_grade
from lei.evidence.relation_words import relation_sentence
from lei.evidence.study_design import ComparisonPlan, StudyDesign
from lei.evidence.words import sentence
from lei.services.evidence.analyses import panels, regressions, relations, trials
from lei.services.evidence.analyses.answer import Analysis, Facts
from lei.services.evidence.analyses.design import StatedDesign, design_from, findings_of_dropout
from lei.services.evidence.analyses.rows import Rows


@dataclass(frozen=True, slots=True)
class KpiWords:
    """What is measured, in words. name: as in the middle of a sentence; measure: what it is related to, if anything."""

    name: str
    unit: str
    lower_is_better: bool
    key: str = ""
    measure: str = "the measure"


@dataclass(frozen=True, slots=True)
class Method:
    """A statistic that may be asked for. kind: how it is told where it carries no claim; empty where it does."""

    compute: Callable[[Rows, Mapping[str, Any]], Analysis]
    kind: str = ""


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "randomized_comparison": Method(trials.randomized),
        "matched_comparison": Method(trials.matched),
        "difference_in_differences": Method(panels.difference_in_differences),
        "staggered_rollout": Method(panels.staggered_rollout),
        "panel_regression": Method(regressions.panel_regression),
        "cross_section": Method(regressions.regression_of_one_period, "cross_section"),
        "before_after": Method(panels.change_before_after),
        "interrupted_time_series": Method(panels.left_its_trend),
        "paired": Method(trials.paired, "paired"),
        "lagged_correlation": Method(relations.lagged_correlation, "correlation"),
        "unit_correlation": Method(relations.unit_correlation, "correlation"),
        "segments": Method(relations.segments, "segments"),
        "trend": Method(relations.monthly_trend, "trend"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """An analysis in words. claim, decision: None of statistics that carry no claim about a program."""

    analysis: Analysis
    sentence: str
    notes: tuple[str, ...]
    claim: Claim | None = None
    decision: GradeDecision | None = None


def analyse(method: str, rows: Rows, options: Mapping[str, Any], kpi: KpiWords, stated: StatedDesign) -> Report:
    """Computes a statistic of METHODS over rows of a shape that it takes, and tells it.

    Raises InvalidError where the rows mean nothing to it, and where nothing in them varies.
    """
    asked = METHODS[method]
    analysis = asked.compute(rows, options)
    if asked.kind:
        return _told(asked.kind, analysis, kpi)
    return _claimed(analysis, kpi, stated)


def _told(kind: str, analysis: Analysis, kpi: KpiWords) -> Report:
    main = analysis.main
    findings = main.findings if isinstance(main, Estimate) else ()
    if analysis.search is not None:
        return Report(analysis, relation_sentence(analysis.search, kpi.measure, kpi.name), finding_sentences(findings))
    if main is None:
        raise ValueError("Only a search over lags may report nothing.")
    said = finding_sentences((*analysis.findings, *findings))
    if kind == "segments" and "total" in analysis.results:
        total = analysis.results["total"]
        return Report(analysis, told_in_segments(main, total, kpi.name, kpi.unit), said)
    return Report(analysis, told_alone(kind, main, kpi.name, kpi.unit), said)


def _claimed(analysis: Analysis, kpi: KpiWords, stated: StatedDesign) -> Report:
    facts, main = analysis.facts, analysis.main
    if facts is None or main is None:
        raise ValueError("A claim rests on a result and on the facts of its study.")
    design = design_from(stated, facts)
    told = (*facts.told, *findings_of_dropout(stated, facts), *Balance(stated.baselines).findings)
    result = _with_findings(main, told)
    decision = assign_grade(result, design)
    caveat = main_caveat(result, decision, design)
    chain = stated.chain(read_kpi(result, lower_is_better=kpi.lower_is_better))
    claim = make_claim(_subject(kpi, stated, facts), result, decision, design, chain, caveat)
    claim = replace(claim, people_reached=facts.people)
    said = sentence(claim)
    if not isinstance(result, Estimate):
        said = f"{said} {too_little_sentence(result)}"
    return Report(analysis, said, _notes(claim, design), claim, decision)


def _notes(claim: Claim, design: StudyDesign) -> tuple[str, ...]:
    """The notes of the claim, and why it has not the grade that its design is made for."""
    made_for = Grade.E5 if design.comparison_plan is ComparisonPlan.RANDOM else Grade.E4
    lacking = why_not(claim.decision, made_for) if design.comparison is not None else ""
    return tuple(dict.fromkeys((*notes(claim), *((lacking,) if lacking else ()))))


def _with_findings(result: Result, more: tuple[Finding, ...]) -> Result:
    """The result with more findings before its own, each code once."""
    if not isinstance(result, Estimate):
        return result
    own = {finding.code for finding in result.findings}
    return replace(result, findings=(*(one for one in more if one.code not in own), *result.findings))


def _subject(kpi: KpiWords, stated: StatedDesign, facts: Facts) -> Subject:
    usual = "those who took part" if facts.units is Units.PEOPLE else "the sites with the program"
    return Subject(
        kpi_key=kpi.key or kpi.name,
        kpi_name=kpi.name,
        unit=kpi.unit,
        lower_is_better=kpi.lower_is_better,
        population=stated.population.strip() or usual,
        units=facts.units,
        window=facts.window or stated.window,
    )
