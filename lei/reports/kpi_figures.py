"""Puts a claim about a KPI beside what was promised of it; every sentence about the KPI is that of `lei.evidence`."""

from __future__ import annotations

from dataclasses import dataclass

from lei.evidence.amounts import decimals_between, level_beside_size, unit_of_bare_levels
from lei.evidence.claim_notes import avoided_note, link_notes, notes
from lei.evidence.claims import Claim
from lei.evidence.grade_words import badge, grade_explained
from lei.evidence.words import effect_with_interval, sentence, short_effect
from lei.numbers import joined, whole
from lei.reports.program_figures import KpiFigures
from lei.reports.wording import DASH, short_months_text

_SMALL = 10


@dataclass(frozen=True, slots=True)
class KpiPromise:
    """What a plan says of a KPI, and where it stands; baseline, now: None where there is no value to show.

    source: the system that it comes from.
    """

    name: str
    owner: str
    target: float
    baseline: float | None
    now: float | None
    source: str = ""


def kpi_figures(claim: Claim, promise: KpiPromise) -> KpiFigures:
    """The KPI of a claim."""
    texts = _level_texts((promise.baseline, promise.now, promise.target), claim.unit)
    found = (claim.effect, claim.ci_low, claim.ci_high) if effect_with_interval(claim) else (None, None, None)
    why = grade_explained(claim.decision, claim.findings)
    avoided = avoided_note(claim)
    told = {claim.caveat, avoided, *why, *link_notes(claim)}
    return KpiFigures(
        key=claim.kpi_key,
        name=promise.name,
        unit=claim.unit,
        lower_is_better=claim.lower_is_better,
        baseline=promise.baseline,
        now=promise.now,
        target=promise.target,
        baseline_text=texts[0],
        now_text=texts[1],
        target_text=texts[2],
        window_text="" if claim.window is None else short_months_text(claim.window),
        grade=claim.grade.name,
        grade_text=badge(claim.grade),
        effect=found[0],
        ci_low=found[1],
        ci_high=found[2],
        effect_text=effect_with_interval(claim),
        short_effect_text=short_effect(claim),
        claim=sentence(claim),
        caveat=claim.caveat,
        cases_text=_cases(claim) if found[0] is not None else "",
        why_grade=why,
        notes=tuple(note for note in notes(claim) if note not in told),
        unit_words=unit_of_bare_levels(claim.unit),
        owner=promise.owner,
        source=promise.source,
        post_hoc=claim.post_hoc,
        avoided_text=avoided,
    )


def _level_texts(levels: tuple[float | None, float | None, float], unit: str) -> list[str]:
    """Levels beside each other, as precise as the way to the target needs; small ones keep a decimal."""
    baseline, now, target = levels
    known = [value for value in levels if value is not None]
    small = any(abs(value) < _SMALL and not float(value).is_integer() for value in known)
    way = next((value for value in (baseline, now) if value is not None), target)
    decimals = max(int(small), decimals_between(way, target))
    return [DASH if value is None else level_beside_size(value, unit, decimals) for value in levels]


def _cases(claim: Claim) -> str:
    return joined(whole(cases) for cases in (claim.n_treated, claim.n_comparison) if cases > 0)
