"""The rules of a weight profile beside its weights: means, caps, and what happens where data are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, get_args

from weights.sections import Problems, as_number, read_mapping

MeanName = Literal["arithmetic", "geometric", "harmonic"]
# A name, or the order r of a power mean (1 arithmetic, 0 geometric, -1 harmonic, 2 quadratic).
Mean = MeanName | float
MEANS: tuple[MeanName, ...] = get_args(MeanName)
LARGEST_ORDER, SMALLEST_ORDER = 10.0, 0.05
COMPOSITE = "composite"
DEFAULT_FLOOR = 1.0
DEFAULT_MIN_COVERAGE = 60.0
DEFAULT_MIN_PILLARS = 3
DEFAULT_MIN_PILLAR_WEIGHT = 70.0
DEFAULT_CARRY_FORWARD_MONTHS = 2
LONGEST_CARRY_FORWARD = 24
MOST_CAPS = 50
_MOST_PILLARS = 1000
_CAP_FIELDS = ("on", "at_most", "while", "below")


@dataclass(frozen=True, slots=True)
class CapRule:
    """The composite, or a pillar, scores at most `at_most` while a measure or a pillar scores below `below`."""

    on: str
    at_most: float
    gate: str
    below: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data in the shape of the API."""
        return {"on": self.on, "at_most": self.at_most, "while": self.gate, "below": self.below}


@dataclass(frozen=True, slots=True)
class MissingRules:
    """min_coverage: percent of a pillar's weight that must be there. min_pillars, min_pillar_weight: of a provisional
    composite, the fewest pillars and the least percent of their weight. carry_forward_months: for stocks.
    """

    min_coverage: float = DEFAULT_MIN_COVERAGE
    min_pillars: int = DEFAULT_MIN_PILLARS
    min_pillar_weight: float = DEFAULT_MIN_PILLAR_WEIGHT
    carry_forward_months: int = DEFAULT_CARRY_FORWARD_MONTHS


def read_mean(value: Any, path: str, problems: Problems) -> Mean:
    """A mean by name or by order; anything else becomes a problem, and the arithmetic mean stands in for it."""
    for name in MEANS:
        if value == name:
            return name
    number = as_number(value)
    if number is not None and (number == 0 or SMALLEST_ORDER <= abs(number) <= LARGEST_ORDER):
        return number
    problems.append(
        (
            path,
            f"The mean must be one of: {', '.join(MEANS)}; or the order of a power mean, a number from "
            f"{-LARGEST_ORDER:g} to {LARGEST_ORDER:g}, and 0 or at least {SMALLEST_ORDER:g} away from it.",
        )
    )
    return MEANS[0]


def read_measure_mean(value: Any, path: str, problems: Problems) -> Mean | dict[str, Mean]:
    """The mean of the measures: one for all pillars, or an object with one for each pillar that it names."""
    if not isinstance(value, Mapping):
        return read_mean(value, path, problems)
    named = read_mapping(value, path, problems)
    return {pillar: read_mean(mean, f"{path}.{pillar}", problems) for pillar, mean in named.items()}


def read_floor(value: Any, path: str, problems: Problems) -> float:
    """Below what a child of a mean of order 0 or less counts as the floor."""
    return _within(value, (0.0, 99.0), path, "The floor is a number from 0 to 99.", problems)


def read_missing(section: Mapping[str, Any], problems: Problems) -> MissingRules:
    """The rules for missing data; what is left out has its default."""
    rules = MissingRules()
    weight = "The least weight of a provisional composite is a percentage between 0 and 100."
    return MissingRules(
        min_coverage=_within(
            section.get("min_coverage", rules.min_coverage), (0.0, 100.0), "missing.min_coverage",
            "The smallest coverage is a percentage between 0 and 100.", problems,
        ),
        min_pillars=_whole(
            section.get("min_pillars", rules.min_pillars), (1, _MOST_PILLARS), "missing.min_pillars",
            f"The fewest pillars of a provisional composite are a whole number from 1 to {_MOST_PILLARS}.", problems,
        ),
        min_pillar_weight=_within(
            section.get("min_pillar_weight", rules.min_pillar_weight), (0.0, 100.0), "missing.min_pillar_weight",
            weight, problems,
        ),
        carry_forward_months=_whole(
            section.get("carry_forward_months", rules.carry_forward_months), (0, LONGEST_CARRY_FORWARD),
            "missing.carry_forward_months",
            f"Values can be carried forward 0 to {LONGEST_CARRY_FORWARD} whole months.", problems,
        ),
    )  # fmt: skip


def read_caps(data: Any, problems: Problems) -> tuple[CapRule, ...]:
    """The list of caps; one that cannot be read is left out and becomes a problem."""
    if data is None:
        return ()
    if not isinstance(data, list | tuple) or len(data) > MOST_CAPS:
        problems.append(("caps", f"'caps' must be a list of {MOST_CAPS} caps at most."))
        return ()
    found = [_read_cap(each, f"caps.{number}", problems) for number, each in enumerate(data)]
    return tuple(cap for cap in found if cap is not None)


def cap_problems(
    caps: tuple[CapRule, ...],
    pillars: Mapping[str, float],
    measures: Mapping[str, Mapping[str, float]],
    known: set[str],
) -> Problems:
    """Caps that name what is not there or could never do anything. known: the measures that may carry a weight."""
    problems: Problems = []
    for number, cap in enumerate(caps):
        if cap.on != COMPOSITE and not pillars.get(cap.on, 0) > 0:
            text = (
                f"There is no pillar '{cap.on}' with a weight in this profile; a cap lies on one, or on '{COMPOSITE}'."
            )
            problems.append((f"caps.{number}.on", text))
        scored = cap.gate in measures and any(measures[cap.gate].values())
        if not scored and cap.gate not in known:
            text = f"There is no scored measure and no pillar with weights '{cap.gate}' for a cap to look at."
            problems.append((f"caps.{number}.while", text))
    return problems or _circles(caps, measures)


def _circles(caps: tuple[CapRule, ...], measures: Mapping[str, Mapping[str, float]]) -> Problems:
    needs: dict[str, set[str]] = {}
    for cap in caps:
        if cap.on != COMPOSITE and cap.gate in measures:
            needs.setdefault(cap.on, set()).add(cap.gate)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = ", ".join(f"'{name}'" for name in dict.fromkeys(error.args[1]))
        return [("caps", f"These caps wait for their own outcome: {circle}.")]
    return []


def _read_cap(data: Any, path: str, problems: Problems) -> CapRule | None:
    before = len(problems)
    if not isinstance(data, Mapping):
        problems.append((path, "A cap is an object with 'on', 'at_most', 'while' and 'below'."))
        return None
    cap = read_mapping(data, path, problems)
    problems += [(f"{path}.{key}", f"There is no option '{key}' in a cap.") for key in cap if key not in _CAP_FIELDS]
    for key in ("on", "while"):
        if not isinstance(cap.get(key), str):
            problems.append((f"{path}.{key}", f"'{key}' names the composite, a pillar or a measure."))
    at_most = _within(
        cap.get("at_most"), (0.0, 100.0), f"{path}.at_most", "'at_most' is a score from 0 to 100.", problems
    )
    below = _within(cap.get("below"), (0.0, 100.0), f"{path}.below", "'below' is a score from 0 to 100.", problems)
    if len(problems) == before and below == 0:
        problems.append((f"{path}.below", "No score lies below 0: such a cap does nothing."))
    return CapRule(cap["on"], at_most, cap["while"], below) if len(problems) == before else None


def _within(value: Any, limits: tuple[float, float], path: str, sentence: str, problems: Problems) -> float:
    number = as_number(value)
    if number is None or not limits[0] <= number <= limits[1]:
        problems.append((path, sentence))
        return limits[0]
    return number


def _whole(value: Any, limits: tuple[int, int], path: str, sentence: str, problems: Problems) -> int:
    number = as_number(value)
    if number is None or number != int(number) or not limits[0] <= number <= limits[1]:
        problems.append((path, sentence))
        return limits[0]
    return int(number)
