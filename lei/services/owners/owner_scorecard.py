"""Turns what is known of a person's programs into the figures of the owner's scorecard: numbers and finished texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lei.evidence.chain_words import links_listed
from lei.evidence.links import Link, LinkStatus
from lei.evidence.money_words import money
from lei.language import spoken
from lei.letters import within_sentence
from lei.periods import Grain, Period, month_of, period_label
from lei.reports import owner_sentences as words
from lei.reports.owner_figures import (
    SCHEMA,
    ApplicationFigures,
    DueFigures,
    DueKind,
    LinkPart,
    OwnedLinkFigures,
    OwnerFigures,
)
from lei.reports.owner_parts import KpiCarrier, LinkContext, kpi_part, link_part
from lei.services.chain.program_chain import LinkView
from lei.services.chain.program_reading import ProgramReading
from lei.services.chain.program_report import ReportOrigin, kpi_of
from lei.services.owners.due_reminders import TIME_TO_SIGN
from lei.services.owners.read_owner import OwnerReading
from lei.services.programs.missing_sign_offs import quarter_to_sign, sides_of
from lei.storage.program_cycles import Decision
from lei.storage.programs import Program

# What went wrong stands first, what nobody knows last.
_ORDER = (LinkStatus.ADVERSE, LinkStatus.EVIDENCED, LinkStatus.FLAT, LinkStatus.THIN, LinkStatus.MISSING)
# Application on the job: whether people work differently, and whether the skill grew and stayed.
APPLICATION = (Link.BEHAVIOR_CHANGE, Link.CAPABILITY_GROWTH)


def owner_figures(reading: OwnerReading, origin: ReportOrigin) -> OwnerFigures:
    """The figures of the scorecard of an owner, from what was read alone: no database, no clock."""
    programs = sorted(reading.programs, key=_place)
    applications = tuple(application_of(program) for program in programs)
    due = tuple(sorted((each for program in programs for each in _due(program, reading)), key=_when))
    label = period_label(reading.month)
    return OwnerFigures(
        schema=SCHEMA,
        email=reading.email,
        name=reading.name,
        period=str(reading.month),
        period_label=label,
        made_at=origin.made_at,
        data_as_of=origin.data_as_of,
        headline=words.headline(applications, label),
        asked=words.asked(due, reading.today),
        applications=applications,
        other_links=tuple(link for program in programs for link in _other_links(program, reading.email)),
        due=due,
        not_running=tuple(_not_running(program) for program in reading.others),
        legend=words.legend(),
        language=spoken(),
    )


def application_of(reading: ProgramReading) -> ApplicationFigures:
    """Application on the job in a program, whoever asks for it."""
    behavior, capability = (_part(reading, link) for link in APPLICATION)
    plan = reading.program.plan
    return ApplicationFigures(reading.program.key, plan.name, plan.behavior_statement, behavior, capability)


def _place(reading: ProgramReading) -> tuple[int, str]:
    return _ORDER.index(reading.chain.reading.status(Link.BEHAVIOR_CHANGE)), reading.program.plan.name


def _part(reading: ProgramReading, link: Link) -> LinkPart:
    view = next(view for view in reading.chain.links if view.link is link)
    context = _context(reading, view)
    if link is Link.BUSINESS_KPI and reading.kpis:
        first = reading.kpis[0]
        return kpi_part(view.reading, context, KpiCarrier(kpi_of(first, reading), first.claim.n_treated))
    return link_part(view.reading, context)


def _context(reading: ProgramReading, view: LinkView) -> LinkContext:
    lacking = {missing.side for missing in reading.missing_sign_offs if missing.link is view.link}
    owners = view.owners
    return LinkContext(
        before=view.before,
        now=view.after,
        read_from=view.read_from,
        business_owner="" if owners is None else owners.business.name,
        learning_owner="" if owners is None else owners.learning.name,
        quarter=quarter_to_sign(reading.program, reading.month),
        signed=frozenset({"business", "learning"} - lacking),
    )


def _other_links(reading: ProgramReading, email: str) -> Iterator[OwnedLinkFigures]:
    program, sides = reading.program, sides_of(reading.program.plan, email)
    for link in dict.fromkeys(link for link, _ in sides if link not in APPLICATION):
        own, part = tuple(side for one, side in sides if one is link), _part(reading, link)
        others = {"business": part.learning_owner, "learning": part.business_owner}
        other = others[own[0]] if len(own) == 1 else ""
        yield OwnedLinkFigures(
            program.key, program.plan.name, own, words.sides_text(own), other, words.signed_cell(part, own), part
        )


def _due(reading: ProgramReading, owner: OwnerReading) -> Iterator[DueFigures]:
    program, today = reading.program, owner.today

    def due(kind: DueKind, what: str, who: str, on: date, *, is_own: bool) -> DueFigures:
        name, overdue = program.plan.name, on < today
        return DueFigures(kind, what, program.key, name, who, is_own, on, words.due_day(on, today), overdue)

    quarter, mine = quarter_to_sign(program, reading.month), owner.email.casefold()
    unsigned = [missing.link for missing in reading.missing_sign_offs if missing.owner.email.casefold() == mine]
    if quarter is not None and unsigned:
        yield due(
            "sign_off",
            words.sign(links_listed(dict.fromkeys(unsigned)), quarter),
            owner.name,
            quarter.end + TIME_TO_SIGN,
            is_own=True,
        )
    for decision in reading.decisions_asked:
        is_own = decision.owner_email.casefold() == mine
        yield due("decision", _decide(decision), decision.owner, decision.due_on, is_own=is_own)
    if reading.next_review is not None:
        yield due("review", *words.review(), reading.next_review, is_own=True)


def _when(due: DueFigures) -> tuple[date, str, str]:
    return due.due_on, due.program_name, due.what


def _decide(decision: Decision) -> str:
    what = within_sentence(decision.what).rstrip(".")
    return words.decide(what, "" if decision.cost is None else money(decision.cost, decision.currency))


def _not_running(program: Program) -> str:
    """Why a program did not run in the month."""
    name, launch, closed = program.plan.name, program.plan.launch_month, program.closed_at
    if closed is not None:
        return words.closed(name, Period(month_of(closed.date()), Grain.MONTH))
    if program.frozen_at is None or launch is None:
        return words.draft(name)
    return words.to_be_launched(name, Period(launch, Grain.MONTH))
