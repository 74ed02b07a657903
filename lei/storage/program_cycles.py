"""What happens around a program while it runs: reviews, decisions, experiments, sign-offs, limits of a grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from lei.evidence.links import Link

Side = Literal["business", "learning"]


@dataclass(frozen=True, slots=True)
class Review:
    """A meeting that looks at the program: planned, or done."""

    on: date
    done: bool
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken."""

    what: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that is asked for: of whom, by when and at which cost; and what was decided, once it was."""

    what: str
    owner: str
    owner_email: str
    due_on: date
    cost: float | None = None
    currency: str = ""
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """A change that is tried: why, what, which effect is expected, and which one was seen (empty: not yet)."""

    hypothesis: str
    change: str
    expected_effect: str
    started_on: date
    observed_effect: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """An owner of a link stands by what is said of it for a period, such as `2026-10` or `2026-Q4`."""

    link: Link
    side: Side
    period: str
    signed_by: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class GradeLimit:
    """A person's word that the evidence of a KPI is worth no more than `grade` (its key); it can only lower."""

    kpi_key: str
    grade: str
    by: str
    reason: str
