"""Figures with names that want to break a page: long, without a space, right to left, markup, no glyph at all."""

from __future__ import annotations

from dataclasses import replace

from lei.reports.figures import ScorecardFigures
from lei.reports.owner_figures import LinkPart, OwnerFigures
from lei.reports.program_figures import ChainFigures, KpiFigures, ProgramFigures
from lei.reports.programs_part import ProgramSummary
from lei.reports.sample_owner import sample_owner
from lei.reports.sample_program import sample_program
from lei.reports.sample_programs import sample_with_programs

LONG = ("Advanced negotiation and customer relationship management for senior field sales representatives " * 3)[:200]
NAMES = (LONG, "X" * 200, "تطوير القيادة " * 12, "<script>alert(1)</script>" * 5, "🚀 学习 " * 25)
_STATUSES = (
    ("evidenced", "evidenced"),
    ("flat", "no material change"),
    ("adverse", "moved the wrong way"),
    ("thin", "too little data"),
    ("missing", "not measured"),
)


def hostile_program() -> ProgramFigures:
    """The report on a program with such names in every place that a name can come from outside."""
    figures = sample_program()
    assert figures.kpi is not None
    kpi = _kpi(figures.kpi, 0)
    return replace(
        figures,
        title=LONG,
        type_name=NAMES[4],
        segment_name=NAMES[1],
        problem=LONG * 4,
        headline=LONG * 4,
        kpi=kpi,
        other_kpis=(kpi, kpi),
        chain=_chain(figures.chain),
        other_changes=(LONG, LONG, NAMES[1]),
        decisions=tuple(replace(figures.decisions[0], what=name, owner=name) for name in NAMES),
        notes=NAMES,
        money=replace(figures.money, text=LONG * 3, notes=NAMES, intangibles=NAMES),
    )


def hostile_scorecard() -> ScorecardFigures:
    """A scorecard with six programs of such names, and everything else on its page as long."""
    figures = sample_with_programs()
    part = figures.programs
    assert part is not None
    part = replace(
        part,
        headline=LONG * 4,
        programs=tuple(_summary(program, n) for n, program in enumerate(part.programs * 2)),
        spend_text=LONG * 2,
        value_text=LONG * 3,
        to_follow=NAMES,
        not_working=NAMES,
        decisions=tuple(replace(part.decisions[0], what=name, owner=name) for name in NAMES),
    )
    return replace(
        figures,
        title=LONG,
        segment_name=NAMES[1],
        headline=part.headline,
        programs=part,
        # What follows page 1 has tests of its own, and takes time.
        segments=(),
        measures=figures.measures[:2],
        context=(),
        readiness_text=LONG * 2,
        readiness_places=tuple(replace(figures.readiness_places[0], name=name) for name in NAMES[:3]),
        index=replace(figures.index, main_reason=LONG, status_text=LONG, band_note=LONG),
        leading_signals=NAMES,
        not_working=NAMES,
        not_working_text=LONG,
        notes=replace(figures.notes, restatements=(LONG, LONG)),
    )


def _summary(program: ProgramSummary, number: int) -> ProgramSummary:
    assert program.kpi is not None
    kpi = _kpi(program.kpi, number)
    return replace(program, name=NAMES[(number + 2) % 5], kpi=kpi, chain=_chain(program.chain))


def _kpi(kpi: KpiFigures, number: int) -> KpiFigures:
    return replace(
        kpi,
        name=NAMES[number % 5],
        unit=NAMES[(number + 1) % 5],
        unit_words=NAMES[(number + 1) % 5],
        claim=LONG * 3,
        caveat=LONG * 2,
        owner=NAMES[1],
        effect_text=LONG,
        short_effect_text=LONG,
        avoided_text=LONG * 2,
        baseline_text="1,234,567.8 " + "euros " * 6,
        now_text="1,234,999",
        target_text="1,300,000",
        post_hoc=True,
    )


def _chain(chain: ChainFigures) -> ChainFigures:
    links = tuple(
        replace(
            link,
            status=status,
            status_text=text,
            signal=NAMES[n % 5],
            source=NAMES[(n + 1) % 5],
            business_owner=NAMES[(n + 2) % 5],
            learning_owner=NAMES[(n + 3) % 5],
            change_text="1,234,567.8 per 100 tickets → 1,234,999.9 per 100 tickets",
        )
        for n, (link, (status, text)) in enumerate(zip(chain.links, _STATUSES, strict=True))
    )
    return replace(chain, links=links, state_text=LONG * 3, rules=(LONG, NAMES[1]))


def hostile_owner() -> OwnerFigures:
    """The scorecard of an owner of five programs with such names in every place that a name can come from outside."""
    figures = sample_owner()
    (application,) = figures.applications
    return replace(
        figures,
        name=LONG,
        email="x" * 240 + "@example.com",
        headline=" ".join(NAMES),
        asked=LONG * 3,
        applications=tuple(
            replace(
                application,
                program=f"program-{n}",
                program_name=name,
                promised=NAMES[(n + 1) % 5],
                behavior=_part(application.behavior, n),
                capability=_part(application.behavior, n + 2),
            )
            for n, name in enumerate(NAMES)
        ),
        other_links=tuple(
            replace(link, program_name=name, other_owner=NAMES[(n + 1) % 5], part=_part(link.part, n))
            for n, name in enumerate(NAMES)
            for link in figures.other_links
        ),
        due=tuple(replace(figures.due[0], what=name, program_name=name, owner=name) for name in NAMES),
        not_running=NAMES,
    )


def _part(part: LinkPart, number: int) -> LinkPart:
    status, text = _STATUSES[number % 4]
    signals = tuple(
        replace(
            signal,
            name=NAMES[(number + n) % 5],
            status=status,
            status_text=text,
            before_text="1,234,567.8 per 100 tickets",
            now_text="1,234,999.9 per 100 tickets",
            change_text=f"+432.1 {LONG[:60]}",
            cases_text="12 of 1,000,000 needed",
        )
        for n, signal in enumerate(part.signals * 2)
    )
    name = NAMES[(number + 3) % 5]
    return replace(
        part, status=status, status_text=text, signals=signals, lines=NAMES, owners_text=LONG, sign_off_text=name * 2
    )
