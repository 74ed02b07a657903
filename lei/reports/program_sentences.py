"""What the report on a program says beside its KPIs: start, other changes, decisions, reviews. It claims nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lei.evidence.money_words import money
from lei.language import N_, _, ngettext
from lei.letters import first_upper
from lei.numbers import whole
from lei.periods import Period, day_label, period_label
from lei.reports.program_figures import DecisionFigures

NO_DECISION = N_("No decision is asked for.")
NO_REVIEW = N_("No review is planned.")
NO_RULE = N_("No link is missing, and none moved the wrong way.")
# For translators: what a decision costs, in a table.
COST_NOT_STATED = N_("not stated")


def launch(month: Period | None, status: str) -> str:
    """When the program began or is to begin; status: that of the program."""
    if month is None:
        return _("No month of launch is set.")
    # For translators: {month}: "October 2026".
    closed, launched, planned = (
        _("Launched in {month}, closed."),
        _("Launched in {month}."),
        _("To be launched in {month}."),
    )
    told = {"closed": closed, "launched": launched}.get(status, planned)
    return told.format(month=period_label(month))


def other_change(what: str, month: Period, hits: str) -> str:
    """Something else that changed in the time of the program; hits: `treated` or `both`."""
    # For translators: {what}: in the words of a planner, "A new reply tool"; {month}: "October 2026".
    alone = _("{what}, {month}, hits the group with the program alone.")
    # For translators: {what}: in the words of a planner, "A new reply tool"; {month}: "October 2026".
    both = _("{what}, {month}, hits both groups.")
    return {"treated": alone, "both": both}[hits].format(what=first_upper(what.rstrip(" .")), month=period_label(month))


def decision(what: str, owner: str, due_on: date, cost: float | None, currency: str) -> DecisionFigures:
    """A decision that is asked for."""
    cost_text = _(COST_NOT_STATED) if cost is None else money(cost, currency)
    return DecisionFigures(first_upper(what), owner, day_label(due_on), cost_text)


def decisions_left_out(decisions: Sequence[DecisionFigures], most: int) -> str:
    """How many decisions there is no line for; empty for none."""
    more = len(decisions) - most
    told = ngettext("And {number} more decision.", "And {number} more decisions.", more)
    return told.format(number=whole(more)) if more > 0 else ""


def next_review(day: date | None) -> str:
    """When the program is looked at again."""
    return _(NO_REVIEW) if day is None else _("Next review: {day}.").format(day=day_label(day))
