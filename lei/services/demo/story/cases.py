"""How many people and things stand behind every figure: heads, invitations, enrollments, answers, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.services.demo.story.company import COMPLIANCE
from lei.services.demo.story.events import ACTIVITY
from lei.services.demo.story.grids import Cells, Floats
from lei.services.demo.story.levels import Timeline, effects, season, stream
from lei.services.demo.story.measures import Grid

# Shares of the enrollments of a month that each figure is measured on.
_OF_ENROLLED = {
    "assessed": 0.75,
    "attempts": 0.7,
    "pairs": 0.6,
    "retested": 0.35,
    "answers": 0.48,
    "respondents": 0.35,
    "asked": 0.4,
    "observed": 0.6,
}
# Counts per head and month.
_PER_HEAD = {
    "profiles": 0.92,
    "certificates": 0.8,
    "rated": 0.96,
    "inspected": 2.5,
    "customer_answers": 1.4,
    "deals": 1.1,
    "critical_roles": 0.07,
}
# Of heads, drawn: these are few, and come and go.
_DRAWN_PER_HEAD = {"validated": 0.03, "hires": 0.028, "candidates": 0.12}
_LAB_CLOSED, _PRACTICE_LEFT = -9, 0.35
_CAMPAIGN_MONTHS = (9, 10, 11)


@dataclass(frozen=True, slots=True)
class Cases:
    """Counts (months, cells) by grid and name; whole numbers."""

    counts: Mapping[tuple[Grid, str], Floats]

    def of(self, grid: Grid, name: str) -> Floats:
        """The counts of that name on the cells of that grid."""
        return self.counts[grid, name]


def count_cases(cells: Mapping[Grid, Cells], time: Timeline, enrollment_percent: Floats, seed: int) -> Cases:
    """All counts of the story. enrollment_percent: (months, learner cells), of the people invited."""
    learners, people = cells[Grid.LEARNERS], cells[Grid.PEOPLE]
    counts: dict[tuple[Grid, str], Floats] = {}
    for name, found in _learner_counts(learners, time, enrollment_percent, seed).items():
        counts[Grid.LEARNERS, name] = found
    for grid in (Grid.PEOPLE, Grid.SITES):
        for name, found in _head_counts(cells[grid], time, seed).items():
            counts[grid, name] = found
    counts[Grid.PEOPLE, "hours"] = counts[Grid.LEARNERS, "hours"] @ people_of(learners, people)
    for name, found in _shelf_counts(cells[Grid.SHELF], time, seed).items():
        counts[Grid.SHELF, name] = found
    for name, found in _item_counts(cells[Grid.ITEMS], time, seed).items():
        counts[Grid.ITEMS, name] = found
    return Cases(counts)


def heads_of(cells: Cells, time: Timeline) -> Floats:
    """People per month and cell."""
    growth = np.array([cell.unit.growth if cell.unit else 0.0 for cell in cells.all]) / 100 / 12
    return np.rint(np.array([cell.heads for cell in cells.all]) * (1 + growth * time.offsets[:, None]))


def people_of(learners: Cells, people: Cells) -> Floats:
    """A matrix (learner cells, people cells) that sums programs up."""
    member = np.zeros((len(learners), len(people)))
    place = {(cell.unit, cell.region, cell.role): i for i, cell in enumerate(_without_units(people))}
    for i, cell in enumerate(_without_units(learners)):
        member[i, place[cell.unit, cell.region, cell.role]] = 1.0
    return member


@dataclass(frozen=True, slots=True)
class _Place:
    unit: str
    region: str | None
    role: str | None


def _without_units(cells: Cells) -> list[_Place]:
    return [_Place(cell.dimension("unit"), cell.region, cell.role) for cell in cells.all]


def _learner_counts(cells: Cells, time: Timeline, enrollment_percent: Floats, seed: int) -> dict[str, Floats]:
    rng = stream(seed, "learners")
    programs = [cell.program for cell in cells.all if cell.program is not None]
    audience = np.maximum(1, np.rint(heads_of(cells, time) * np.array([cell.audience for cell in cells.all])))
    activity = (1 + effects(ACTIVITY, cells, time)) * _pace(cells, time)
    invited_share = np.array([program.invited for program in programs])
    invited = rng.binomial(audience.astype(int), np.clip(invited_share * activity, 0, 0.9)).astype(float)
    enrolled = rng.binomial(invited.astype(int), enrollment_percent / 100).astype(float)
    counts = {"audience": audience, "invited": invited, "enrolled": enrolled}
    for name, share in _OF_ENROLLED.items():
        counts[name] = rng.binomial(enrolled.astype(int), share).astype(float)
    mandatory = np.array([program.mandatory for program in programs])
    counts["due"] = rng.binomial(audience.astype(int), np.clip((0.06 + 0.08 * mandatory) * activity, 0, 0.9)).astype(
        float
    )
    counts["ending"] = rng.binomial(enrolled.astype(int), 1 - 0.8 * mandatory).astype(float)
    counts["simulations"] = rng.binomial(enrolled.astype(int), _practice(cells, time)).astype(float)
    counts["fte"] = np.rint(audience * 0.3)
    counts["checked"] = np.rint(audience * 0.5)
    # Of the unit that is too small, nothing that carries no people is reported: neither hours nor money.
    large = np.array([not cell.is_small for cell in cells.all])
    counts["hours"] = np.rint(enrolled * np.array([program.hours for program in programs])) * large
    counts["handled"] = enrolled * large
    return counts


def _pace(cells: Cells, time: Timeline) -> Floats:
    """The season: quiet in summer and at the end of the year; the compliance campaign runs in autumn."""
    pace = np.repeat(1 + season(ACTIVITY, time)[:, None], len(cells), axis=1)
    campaign = np.isin(time.calendar_months, _CAMPAIGN_MONTHS)
    is_compliance = np.array([cell.program is not None and cell.program.name == COMPLIANCE for cell in cells.all])
    pace[np.ix_(campaign, is_compliance)] *= 1.5
    return pace


def _practice(cells: Cells, time: Timeline) -> Floats:
    share = np.array([cell.program.practice if cell.program else 0.0 for cell in cells.all])
    closed = np.array([cell.program is not None and cell.program.type == "sales_enablement" for cell in cells.all])
    left = np.where((time.offsets[:, None] >= _LAB_CLOSED) & closed, _PRACTICE_LEFT, 1.0)
    return np.asarray(share * left)


def _head_counts(cells: Cells, time: Timeline, seed: int) -> dict[str, Floats]:
    rng = stream(seed, f"heads of {cells.grid}")
    heads = heads_of(cells, time)
    counts = {"heads": heads}
    for name, share in _PER_HEAD.items():
        counts[name] = np.rint(heads * share)
    for name, share in _DRAWN_PER_HEAD.items():
        counts[name] = rng.binomial(heads.astype(int), share).astype(float)
    return counts


def _shelf_counts(cells: Cells, time: Timeline, seed: int) -> dict[str, Floats]:
    rng = stream(seed, "shelf")
    shape = (time.offsets.size, len(cells))
    return {
        "items": np.repeat(rng.integers(12, 40, len(cells))[None, :], shape[0], axis=0).astype(float),
        "items_released": rng.poisson(0.9, shape).astype(float),
        "hours_made": rng.poisson(1.1, shape).astype(float),
    }


def _item_counts(cells: Cells, time: Timeline, seed: int) -> dict[str, Floats]:
    rng = stream(seed, "items")
    shape = (time.offsets.size, len(cells))
    return {
        "items": np.repeat(rng.integers(6, 16, len(cells))[None, :], shape[0], axis=0).astype(float),
        "deliverables": rng.poisson(2.2, shape).astype(float),
    }
