"""The figures that programs are judged by: business KPIs by site and region, and signals of links, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lei.services.demo.story import company as c
from lei.services.demo.story import program_signals as s
from lei.services.demo.story.grids import Floats
from lei.services.demo.story.levels import STORY_MONTHS, stream

FIRST_OFFSET = 1 - STORY_MONTHS
# The months in which the programs begin, after the story's last one.
ONBOARDING_START, CUSTOMER_START, SALES_START = -14, -11, -9
TECHNICAL_START, MEDICAL_START, LEADERSHIP_START, COMPLIANCE_START = -8, -10, -2, -12
# Where few installations are audited in a month.
AUDITED = {"unit": c.FIELD, "region": "EMEA"}


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a figure leaves its course: by so much, in equal steps over `ramp` months from the month `starts` on."""

    by: float
    starts: int
    ramp: int = 0

    def on(self, offsets: Floats) -> Floats:
        """What it adds in each month."""
        added: Floats = self.by * np.clip((offsets - self.starts + 1) / (self.ramp + 1), 0.0, 1.0)
        return added


@dataclass(frozen=True, slots=True)
class Course:
    """One figure in one segment. level: in the story's first month; drift: a month; spread: what months differ by.

    cases: of a month, give or take a tenth. first: the first month that is reported.
    """

    measure: str
    sender: str
    segment: Mapping[str, str]
    cases: int
    level: float
    drift: float = 0.0
    spread: float = 0.5
    turn: Turn | None = None
    first: int = FIRST_OFFSET


@dataclass(frozen=True, slots=True)
class Figures:
    """What a course came to: values and cases of all 24 months."""

    course: Course
    values: Floats
    cases: Floats

    def at(self, offset: int) -> tuple[float, int] | None:
        """Value and cases of a month; None where it is not reported."""
        if offset < self.course.first:
            return None
        row = offset - FIRST_OFFSET
        return round(float(self.values[row]), 2), int(self.cases[row])


@dataclass(frozen=True, slots=True)
class SupportSite:
    """A site of Customer Support.

    errors: of new hires in 100 tickets, at the story's start; tickets: of theirs in a month. change: of the errors
    where the new onboarding is; None where hires still sit in the classroom week.
    """

    name: str
    region: str
    errors: float
    tickets: int
    change: float | None = None

    @property
    def has_new_onboarding(self) -> bool:
        """Whether its hires get it."""
        return self.change is not None


SUPPORT_SITES = (
    SupportSite("Austin", "Americas", 8.3, 4_600, change=-1.9),
    SupportSite("Recife", "Americas", 8.9, 3_900),
    SupportSite("Toronto", "Americas", 8.0, 4_300),
    SupportSite("Brno", "EMEA", 8.8, 4_100, change=-1.1),
    SupportSite("Leeds", "EMEA", 7.9, 4_900, change=-1.4),
    SupportSite("Porto", "EMEA", 8.4, 4_500),
    SupportSite("Manila", "APAC", 8.6, 5_000),
    SupportSite("Pune", "APAC", 8.9, 4_400, change=-1.8),
)


def program_figures(seed: int) -> tuple[Figures, ...]:
    """All figures, the same in every month that the story may end in."""
    return tuple(_drawn(course, seed) for course in (*_early_errors(), *_kpis(), *_engagement(), *_signals()))


def _drawn(course: Course, seed: int) -> Figures:
    rng = stream(seed, f"{course.measure} in {' '.join(course.segment.values())}")
    offsets = np.arange(FIRST_OFFSET, 1, dtype=np.float64)
    values = course.level + course.drift * (offsets - FIRST_OFFSET) + course.spread * rng.normal(size=offsets.size)
    if course.turn is not None:
        values += course.turn.on(offsets)
    return Figures(course, values, np.rint(course.cases * rng.uniform(0.9, 1.1, offsets.size)))


def _early_errors() -> Iterator[Course]:
    """Of new hires; errors fall a little everywhere, and further where the new onboarding is."""
    for site in SUPPORT_SITES:
        segment = {"unit": c.SUPPORT, "region": site.region, "site": site.name}
        turn = None if site.change is None else Turn(site.change, ONBOARDING_START, ramp=5)
        yield Course(
            "kpi_early_error_rate", c.SERVICE, segment, site.tickets, site.errors, -0.01, spread=0.15, turn=turn
        )


def _kpis() -> Iterator[Course]:
    """By region: one goes on as it went before its program, one turns down, one does not move, one has few cases."""
    for region, solved, won, errors in (("Americas", 64, 27.5, 6.4), ("EMEA", 65, 28.5, 6.1), ("APAC", 61, 25.0, 7.0)):
        support, sales, field = ({"unit": unit, "region": region} for unit in (c.SUPPORT, c.SALES, c.FIELD))
        yield Course("kpi_case_resolution", c.SERVICE, support, 900, solved, 0.35, spread=1.0)
        yield Course("kpi_win_rate", c.CRM, sales, 110, won, 0.02, spread=0.9, turn=Turn(-4.0, SALES_START, ramp=4))
        yield Course("kpi_error_rate", c.SERVICE, field, 400, errors, spread=0.2)
    yield Course("kpi_audit_performance", c.SERVICE, AUDITED, 6, 88.0, spread=2.5, first=MEDICAL_START - 6)


def _engagement() -> Iterator[Course]:
    """Of the teams, by the monthly pulse of the HR system."""
    for unit, people in ((c.SUPPORT, 300), (c.FIELD, 480), (c.SALES, 210), (c.MANUFACTURING, 510), (c.CORPORATE, 130)):
        yield Course("kpi_team_engagement", c.HRIS, {"unit": unit}, people, 66.0, spread=0.6)


def _signals() -> Iterator[Course]:
    """Who takes part, what people do at work, and who is ready, by program."""
    sales, technical, leads = ({"program": name} for name in (c.SALES_ACADEMY, c.TECHNICAL, c.LEADERSHIP))
    yield Course(s.VIDEO_LESSONS, c.LMS, sales, 280, 44, spread=1.5, turn=Turn(31, SALES_START, ramp=2))
    yield Course(s.CALL_PLANS, c.CRM, sales, 300, 38, spread=1.5, turn=Turn(27, SALES_START + 1, ramp=3))
    yield Course(s.OPEN_QUESTIONS, c.SERVICE, {"program": c.CUSTOMER}, 320, 54, spread=1.2)
    yield Course(s.DIAGNOSIS_FIRST, c.SERVICE, technical, 260, 52, spread=1.2)
    yield Course(s.ONE_TO_ONES, c.HRIS, leads, 420, 55, spread=1.5, turn=Turn(17, LEADERSHIP_START, ramp=1))
    onboarding, essentials = {"program": c.ONBOARDING}, {"program": c.COMPLIANCE}
    yield Course(s.WEEK_FINISHED, c.LMS, onboarding, 70, 66, spread=2.0, turn=Turn(25, ONBOARDING_START, 2))
    yield Course(s.HISTORY_CHECKED, c.SERVICE, onboarding, 240, 48, spread=2.0, turn=Turn(29, ONBOARDING_START + 1, 5))
    yield Course(s.TICKET_LICENSE, c.SKILLS, onboarding, 60, 51, spread=2.0, turn=Turn(24, ONBOARDING_START + 1, 4))
    yield Course(s.ESSENTIALS, c.SKILLS, essentials, 1900, 86, spread=0.5, turn=Turn(8, COMPLIANCE_START + 1, 4))
