"""What a scorecard says of the programs in its scope: their KPIs, chains and money, and what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lei.evidence.grade import Grade
from lei.evidence.grade_words import legend
from lei.evidence.links import ChainState
from lei.evidence.words import with_request
from lei.language import _
from lei.letters import name_in_sentence
from lei.periods import Grain, Period, month_of, period_label
from lei.reports import programs_money
from lei.reports.program_figures import MoneyFigures
from lei.reports.programs_part import ProgramMoney, ProgramsPart, ProgramSummary
from lei.reports.wording import labelled
from lei.services.chain.program_reading import ProgramReading
from lei.services.chain.program_report import chain_of, decision_figures, kpi_of, money_of
from lei.services.chain.read_program import read_program
from lei.services.scorecards.scorecard_request import ScorecardRequest
from lei.storage.program_cycles import Decision
from lei.storage.programs import Program, list_programs

MOST_KPIS = 3
# In these states something went wrong, or does not go on.
_WENT_WRONG = (ChainState.ADVERSE, ChainState.EARLY_WARNING, ChainState.CHAIN_BROKEN, ChainState.NO_CHANGE)


def read_programs(
    session: Session, request: ScorecardRequest, min_group_size: int, now: datetime
) -> tuple[ProgramReading, ...]:
    """The programs in the scope of a scorecard that were running in its period, as known at the end of it."""
    period = request.period
    month = Period(period.last_month, Grain.MONTH)
    return tuple(
        read_program(session, program, month, min_group_size, now.date(), documented=request.documented)
        for program in list_programs(session)
        if program.ran_in(period) and dict(request.where).items() <= dict(program.plan.where).items()
    )


def programs_part(readings: Sequence[ProgramReading], period: Period) -> ProgramsPart | None:
    """What the scorecard of a period shows of them; None without any program."""
    if not readings:
        return None
    ordered = sorted(readings, key=_place)
    summaries = tuple(_summary(reading) for reading in ordered)
    money = [summary.money for summary in summaries]
    asked = sorted((each for reading in ordered for each in reading.decisions_asked), key=lambda each: each.due_on)
    return ProgramsPart(
        headline=_headline(ordered[0], asked),
        programs=summaries,
        shown=min(sum(bool(reading.kpis) for reading in ordered), MOST_KPIS),
        spend_text=programs_money.spend_text(money),
        value_text=programs_money.value_text(money),
        to_follow=tuple(_told(reading) for reading in ordered if _state(reading) is ChainState.TOO_EARLY),
        not_working=(
            *(_told(reading) for reading in ordered if _state(reading) in _WENT_WRONG),
            *(text for reading in ordered if (text := _stopped(reading.program, period))),
        ),
        decisions=tuple(decision_figures(each) for each in asked),
        grades_legend=legend(),
    )


def _place(reading: ProgramReading) -> tuple[int, int, str]:
    """KPIs that clearly moved the wrong way come first, then by grade: bad news is never pushed off the page."""
    if not reading.kpis:
        return 2, 0, reading.program.plan.name
    claim = reading.kpis[0].claim
    return (0 if claim.is_adverse else 1), -claim.grade, reading.program.plan.name


def _headline(first: ProgramReading, asked: Sequence[Decision]) -> str:
    """The first KPI with what is asked for, its own program's decision before others; empty below grade E2."""
    if not first.kpis or first.kpis[0].claim.grade < Grade.E2:
        return ""
    own = [*first.decisions_asked, *asked][:1]
    return with_request(first.kpis[0].sentence, name_in_sentence(own[0].what) if own else "")


def _summary(reading: ProgramReading) -> ProgramSummary:
    kpi = kpi_of(reading.kpis[0], reading) if reading.kpis else None
    chain, money = chain_of(reading, kpi), money_of(reading)
    return ProgramSummary(reading.program.key, reading.program.plan.name, kpi, chain, _money(money))


def _money(money: MoneyFigures) -> ProgramMoney:
    measured = money.grade in (Grade.E4.name, Grade.E5.name)
    return ProgramMoney(money.currency, money.cost, money.budget, money.benefit, measured)


def _state(reading: ProgramReading) -> ChainState | None:
    return None if reading.chain.progress is None else reading.chain.progress.state


def _told(reading: ProgramReading) -> str:
    return labelled(reading.program.plan.name, reading.chain.state_sentence)


def _stopped(program: Program, period: Period) -> str:
    """That a program was stopped in the period; empty where it was not."""
    closed = program.closed_at
    if closed is None or not period.first_month <= month_of(closed.date()) <= period.last_month:
        return ""
    return _("Stopped: {program}, closed in {month}.").format(
        program=program.plan.name, month=period_label(Period(month_of(closed.date()), Grain.MONTH))
    )
