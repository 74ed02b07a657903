"""Says in a mail, in five lines, what a scorecard shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from lei.delivery.message import Letter
from lei.language import _, ngettext, speaking
from lei.numbers import in_a_row, whole
from lei.periods import day_label
from lei.reports.figures import IndexFigures, Remark, ScorecardFigures, from_json
from lei.reports.program_sentences import decisions_left_out
from lei.reports.wording import band_name, labelled
from lei.services.deliveries.signed_links import PdfLink
from lei.services.scorecards.scorecard import file_name
from lei.services.words.letter_words import covers, instant_on
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
    figures = from_json(scorecard.figures)
    with speaking(figures.language):
        return _letter(delivery, figures, sender, pdf or scorecard.pdf, unsubscribe)


def _letter(
    delivery: Delivery, figures: ScorecardFigures, sender: str, pdf: bytes | PdfLink, unsubscribe: str | None
) -> Letter:
    zone, title, result = ZoneInfo(delivery.timezone), _title(figures), _result(figures.index)
    link = pdf if isinstance(pdf, PdfLink) else None
    return Letter(
        sender=sender,
        recipient=delivery.recipient,
        message_id=delivery.message_id,
        written_at=delivery.created_at,
        subject=labelled(title, result) if result else title,
        title=title,
        headline=figures.headline,
        comment=None if figures.comment is None else _comment(figures.comment, zone),
        facts=tuple((label, text) for label, text in _facts(figures, result) if text),
        covers=covers(figures.period_label, figures.made_at, figures.origin.data_as_of, zone),
        origin=_origin(delivery),
        pdf=None if isinstance(pdf, PdfLink) else pdf,
        pdf_name=file_name(delivery.period, figures.segment),
        pdf_text=_pdf_text(link, zone),
        pdf_link=None if link is None else link.url,
        unsubscribe_link=unsubscribe,
        organization=figures.branding.name,
        accent=figures.branding.accent,
        language=figures.language,
    )


def _title(figures: ScorecardFigures) -> str:
    scope = ", ".join(figures.segment.values())
    what = ", ".join(part for part in (_("Learning scorecard"), scope, figures.period_label) if part)
    return labelled(" ".join(_(mark) for mark in figures.marks), what) if figures.marks else what


def _comment(comment: Remark, zone: ZoneInfo) -> str:
    head = _("Comment by {name}, {day}:").format(name=comment.by, day=day_label(comment.at.astimezone(zone)))
    return f"{head} {comment.text}"


def _origin(delivery: Delivery) -> str:
    """Who sent this, and why it went to this address."""
    sent = _("Sent by LEI for the schedule “{name}”.").format(name=delivery.schedule)
    if delivery.kind == "test":
        return " ".join([sent, _("This is a test that went to you alone.")])
    return " ".join([sent, _("You get this because an administrator put your address on its list.")])


def _result(index: IndexFigures) -> str:
    """Such as `61 of 100, Developing, provisional`; empty where there is no score."""
    if index.score is None:
        return ""
    parts = [_("{score} of 100").format(score=whole(index.score)), band_name(index.band)]
    return ", ".join(part for part in (*parts, _("provisional") if index.status == "provisional" else "") if part)


def _facts(figures: ScorecardFigures, result: str) -> Iterator[tuple[str, str]]:
    """The key lines, as (label, text); those without a text are left out.

    Where the data lack what the schedule asks for, what is missing comes first: nothing else is to be read without it.
    """
    index = figures.index
    gaps = (_("Missing or restated"), " ".join([*_missing(figures), *_restated(figures.notes.restatements)]))
    kpi, decision = _business_kpi(figures), _decision_asked(figures)
    if figures.incomplete:
        yield gaps
    yield _("Business KPI"), kpi
    yield _("Index"), in_a_row((result, _change(index))) if result else _("No score")
    yield _("Main reason"), index.main_reason
    yield _("Highest and lowest"), "" if kpi or decision else _highest_and_lowest(figures)
    yield _("Decision asked"), decision
    if not figures.incomplete:
        yield gaps


def _business_kpi(figures: ScorecardFigures) -> str:
    """The first KPI of page 1: from where to where, and how far its evidence goes; empty where there is none."""
    shown = () if figures.programs is None else figures.programs.on_page_one
    kpi = next((program.kpi for program in shown if program.kpi is not None), None)
    if kpi is None:
        return ""
    levels = _("{kpi} {baseline} → {now}, target {target}").format(
        kpi=kpi.name, baseline=kpi.baseline_text, now=kpi.now_text, target=kpi.target_text
    )
    # For translators: {grade} is such as `E4 against a comparable group`.
    evidence = _("evidence: {grade}").format(grade=kpi.grade_text)
    return in_a_row((levels, kpi.effect_text, evidence))


def _decision_asked(figures: ScorecardFigures) -> str:
    decisions = () if figures.programs is None else figures.programs.decisions
    if not decisions:
        return ""
    first = decisions[0]
    # For translators: a decision, who is to take it, by when, and what it costs.
    told = _("{what}: {owner}, by {day}, {cost}.").format(
        what=first.what, owner=first.owner, day=first.due_text, cost=first.cost_text
    )
    return f"{told} {decisions_left_out(decisions, 1)}".strip()


def _change(index: IndexFigures) -> str:
    if index.change is None:
        return _("no comparison with {period}").format(period=index.previous.label)
    return _("{change}, like for like since {period}").format(change=index.change_text, period=index.previous.label)


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
        mark = _("INCOMPLETE")
        yield f"{mark}. {figures.incomplete}"
    if index.score is not None and index.status_text:  # without a score it is the first sentence already
        yield index.status_text
    if index.score is not None and round(index.coverage) < _ALL:
        text = _("No data for {share}% of the weight.") if figures.incomplete else _("Data for {share}% of the weight.")
        yield text.format(share=whole(_ALL - index.coverage))
    if hidden:
        text = ngettext("{count} group not shown: too few people.", "{count} groups not shown: too few people.", hidden)
        yield text.format(count=whole(hidden))


def _restated(texts: tuple[str, ...]) -> Iterator[str]:
    yield from texts[:_TOLD_RESTATEMENTS]
    if len(texts) > _TOLD_RESTATEMENTS:
        more = len(texts) - _TOLD_RESTATEMENTS
        text = ngettext(
            "And {count} more period, see the scorecard.", "And {count} more periods, see the scorecard.", more
        )
        yield text.format(count=whole(more))


def _pdf_text(link: PdfLink | None, zone: ZoneInfo) -> str:
    if link is None:
        return _("The scorecard is attached as a PDF.")
    # For translators: {instant} is a day and a time; the link follows.
    return _(
        "The scorecard is too large for a mail. This link opens it without signing in, until {instant} {zone}:"
    ).format(instant=instant_on(link.expires_at, zone), zone=zone.key)
