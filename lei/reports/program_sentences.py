"""What the report on a program says beside its KPIs: start, other changes, decisions, reviews. It claims nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lei.evidence.money_words import money
from lei.numbers import counted
from lei.periods import Period, day_label, period_label
from lei.reports.program_figures import DecisionFigures

NO_DECISION = "No decision is asked for."
NO_REVIEW = "No review is planned."
NO_RULE = "No link is missing, and none moved the wrong way."
COST_NOT_STATED = "not stated"
_HITS = {"treated": "hits the group with the program alone", "both": "hits both groups"}


def launch(month: Period | None, status: str) -> str:
    """When the program began or is to begin; status: that of the program."""
    if month is None:
        return "No month of launch is set."
    if status == "closed":
        return f"Launched in {period_label(month)}, closed."
    return f"{'Launched' if status == 'launched' else 'To be launched'} in {period_label(month)}."


def other_change(what: str, month: Period, hits: str) -> str:
    """Something else that changed in the time of the program; hits: `treated` or `both`."""
    return f"{what[:1].upper()}{what[1:]}, {period_label(month)}, {_HITS[hits]}."


def decision(what: str, owner: str, due_on: date, cost: float | None, currency: str) -> DecisionFigures:
    """A decision that is asked for."""
    cost_text = COST_NOT_STATED if cost is None else money(cost, currency)
    return DecisionFigures(what[:1].upper() + what[1:], owner, day_label(due_on), cost_text)


def decisions_left_out(decisions: Sequence[DecisionFigures], most: int) -> str:
    """How many decisions there is no line for; empty for none."""
    more = len(decisions) - most
    return f"And {counted(more, 'more decision', 'more decisions')}." if more > 0 else ""


def next_review(day: date | None) -> str:
    """When the program is looked at again."""
    return NO_REVIEW if day is None else f"Next review: {day_label(day)}."
