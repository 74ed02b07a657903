"""What scores must be, worked out the slow way from a list of observations: dicts and loops, for comparison alone.

Written from the rules alone (docs/scoring-method.md, docs/decisions 0003 and 0005), apart from the
code that it checks: of that it uses only what a measure is and how a period is written.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from reference_history import Fact, History, Segment

from lei.catalog.measure import Measure
from lei.periods import Grain, Occasion, Period

Scope = tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """The catalogue and the weights that count: weights by pillar, and by measure within the pillar."""

    measures: Mapping[str, Measure]
    pillars: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    min_coverage: float = 60
    carry_forward_months: int = 2
    smallest_group: int = 5


class Cell(NamedTuple):
    """One measure in one period and scope. people: whom privacy is about; stale: carried forward from before."""

    value: float
    n: int
    people: int
    rolled_up: bool
    sources: tuple[str, ...]
    combined: bool
    stale: bool = False


@dataclass
class Answer:
    """One scope in one period; a measure without a cell has no data."""

    cells: dict[str, Cell]
    hidden: set[str]
    scores: dict[str, float] = field(default_factory=dict)
    pillars: dict[str, float] = field(default_factory=dict)
    coverage: dict[str, float] = field(default_factory=dict)
    composite: float | None = None
    total_coverage: float = 0.0
    status: str = "none"


class Reported(NamedTuple):
    """What one segment says of one measure in one period."""

    value: float
    n: int
    people: int
    sources: tuple[str, ...]


# --- from observations to one value per segment and period ----------------------------------------------------------


def counted_once(facts: Sequence[Fact], period: Period) -> list[Fact]:
    """The facts of one measure, segment and source that make up a period.

    Among those within the period, a coarser one replaces the finer ones that it covers. One that is longer than the
    period serves the period that it ends in, where nothing finer was reported; the shortest of several does.
    """
    months = range(period.first_month, period.last_month + 1)
    within = [f for f in facts if f.key.occasion.month in months and f.key.occasion.span <= len(months)]
    if within:
        return [f for f in within if not any(covers(g.key.occasion, f.key.occasion) for g in within)]
    longer = [f for f in facts if f.key.occasion.month == period.last_month]
    shortest = min((f.key.occasion.span for f in longer), default=0)
    return [f for f in longer if f.key.occasion.span == shortest]


def covers(coarse: Occasion, fine: Occasion) -> bool:
    """Whether the one is the longer, and the other lies within it."""
    return coarse.span > fine.span and coarse.month - coarse.span < fine.month <= coarse.month


def over_time(facts: Sequence[Fact], rule: str) -> Reported:
    """The roll-up of one source: weighted mean, sum, or the newest."""
    source = facts[0].key.source
    if rule == "last":
        newest = max(facts, key=lambda f: (f.key.occasion.month, f.key.occasion.day))
        return Reported(newest.value, newest.n, newest.n, (source,))
    n = sum(f.n for f in facts)
    value = math.fsum(f.value if rule == "sum" else f.value * f.n / n for f in facts)
    # The same people come back month after month; days of one month are different people.
    by_month: dict[int, int] = defaultdict(int)
    for f in facts:
        by_month[f.key.occasion.month] += f.n
    return Reported(value, n, max(by_month.values()), (source,))


def together(parts: Sequence[Reported], rule: str) -> Reported:
    """Different people added up: sources of one segment, or segments of one scope."""
    n = sum(p.n for p in parts)
    value = math.fsum(p.value if rule == "sum" else p.value * p.n / n for p in parts)
    sources = tuple(sorted({s for p in parts for s in p.sources}))
    return Reported(value, n, sum(p.people for p in parts), sources)


def trusted(by_source: Mapping[str, Reported], preferred: Sequence[str]) -> list[Reported]:
    """The most trusted source that reported, where a measure names some; else all of them."""
    best = next(([by_source[s]] for s in preferred if s in by_source), None)
    return best or list(by_source.values())


def values_of_segments(facts: Iterable[Fact], measure: Measure, period: Period) -> dict[Segment, Reported]:
    """What each segment says of the measure in the period."""
    grouped: dict[Segment, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for f in facts:
        if f.key.measure == measure.key:
            grouped[f.key.segment][f.key.source].append(f)
    values = {}
    for segment, by_source in grouped.items():
        counted = {source: counted_once(found, period) for source, found in by_source.items()}
        reported = {source: over_time(found, measure.time_rollup) for source, found in counted.items() if found}
        if reported:
            values[segment] = together(trusted(reported, measure.preferred_sources), measure.segment_rollup)
    return values


# --- from segments to scopes ----------------------------------------------------------------------------------------


def overlap(one: Segment, other: Segment) -> bool:
    """Two segments may share people unless a dimension that both name tells them apart."""
    mine, theirs = dict(one), dict(other)
    return all(mine[d] == theirs[d] for d in mine.keys() & theirs.keys())


def value_of_scope(values: Mapping[Segment, Reported], scope: Segment, rule: str) -> Cell | None:
    """What was reported for exactly the scope; else the family with the most cases, and what overlaps none of it."""
    below = {segment: v for segment, v in values.items() if set(scope) <= set(segment)}
    if scope in below:
        return Cell(*below[scope][:3], False, below[scope].sources, len(below[scope].sources) > 1)
    families: dict[tuple[str, ...], list[Segment]] = defaultdict(list)
    for segment in below:
        families[tuple(d for d, _ in segment)].append(segment)

    def rank(names: tuple[str, ...]) -> tuple[Any, ...]:
        return (-sum(below[s].n for s in families[names]), -len(names), names)

    taken: list[Segment] = []
    for names in sorted(families, key=rank):
        taken += [s for s in families[names] if not any(overlap(s, t) for t in taken if t not in families[names])]
    if not taken:
        return None
    combined = any(len(below[s].sources) > 1 for s in taken)
    found = together([below[s] for s in taken], rule)
    return Cell(*found[:3], True, found.sources, combined)


def scopes_of(segments: Iterable[Segment], dimensions: Sequence[str]) -> list[Scope]:
    """Every combination of values of these dimensions that any segment has."""
    named = [dict(s) for s in segments]
    return sorted({tuple(s[d] for d in dimensions) for s in named if all(d in s for d in dimensions)})


# --- privacy --------------------------------------------------------------------------------------------------------


class Family(NamedTuple):
    """Scopes that share nobody and have one parent; beside: the people of the parent that none of them reports."""

    members: list[Scope]
    beside: int


def hidden_scopes(
    people: Mapping[Scope, int], families: Sequence[Family], smallest: int, start: set[Scope]
) -> set[Scope]:
    """The scopes of one measure and period that must not be shown.

    Too small ones are hidden, and those of `start`. Where the parent can be shown: one hidden alone, or hidden ones
    that are too few (together with those beside), hide the next smallest sibling, until a difference tells nothing.
    """
    hidden = start | {scope for scope, n in people.items() if n < smallest}
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for family in families:
            while gives_away(family, hidden, people, smallest):
                hidden.add(min((s for s in family.members if s not in hidden), key=lambda s: people[s]))
    return hidden


def gives_away(family: Family, hidden: set[Scope], people: Mapping[Scope, int], smallest: int) -> bool:
    """Whether the parent less the siblings that are shown tells of those that are not."""
    mine = [s for s in family.members if s in hidden]
    parent_is_visible = sum(people[s] for s in family.members) + family.beside >= smallest
    alone = len(mine) == 1 and family.beside == 0
    too_few = alone or 0 < sum(people[s] for s in mine) + family.beside < smallest
    return parent_is_visible and too_few and len(mine) < len(family.members)


def siblings(
    scopes: Iterable[Scope], dimensions: Sequence[str], segments: Iterable[Segment]
) -> tuple[list[list[Scope]], list[tuple[Segment, list[Scope]]]]:
    """Scopes that differ along one dimension alone, each family in the order of its first member.

    First those of which another dimension is the parent, since all their segments have one value in it; then those
    whose parent is what the others of `dimensions` make of it.
    """
    nested: dict[Any, list[Scope]] = {}
    plain: dict[Any, list[Scope]] = {}
    for scope in sorted(scopes):
        mine = [dict(s) for s in segments if set(zip(dimensions, scope, strict=True)) < set(s)]
        others = dict.fromkeys(d for s in mine for d in s if d not in dimensions)
        only = [(d, {s[d] for s in mine if d in s}) for d in sorted(others)]
        for axis, dimension in enumerate(dimensions):
            rest = tuple((d, v) for d, v in zip(dimensions, scope, strict=True) if d != dimension)
            plain.setdefault((axis, rest), []).append(scope)
            for other, values in only:
                if len(values) == 1:
                    nested.setdefault((axis, rest, other, *values), []).append(scope)
    return list(nested.values()), [(rest, members) for (_, rest), members in plain.items()]


# --- scores ---------------------------------------------------------------------------------------------------------


def points(value: float, measure: Measure) -> float:
    """From 0 at one goalpost to 100 at the other."""
    assert measure.goalpost_0 is not None
    assert measure.goalpost_100 is not None
    return min(max(100 * (value - measure.goalpost_0) / (measure.goalpost_100 - measure.goalpost_0), 0.0), 100.0)


def scored(cells: dict[str, Cell], hidden: set[str], rules: Rules) -> Answer:
    """Scores, pillars and composite of what is usable: weights are renormalised over what is there."""
    answer = Answer(cells, hidden)
    usable = {key: cell for key, cell in cells.items() if key not in hidden}
    for pillar, weights in rules.weights.items():
        there = {key: weight for key, weight in weights.items() if key in usable and weight > 0}
        answer.scores |= {key: points(usable[key].value, rules.measures[key]) for key in there}
        answer.coverage[pillar] = 100 * sum(there.values()) / sum(weights.values())
        if there and answer.coverage[pillar] >= rules.min_coverage - 1e-9:
            mean = math.fsum(w * answer.scores[key] for key, w in there.items()) / sum(there.values())
            answer.pillars[pillar] = mean
    total = sum(rules.pillars.values())
    weight = sum(rules.pillars[p] for p in answer.pillars)
    answer.total_coverage = sum(rules.pillars[p] * answer.coverage[p] for p in rules.pillars) / total
    if len(answer.pillars) == len(rules.pillars):
        answer.status = "final"
    elif len(answer.pillars) >= 3 and 100 * weight / total >= 70:
        answer.status = "provisional"
    if answer.status != "none":
        answer.composite = math.fsum(rules.pillars[p] * s for p, s in answer.pillars.items()) / weight
    return answer


def reference_scores(
    history: History, rules: Rules, dimensions: Sequence[str], periods: Sequence[Period], as_of: datetime | None
) -> dict[tuple[Scope, Period], Answer]:
    """The answer for every scope of these dimensions and every period."""
    world = _World(history, rules, tuple(sorted(dimensions)), as_of)
    answers = {}
    for scope, period in itertools.product(world.scopes, periods):
        cells, hidden = {}, set()
        for key in rules.measures:
            found = world.newest(key, scope, period)
            if found is not None:
                cells[key] = found[0]
                hidden |= {key} if found[1] else set()
        answers[scope, period] = scored(cells, hidden, rules)
    return answers


class _World:
    def __init__(self, history: History, rules: Rules, dimensions: tuple[str, ...], as_of: datetime | None) -> None:
        self.facts = history.facts(as_of)
        self.rules, self.dimensions = rules, dimensions
        self.scopes = scopes_of(history.segments, dimensions)
        self._nested, self._plain = siblings(self.scopes, dimensions, history.segments)
        self._known: dict[tuple[str, Period], tuple[dict[Scope, Cell], set[Scope]]] = {}

    def newest(self, key: str, scope: Scope, period: Period) -> tuple[Cell, bool] | None:
        """The cell and whether it is hidden; a stock without news keeps its last value for a while, marked as stale."""
        stock = self.rules.measures[key].time_rollup == "last"
        back = self.rules.carry_forward_months // period.grain.months if stock else 0
        for age in range(back + 1):
            cells, hidden = self.cells(key, period.shift(-age))
            if scope in cells:
                return cells[scope]._replace(stale=age > 0), scope in hidden
        return None

    def cells(self, key: str, period: Period) -> tuple[dict[Scope, Cell], set[Scope]]:
        """The period's own values of one measure by scope, and which of them are hidden."""
        if (key, period) not in self._known:
            measure = self.rules.measures[key]
            values = values_of_segments(self.facts, measure, period)
            found = {
                scope: value_of_scope(values, tuple(zip(self.dimensions, scope, strict=True)), measure.segment_rollup)
                for scope in self.scopes
            }
            cells = {scope: cell for scope, cell in found.items() if cell is not None}
            self._known[key, period] = cells, self._hidden(measure, period, values, cells)
        return self._known[key, period]

    def _hidden(
        self, measure: Measure, period: Period, values: Mapping[Segment, Reported], cells: Mapping[Scope, Cell]
    ) -> set[Scope]:
        smallest = max(measure.min_group_size, self.rules.smallest_group) if measure.min_group_size else 0
        people = {scope: cell.people for scope, cell in cells.items()}
        start: set[Scope] = set()
        stock = measure.time_rollup == "last"
        months = [Period(m, Grain.MONTH) for m in range(period.first_month, period.last_month + 1)]
        if len(months) > 1 and not stock:
            # The other months would give a hidden one away.
            start = {scope for month in months for scope in self.cells(measure.key, month)[1]} & people.keys()
        families = [Family([s for s in members if s in people], 0) for members in self._nested if len(members) > 1]
        for rest, members in self._plain:
            family = [s for s in members if s in people]
            parent = value_of_scope(values, rest, measure.segment_rollup) if stock or len(months) == 1 else None
            beside = 0 if parent is None else max(parent.people - sum(people[s] for s in family), 0)
            families.append(Family(family, beside))
        return hidden_scopes(people, families, smallest, start)
