"""Says what is wrong with the KPIs of a program, warns of those to avoid, and adds what the catalogue says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from lei.catalog.program_types import ProgramType
from lei.errors import Problem
from lei.periods import Grain, Period
from lei.services.words.near_words import suggestion
from lei.storage.measures import StoredMeasure
from lei.storage.program_plans import PlannedKpi

FEWEST_BASELINE_MONTHS = 3
_OUTCOMES = "business_impact"

Kpi = Mapping[str, Any]


def kpi_problems(plain: Mapping[str, Any], kind: ProgramType, known: Mapping[str, StoredMeasure]) -> Iterator[Problem]:
    """What is wrong with the KPIs of a plan that is plain data still."""
    kpis: Sequence[Kpi] = plain.get("kpis", ())
    keys = [kpi["kpi_key"] for kpi in kpis]
    for place, kpi in enumerate(kpis):
        path = f"kpis.{place}"
        yield from _key_problems(path, kpi["kpi_key"], known)
        yield from _window_problems(path, kpi["baseline"], plain.get("launch_month"))
        yield from _avoided_problems(path, kpi, kind, alone=len(kpis) == 1)
        if kpi["kpi_key"] in keys[:place]:
            yield Problem(f"{path}.kpi_key", "twice", f"The KPI '{kpi['kpi_key']}' is there twice.")
        if kpi["kpi_key"] in known:
            yield from _target_problems(path, kpi, known[kpi["kpi_key"]].measure.direction)
    if kpis and sum(kpi["role"] == "primary" for kpi in kpis) != 1:
        hint = "Give the others the role 'secondary'."
        yield Problem("kpis", "not_one_primary", "Exactly one KPI is the primary one.", hint=hint)


def described_kpis(
    kpis: Sequence[Kpi], kind: ProgramType, known: Mapping[str, StoredMeasure], *, begun: bool, frozen: bool
) -> tuple[PlannedKpi, ...]:
    """KPIs that nothing is wrong with, with their direction and the reason against those that should be avoided.

    In a draft they are post hoc once the program has begun. What a frozen plan says of a KPI stays as it is.
    """
    described = []
    for kpi in kpis:
        said = {
            "direction": known[kpi["kpi_key"]].measure.direction,
            "avoided_because": kind.reason_to_avoid(kpi["kpi_key"], alone=len(kpis) == 1) or "",
            "post_hoc": begun,
        }
        described.append(msgspec.convert({**said, **kpi} if frozen else {**kpi, **said}, PlannedKpi))
    return tuple(described)


def _key_problems(path: str, key: str, known: Mapping[str, StoredMeasure]) -> Iterator[Problem]:
    stored = known.get(key)
    if stored is None:
        kpis = [name for name, other in known.items() if other.measure.kind == "kpi"]
        hint = suggestion(key, kpis, "Register your own with POST /measures and `kind` kpi.")
        yield Problem(f"{path}.kpi_key", "unknown_kpi", f"There is no KPI '{key}'. {hint}", hint=hint)
    elif stored.measure.kind != "kpi" and stored.measure.pillar != _OUTCOMES:
        text = f"'{key}' measures learning, not the business: it can carry a link of the chain, but is no KPI."
        yield Problem(f"{path}.kpi_key", "no_kpi", text, hint="Name the number that the business itself looks at.")


def _window_problems(path: str, baseline: Mapping[str, Any], launch_month: int | None) -> Iterator[Problem]:
    first, last = baseline["first_month"], baseline["last_month"]
    if last - first + 1 < FEWEST_BASELINE_MONTHS:
        text = f"A baseline has {FEWEST_BASELINE_MONTHS} months or more, better 6 to 12."
        yield Problem(f"{path}.baseline", "baseline_too_short", text, hint=f"Begin in {_month(last - 2)} or earlier.")
    if launch_month is not None and last >= launch_month:
        text = f"The baseline ends in {_month(last)}, but the program begins in {_month(launch_month)}."
        hint = f"Let it end in {_month(launch_month - 1)} or earlier."
        yield Problem(f"{path}.baseline", "baseline_after_launch", text, hint=hint)


def _avoided_problems(path: str, kpi: Kpi, kind: ProgramType, *, alone: bool) -> Iterator[Problem]:
    reason = kind.reason_to_avoid(kpi["kpi_key"], alone=alone)
    if reason is not None and not kpi.get("note", "").strip():
        text = f"'{kpi['kpi_key']}' should be avoided for a program of the type '{kind.name}'."
        hint = f"{reason} To take it all the same, say why in `note`; reports print both."
        yield Problem(f"{path}.kpi_key", "avoided_kpi", text, hint=hint)


def _target_problems(path: str, kpi: Kpi, direction: str) -> Iterator[Problem]:
    before, target = kpi["baseline"].get("value"), kpi["target"]
    if before is None or direction == "target_is_best":
        return
    better = target > before if direction == "higher_is_better" else target < before
    if not better:
        wanted = "above" if direction == "higher_is_better" else "below"
        text = f"The target {target:g} is no better than the baseline {before:g}: of '{kpi['kpi_key']}'"
        yield Problem(f"{path}.target", "target_not_better", f"{text} it must lie {wanted} it.")


def _month(ordinal: int) -> str:
    return str(Period(ordinal, Grain.MONTH))
