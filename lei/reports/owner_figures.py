"""Everything the scorecard of an owner shows, as frozen plain data: what is drawn from it needs no database, no clock.

Application on the job stands first, program by program, and holds nothing of who reads it: the business owner and the
learning owner of a program see the same numbers in the same words. Numbers are unrounded, texts are finished; a number
that there is none of is None. Keys (links, statuses) are those of `lei.evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lei.language import ENGLISH
from lei.paper import A4
from lei.reports.branding import PLAIN, Branding
from lei.reports.figures_json import figures_from_json, figures_to_json

SCHEMA = 1

DueKind = Literal["review", "decision", "sign_off"]


@dataclass(frozen=True, slots=True)
class SignalFigures:
    """What a link is read from, before the program and now.

    before, now, change, target: in `unit`; the first three are None where there is too little data. change_in_points,
    low_in_points, high_in_points: of the score, above 0 as planned, with the ends of its 95 % interval; None for a KPI,
    and where there is no interval. n, minimum: cases, and how many are needed (None: it depends). period: the newest
    month with a value, empty where none is told.
    """

    measure: str
    name: str
    unit: str
    status: str
    status_text: str
    n: float
    minimum: float | None
    period: str = ""
    source: str = ""
    before: float | None = None
    now: float | None = None
    change: float | None = None
    target: float | None = None
    change_in_points: float | None = None
    low_in_points: float | None = None
    high_in_points: float | None = None
    before_text: str = ""
    now_text: str = ""
    change_text: str = ""
    points_text: str = ""
    cases_text: str = ""
    target_text: str = ""


@dataclass(frozen=True, slots=True)
class LinkPart:
    """A link of the chain as both of its owners see it.

    is_early: it cannot show anything yet. lines: what is said of it. months_text: which months stand for before and for
    now; where it is too early, from when on it can be read. business_owner, learning_owner: names, empty where nobody
    is named. business_signed, learning_signed: whether they signed for the last quarter; None where there is nothing to
    sign yet.
    """

    link: str
    name: str
    status: str
    status_text: str
    is_early: bool
    lines: tuple[str, ...]
    signals: tuple[SignalFigures, ...]
    months_text: str
    business_owner: str
    learning_owner: str
    business_signed: bool | None
    learning_signed: bool | None
    owners_text: str
    sign_off_text: str


@dataclass(frozen=True, slots=True)
class ApplicationFigures:
    """Application on the job in one program: whether people work differently, and whether the skill grew and stayed.

    promised: the behavior that the plan promises, empty where it says nothing.
    """

    program: str
    program_name: str
    promised: str
    behavior: LinkPart
    capability: LinkPart


@dataclass(frozen=True, slots=True)
class OwnedLinkFigures:
    """Another link that the owner answers for. sides: `business`, `learning` or both; other_owner: empty for both.

    signed_text: who has signed for the last quarter, as the owner sees it; empty where there is nothing to sign yet.
    """

    program: str
    program_name: str
    sides: tuple[str, ...]
    sides_text: str
    other_owner: str
    signed_text: str
    part: LinkPart


@dataclass(frozen=True, slots=True)
class DueFigures:
    """Something that is due in a program of the owner's. owner: who is to act."""

    kind: DueKind
    what: str
    program: str
    program_name: str
    owner: str
    is_own: bool
    due_on: date
    due_text: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class OwnerFigures:
    """All that the scorecard of one owner shows.

    headline: what moved on the job, asked: what is due from the owner, each a sentence or two. applications: what went
    wrong first. not_running: a sentence for each program of the owner's that did not run in the period.
    """

    schema: int
    email: str
    name: str
    period: str
    period_label: str
    made_at: datetime
    data_as_of: datetime | None
    headline: str
    asked: str
    applications: tuple[ApplicationFigures, ...]
    other_links: tuple[OwnedLinkFigures, ...]
    due: tuple[DueFigures, ...]
    not_running: tuple[str, ...]
    legend: str
    page_size: str = A4
    language: str = ENGLISH
    branding: Branding = PLAIN


def owner_to_json(figures: OwnerFigures) -> str:
    """The figures as JSON text, always the same text for the same figures."""
    return figures_to_json(figures)


def owner_from_json(text: str) -> OwnerFigures:
    """The figures that `owner_to_json` wrote, exactly.

    Raises InvalidError when the text holds no figures of the present schema.
    """
    return figures_from_json(text, OwnerFigures, SCHEMA, "an owner")
