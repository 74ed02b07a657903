"""What stands on page 1 of a scorecard beside the index: few items of each kind, and how many there is no line for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lei.numbers import counted
from lei.reports.figures import ScorecardFigures
from lei.reports.program_sentences import NO_DECISION, decisions_left_out
from lei.reports.programs_part import ProgramsPart, ProgramSummary

MOST_ITEMS = 3
HELD = "A band holds until its border is passed by a full point, or for two periods."
_BIG_LEVEL, _MEDIUM_LEVEL = 4, 8  # so many characters of a level fit into its column in large type


def page_one(figures: ScorecardFigures) -> dict[str, Any]:
    """What the template of page 1 needs besides the figures themselves."""
    part = figures.programs
    if part is None:
        return {
            "signals": figures.leading_signals,
            "failures": figures.not_working,
            "failures_text": figures.not_working_text,
        }
    signals = [text for text in (*part.to_follow, *figures.leading_signals) if text != figures.headline]
    failures = (*part.not_working, *figures.not_working)
    kpis = part.on_page_one
    return {
        "signals": signals[:MOST_ITEMS],
        "failures": failures[:MOST_ITEMS],
        "failures_text": _more(failures, "more line") if failures else figures.not_working_text,
        "kpis": kpis,
        "level_size": level_size(_levels(kpis)),
        "wordings": tuple(_wording(part, kpi) for kpi in kpis),
        "kpis_text": _kpis_text(part),
        "decisions": part.decisions[:MOST_ITEMS],
        "decisions_text": decisions_left_out(part.decisions, MOST_ITEMS) if part.decisions else NO_DECISION,
        "dense_notes": _dense_notes(figures),
        "programs_lead": _programs_lead(part),
    }


def level_size(texts: Sequence[str]) -> str:
    """How large the levels of a KPI can be set: the class of their table."""
    longest = max((len(text) for text in texts), default=0)
    if longest <= _BIG_LEVEL:
        return "big"
    return "medium" if longest <= _MEDIUM_LEVEL else "small"


def _levels(programs: Sequence[ProgramSummary]) -> list[str]:
    kpis = [program.kpi for program in programs if program.kpi]
    return [text for kpi in kpis for text in (kpi.baseline_text, kpi.now_text, kpi.target_text)]


def _wording(part: ProgramsPart, program: ProgramSummary) -> str:
    """The claim, or its caveat where the claim stands on top of the page already."""
    kpi = program.kpi
    if kpi is None:
        return ""
    if part.headline.startswith(kpi.claim):
        return f"see above. {kpi.caveat}".strip()
    return kpi.claim


def _kpis_text(part: ProgramsPart) -> str:
    if not part.shown:
        return "No program of this scope has a business KPI."
    more = len(part.programs) - part.shown
    return f"{counted(more, 'more program', 'more programs')}: see Programs." if more else ""


def _programs_lead(part: ProgramsPart) -> str:
    chains = [program.chain for program in part.programs]
    whole = sum(chain.completeness == 1 for chain in chains)
    return (
        f"{counted(len(chains), 'program', 'programs')}; in {whole} of them all five links from learning to the KPI are evidenced. "
        "A mark says by its shape what is known of a link."
    )


def _dense_notes(figures: ScorecardFigures) -> str:
    """The one reason, then what limits the index."""
    index = figures.index
    held = HELD if figures.pillars_note else ""
    texts = (index.main_reason, index.status_text, index.band_note, held)
    return " ".join(text for text in texts if text and text != figures.index_text)


def _more(items: Sequence[str], noun: str) -> str:
    more = len(items) - MOST_ITEMS
    return f"And {counted(more, noun, f'{noun}s')} in the attached figures." if more > 0 else ""
