"""What stands on page 1 of a scorecard beside the index: few items of each kind, and how many there is no line for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lei.language import _, ngettext
from lei.numbers import whole
from lei.reports.figures import ScorecardFigures
from lei.reports.program_figures import DecisionFigures
from lei.reports.program_sentences import NO_DECISION
from lei.reports.programs_part import ProgramsPart, ProgramSummary

MOST_ITEMS = 3
# A decision of more characters may be cut off in its one line on page 1.
_DECISION_LINE = 50
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
        "failures_text": _lines_left_out(failures) if failures else figures.not_working_text,
        "kpis": kpis,
        "level_size": level_size(_levels(kpis)),
        "wordings": tuple(_wording(part, kpi) for kpi in kpis),
        "kpis_text": _kpis_text(part),
        "decisions": part.decisions[:MOST_ITEMS],
        "decisions_text": _decisions_text(part),
        "every_decision": part.decisions if _are_cut(part.decisions) else (),
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
    if kpi.claim in part.headline:
        # For translators: behind the name of a program and a colon; the claim is the headline of the page.
        return " ".join([_("see above."), kpi.caveat]).strip()
    return kpi.claim


def _kpis_text(part: ProgramsPart) -> str:
    if not part.shown:
        return _("No program of this scope has a business KPI.")
    more = len(part.programs) - part.shown
    # For translators: `Programs` is a heading further down.
    text = ngettext("{count} more program: see Programs.", "{count} more programs: see Programs.", more)
    return text.format(count=whole(more)) if more else ""


def _decisions_text(part: ProgramsPart) -> str:
    if not part.decisions:
        return _(NO_DECISION)
    more = len(part.decisions) - MOST_ITEMS
    # For translators: beside the heading `Decisions asked`; `Every decision asked` is a heading further down.
    return _("{count} more: see Every decision asked.").format(count=whole(more)) if more > 0 else ""


def _are_cut(decisions: Sequence[DecisionFigures]) -> bool:
    """Whether page 1 may leave some out, or the end of one: who is to decide has to read all of them somewhere."""
    return len(decisions) > MOST_ITEMS or any(len(decision.what) > _DECISION_LINE for decision in decisions)


def _programs_lead(part: ProgramsPart) -> str:
    chains = [program.chain for program in part.programs]
    complete = sum(chain.completeness == 1 for chain in chains)
    # For translators: {complete} of the {count} programs. The second sentence is about the marks of a chart.
    return ngettext(
        "{count} program; in {complete} of them all five links from learning to the KPI are evidenced. "
        "A mark says by its shape what is known of a link.",
        "{count} programs; in {complete} of them all five links from learning to the KPI are evidenced. "
        "A mark says by its shape what is known of a link.",
        len(chains),
    ).format(count=whole(len(chains)), complete=complete)


def _dense_notes(figures: ScorecardFigures) -> str:
    """The one reason, then what limits the index."""
    index = figures.index
    held = _("A band holds until its border is passed by a full point, or for two periods.")
    texts = (index.main_reason, index.status_text, index.band_note, held if figures.pillars_note else "")
    return " ".join(text for text in texts if text and text != figures.index_text)


def _lines_left_out(items: Sequence[str]) -> str:
    more = len(items) - MOST_ITEMS
    text = ngettext(
        "And {count} more line in the attached figures.", "And {count} more lines in the attached figures.", more
    )
    return text.format(count=whole(more)) if more > 0 else ""
