"""The seven types of programs, with the KPIs to recommend and to avoid; and the measures that fit each link."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from lei.catalog.loader import avoid_only_kpis
from lei.evidence.links import Link


@dataclass(frozen=True, slots=True)
class Delay:
    """How many months a link of the chain usually comes after the one before: at least and at most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class AvoidedKpi:
    """A KPI that a program should not be judged by. `sole`: only where it is the one KPI of the program."""

    key: str
    reason: str
    sole: bool = False


@dataclass(frozen=True, slots=True)
class ProgramType:
    """A type of program. first_reading_months: from when to when a KPI can first be read honestly, after the start.

    own_outcome: whether such programs have a business outcome of their own; without one, they may stop at readiness.
    """

    key: str
    name: str
    recommended: tuple[str, ...]
    avoid: tuple[AvoidedKpi, ...]
    first_reading_months: tuple[int, int]
    first_reading: str
    own_outcome: bool
    remark: str

    def reason_to_avoid(self, kpi_key: str, *, alone: bool) -> str | None:
        """Why this KPI should not be chosen, `alone` if it is the program's only one; None where nothing is against it.

        What the type itself says comes before what is said of KPIs that no program should take.
        """
        own = (avoided.reason for avoided in self.avoid if avoided.key == kpi_key and (alone or not avoided.sole))
        return next(own, None) or avoid_only_kpis().get(kpi_key)


@cache
def program_types() -> Mapping[str, ProgramType]:
    """The seven types by key, in their order."""
    return {key: _program_type(key, table) for key, table in _toml("program_types.toml").items()}


@cache
def fitting_measures() -> Mapping[Link, tuple[str, ...]]:
    """The measures that may carry each link, the default first; none for the KPI, which carries its link itself."""
    tables = _toml("chain_links.toml")
    return {link: tuple(tables[link]) for link in Link}


@cache
def usual_delays() -> Mapping[Link, Delay]:
    """How long each link usually takes to follow the one before (KPI chain, section 2)."""
    return {link: Delay(*_toml("chain_links.toml")["usual_delay_months"][link]) for link in Link}


def _program_type(key: str, table: Mapping[str, Any]) -> ProgramType:
    first, last = table["first_reading_months"]
    return ProgramType(
        key=key,
        name=table["name"],
        recommended=tuple(table["recommended"]),
        avoid=tuple(AvoidedKpi(**avoided) for avoided in table["avoid"]),
        first_reading_months=(first, last),
        first_reading=table["first_reading"],
        own_outcome=table["own_outcome"],
        remark=table["remark"],
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("lei.catalog").joinpath(name).read_text(encoding="utf-8"))
