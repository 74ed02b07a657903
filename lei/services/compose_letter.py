"""Says in a mail, in five lines, what a scorecard shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from lei.delivery.message import Letter
from lei.numbers import counted, whole
from lei.periods import day_label
from lei.reports.figures import IndexFigures, Remark, ScorecardFigures, from_json
from lei.reports.wording import ARROW, BAND_NAMES
from lei.services.scorecard import file_name
from lei.services.signed_links import PdfLink
from lei.storage.deliveries import Delivery
from lei.storage.scorecards import StoredScorecard

_ALL = 100  # percent
_TOLD_RESTATEMENTS = 2


def compose_letter(
    delivery: Delivery,
    scorecard: StoredScorecard,
    sender: str,
    *,
    pdf: bytes | PdfLink | None = None,
    unsubscribe: str | None = None,
) -> Letter:
    """The letter of one delivery. The same delivery makes the same letter, however often it is tried.

    pdf: what goes along, the stored PDF where nothing is said. unsubscribe: the link for those who want no more.
    """
    figures, zone = from_json(scorecard.figures), ZoneInfo(delivery.timezone)
    scope = ", ".join(figures.segment.values())
    what = ", ".join(part for part in ("Learning scorecard", scope, figures.period_label) if part)
    title = f"{' '.join(figures.marks)}: {what}" if figures.marks else what
    result = _result(figures.index)
    link = pdf if isinstance(pdf, PdfLink) else None
    return Letter(
        sender=sender,
        recipient=delivery.recipient,
        message_id=delivery.message_id,
        written_at=delivery.created_at,
        subject=f"{title}: {result}" if result else title,
        title=title,
        headline=figures.headline,
        comment=None if figures.comment is None else _comment(figures.comment, zone),
        facts=tuple((label, text) for label, text in _facts(figures, result) if text),
        covers=_covers(figures, zone),
        origin=f"Sent by LEI for the schedule \N{LEFT DOUBLE QUOTATION MARK}{delivery.schedule}"
        f"\N{RIGHT DOUBLE QUOTATION MARK}. {_why(delivery)}",
        pdf=None if isinstance(pdf, PdfLink) else pdf or scorecard.pdf,
        pdf_name=file_name(delivery.period, figures.segment),
        pdf_text=_pdf_text(link, zone),
        pdf_link=None if link is None else link.url,
        unsubscribe_link=unsubscribe,
    )


def _comment(comment: Remark, zone: ZoneInfo) -> str:
    return f"Comment by {comment.by}, {day_label(comment.at.astimezone(zone))}: {comment.text}"


def _why(delivery: Delivery) -> str:
    if delivery.kind == "test":
        return "This is a test that went to you alone."
    return "You get this because an administrator put your address on its list."


def _result(index: IndexFigures) -> str:
    """Such as `61 of 100, Developing, provisional`; empty where there is no score."""
    if index.score is None:
        return ""
    parts = [f"{whole(index.score)} of 100", BAND_NAMES.get(index.band or "", "")]
    return ", ".join(part for part in (*parts, "provisional" if index.status == "provisional" else "") if part)


def _facts(figures: ScorecardFigures, result: str) -> Iterator[tuple[str, str]]:
    """The key lines, as (label, text); those without a text are left out.

    Where the data lack what the schedule asks for, what is missing comes first: nothing else is to be read without it.
    """
    index = figures.index
    gaps = ("Missing or restated", " ".join([*_missing(figures), *_restated(figures.notes.restatements)]))
    kpi, decision = _business_kpi(figures), _decision_asked(figures)
    if figures.incomplete:
        yield gaps
    yield "Business KPI", kpi
    yield "Index", f"{result}; {_change(index)}" if result else "No score"
    yield "Main reason", index.main_reason
    yield "Highest and lowest", "" if kpi or decision else _highest_and_lowest(figures)
    yield "Decision asked", decision
    if not figures.incomplete:
        yield gaps


def _business_kpi(figures: ScorecardFigures) -> str:
    """The first KPI of page 1: from where to where, and how far its evidence goes; empty where there is none."""
    shown = () if figures.programs is None else figures.programs.on_page_one
    kpi = next((program.kpi for program in shown if program.kpi is not None), None)
    if kpi is None:
        return ""
    levels = f"{kpi.name} {kpi.baseline_text} {ARROW} {kpi.now_text}, target {kpi.target_text}"
    return "; ".join(part for part in (levels, kpi.effect_text, f"evidence: {kpi.grade_text}") if part)


def _decision_asked(figures: ScorecardFigures) -> str:
    decisions = () if figures.programs is None else figures.programs.decisions
    if not decisions:
        return ""
    first = decisions[0]
    more = f" And {counted(len(decisions) - 1, 'more decision', 'more decisions')}." if len(decisions) > 1 else ""
    return f"{first.what}: {first.owner}, by {first.due_text}, {first.cost_text}.{more}"


def _change(index: IndexFigures) -> str:
    if index.change is None:
        return f"no comparison with {index.previous.label}"
    return f"{index.change_text}, like for like since {index.previous.label}"


def _highest_and_lowest(figures: ScorecardFigures) -> str:
    """Of the units (or else programs, or else pillars), who stands highest and who lowest."""
    for dimension in dict.fromkeys(row.dimension for row in figures.segments):
        found = _ends((row.score, row.name) for row in figures.segments if row.dimension == dimension)
        if found:
            return found
    return _ends((pillar.score, pillar.name) for pillar in figures.pillars)


def _ends(scores: Iterable[tuple[float | None, str]]) -> str:
    known = [(score, name) for score, name in scores if score is not None]
    if len(known) <= 1:
        return ""
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    return f"{high[1]} {whole(high[0])}, {low[1]} {whole(low[0])}"


def _missing(figures: ScorecardFigures) -> Iterator[str]:
    index, hidden = figures.index, figures.notes.hidden_groups
    if figures.incomplete:
        yield f"INCOMPLETE. {figures.incomplete}"
    if index.score is not None and index.status_text:  # without a score it is the first sentence already
        yield index.status_text
    if index.score is not None and round(index.coverage) < _ALL:
        yield f"{'No data' if figures.incomplete else 'Data'} for {whole(_ALL - index.coverage)}% of the weight."
    if hidden:
        yield f"{counted(hidden, 'group', 'groups')} not shown: too few people."


def _restated(texts: tuple[str, ...]) -> Iterator[str]:
    yield from texts[:_TOLD_RESTATEMENTS]
    if len(texts) > _TOLD_RESTATEMENTS:
        yield f"And {counted(len(texts) - _TOLD_RESTATEMENTS, 'more period', 'more periods')}, see the scorecard."


def _covers(figures: ScorecardFigures, zone: ZoneInfo) -> str:
    """What the numbers are about, apart from when they were put together."""
    as_of = figures.origin.data_as_of
    data = f"data as of {_instant(as_of, zone)}" if as_of else "no data has come in yet"
    return f"Covers {figures.period_label}; made on {_instant(figures.made_at, zone)} {zone.key}; {data}."


def _pdf_text(link: PdfLink | None, zone: ZoneInfo) -> str:
    if link is None:
        return "The scorecard is attached as a PDF."
    until = f"{_instant(link.expires_at, zone)} {zone.key}"
    return f"The scorecard is too large for a mail. This link opens it without signing in, until {until}:"


def _instant(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{day_label(local)}, {local:%H:%M}"
