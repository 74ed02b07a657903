"""The scorecard of an owner in the story of an invented onboarding program, to look at its template."""

from __future__ import annotations

from datetime import UTC, date, datetime

from lei.evidence.chain import LinkReading, read_link
from lei.evidence.links import Link
from lei.periods import parse_period
from lei.reports import owner_sentences as words
from lei.reports.owner_figures import SCHEMA, ApplicationFigures, DueFigures, DueKind, OwnedLinkFigures, OwnerFigures
from lei.reports.owner_parts import KpiCarrier, LinkContext, kpi_part, link_part
from lei.reports.sample_program import sample_chain, sample_program

_TODAY = date(2026, 11, 5)
_MONTHS = (parse_period("2026-02"), parse_period("2026-04")), (parse_period("2026-08"), parse_period("2026-10"))
_KEY, _NAME = "support-onboarding", "Customer support onboarding"


def sample_owner() -> OwnerFigures:
    """The scorecard of the business owner after the sixth month: one program, one decision, one sign-off that lacks."""
    application = ApplicationFigures(
        program=_KEY,
        program_name=_NAME,
        promised="Agents check the last three tickets before answering, in 9 of 10 calls",
        behavior=link_part(_reading(Link.BEHAVIOR_CHANGE), _context("learning")),
        # Nobody has tested the skill yet.
        capability=link_part(read_link(Link.CAPABILITY_GROWTH, ()), _context()),
    )
    due = (
        _due("sign_off", "Sign what is said of behavior change for Q3 2026", date(2026, 10, 14)),
        _due("decision", "Decide: extend it to the other three sites (EUR 28,000)", date(2026, 12, 15)),
    )
    return OwnerFigures(
        schema=SCHEMA,
        email="maria@example.com",
        name="Maria Lopez",
        period="2026-10",
        period_label="October 2026",
        made_at=datetime(2026, 11, 5, 6, 0, tzinfo=UTC),
        data_as_of=datetime(2026, 11, 4, 23, 14, tzinfo=UTC),
        headline=words.headline((application,), "October 2026"),
        asked=words.asked(due, _TODAY),
        applications=(application,),
        other_links=_other_links(),
        due=due,
        not_running=(words.to_be_launched("Team leads", parse_period("2027-01")),),
        legend=words.legend(),
    )


def _other_links() -> tuple[OwnedLinkFigures, ...]:
    kpi = sample_program().kpi
    if kpi is None:
        raise TypeError("The story has a KPI.")
    signed = _context("business", "learning")
    parts = (
        link_part(_reading(Link.LEARNING_ACTIVITY), signed),
        kpi_part(_reading(Link.BUSINESS_KPI), signed, KpiCarrier(kpi, 180)),
    )
    own = ("business",)
    return tuple(
        OwnedLinkFigures(
            _KEY, _NAME, own, words.sides_text(own), part.learning_owner, words.signed_cell(part, own), part
        )
        for part in parts
    )


def _reading(link: Link) -> LinkReading:
    return next(reading for reading in sample_chain().links if reading.link is link)


def _context(*signed: str) -> LinkContext:
    before, now = _MONTHS
    return LinkContext(before, now, now[0], "Maria Lopez", "Tom Reed", parse_period("2026-Q3"), frozenset(signed))


def _due(kind: DueKind, what: str, on: date) -> DueFigures:
    day = words.due_day(on, _TODAY)
    return DueFigures(kind, what, _KEY, _NAME, "Maria Lopez", is_own=True, due_on=on, due_text=day, overdue=on < _TODAY)
