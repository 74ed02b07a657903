"""What the columns of last year and plan say of the index, in a sentence."""

from __future__ import annotations

from lei.language import _
from lei.numbers import whole
from lei.reports.figures import OutlookRow


def outlook_text(index: OutlookRow, last_year_label: str) -> str:
    """Where the index stands beside its plan and last year. It names no cause and calls no difference a success."""
    if index.now is None:
        return _("The index has no score in this period to set beside a plan or last year.")
    said = _said(index).format(
        score=whole(index.now),
        share=whole(index.of_plan or 0.0),
        plan=whole(index.plan or 0.0),
        before=whole(index.last_year or 0.0),
        last_year=last_year_label,
    )
    return said if index.plan is not None else " ".join([said, _("No plan has been set for this period.")])


def _said(index: OutlookRow) -> str:
    """The sentence with its places unfilled."""
    # For translators: {score} of now, {share}% of the score that was planned, {before} in the period {last_year}.
    if index.plan is not None and index.of_plan is not None:
        if index.last_year is not None:
            return _("The index stands at {score}; {share}% of the {plan} planned; {before} in {last_year}.")
        return _("The index stands at {score}; {share}% of the {plan} planned.")
    if index.last_year is not None:
        return _("The index stands at {score}; {before} in {last_year}.")
    return _("The index stands at {score}.")
