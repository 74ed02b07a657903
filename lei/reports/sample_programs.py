"""The made-up scorecard with three programs: one with evidence, one that is too early, one whose chain is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lei.evidence.grade import Grade
from lei.evidence.grade_words import badge, legend
from lei.reports import program_sentences, programs_money
from lei.reports.figures import ReadinessPlace, ScorecardFigures
from lei.reports.program_figures import ChainFigures, KpiFigures, LinkFigures
from lei.reports.programs_part import ProgramMoney, ProgramsPart, ProgramSummary
from lei.reports.sample import sample_figures
from lei.reports.sample_program import sample_program

_STATUS_TEXTS = {
    "evidenced": "evidenced",
    "flat": "no material change",
    "adverse": "moved the wrong way",
    "thin": "too little data",
    "missing": "not measured",
}


def sample_with_programs() -> ScorecardFigures:
    """The scorecard of one month as an executive gets it once programs run."""
    figures, programs = sample_figures(), (_onboarding(), _safety(), _leading())
    money = [program.money for program in programs]
    first = sample_program()
    part = ProgramsPart(
        headline=first.headline,
        programs=programs,
        shown=len(programs),
        spend_text=programs_money.spend_text(money),
        value_text=programs_money.value_text(money),
        to_follow=(f"{programs[1].name}: {programs[1].chain.state_text}",),
        not_working=(f"{programs[2].name}: {programs[2].chain.state_text}",),
        decisions=(
            *first.decisions,
            program_sentences.decision("Pause Leading teams until managers have time", "HR board", _NEW_YEAR, 0, "EUR"),
        ),
        grades_legend=legend(),
    )
    places = (
        ReadinessPlace("Nurse, North", "52%", "48% in Jan 2027", "9"),
        ReadinessPlace("Warehouse technician, South", "58%", "61% in Jan 2027", ""),
    )
    text = "Of 14 roles and sites shown, 2 are under 60% readiness now. 9 certificates expire within two months."
    return replace(
        figures,
        headline=part.headline,
        index_text=figures.headline,
        programs=part,
        readiness_places=places,
        readiness_text=text,
    )


_NEW_YEAR = date(2026, 12, 31)


def _onboarding() -> ProgramSummary:
    found = sample_program()
    money = ProgramMoney("EUR", found.money.cost, found.money.budget, found.money.benefit, measured=True)
    return ProgramSummary(found.key, found.title, found.kpi, found.chain, money)


def _safety() -> ProgramSummary:
    claim = "212 people took part; what happened to safety incidents is not measured well enough to say."
    kpi = _kpi("Safety incidents", "per 200,000 hours", ("3.1", "3.0", "2.5"), Grade.E1, claim)
    state = "Audience reach moved as planned; this is expected to show in safety incidents from February 2027."
    chain = _chain(("evidenced", "flat", "thin", "missing", "thin"), "too_early", state)
    return ProgramSummary(
        "safety", "Safety certification", kpi, chain, ProgramMoney("EUR", 18_200, 20_000, None, False)
    )


def _leading() -> ProgramSummary:
    claim = (
        "No clear difference in team engagement in the teams of the managers between before and after: +0.4 points "
        "(95% interval −1.2 to 2.0)."
    )
    kpi = _kpi("Team engagement", "points", ("61", "61", "66"), Grade.E2, claim)
    kpi = replace(
        kpi,
        effect=0.4,
        ci_low=-1.2,
        ci_high=2.0,
        effect_text="+0.4 points (+1%), 95% interval −1.2 to 2.0",
        short_effect_text="+0.4 points (+1%) [−1.2 to 2.0]",
    )
    state = (
        "Team engagement did not move although the expected delay has passed; the first link that did not move is "
        "behavior change. Ask managers what keeps people from working differently."
    )
    chain = _chain(("evidenced", "flat", "evidenced", "adverse", "flat"), "chain_broken_at:behavior_change", state)
    money = ProgramMoney("EUR", 14_000, 15_000, None, measured=False)
    return ProgramSummary("leading", "Leading teams", kpi, chain, money)


def _kpi(name: str, unit: str, levels: tuple[str, str, str], grade: Grade, claim: str) -> KpiFigures:
    baseline, now, target = (float(text) for text in levels)
    return KpiFigures(
        key=f"kpi_{name.lower().replace(' ', '_')}",
        name=name,
        unit=unit,
        lower_is_better=target < baseline,
        baseline=baseline,
        now=now,
        target=target,
        baseline_text=levels[0],
        now_text=levels[1],
        target_text=levels[2],
        window_text="Aug to Oct 2026",
        grade=grade.name,
        grade_text=badge(grade),
        effect=None,
        ci_low=None,
        ci_high=None,
        effect_text="",
        claim=claim,
        caveat="",
        unit_words=unit,
    )


def _chain(statuses: tuple[str, ...], state: str, text: str) -> ChainFigures:
    links = tuple(
        LinkFigures(link.link, link.name, status, _STATUS_TEXTS[status])
        for link, status in zip(sample_program().chain.links, statuses, strict=True)
    )
    evidenced = statuses.count("evidenced")
    return ChainFigures(links, evidenced / 5, f"{evidenced} of 5 links are evidenced.", (), state, text)
