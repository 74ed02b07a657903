"""What the columns of last year and plan say of the index, in a sentence."""

from __future__ import annotations

from lei.numbers import whole
from lei.reports.figures import OutlookRow


def outlook_text(index: OutlookRow, last_year_label: str) -> str:
    """Where the index stands beside its plan and last year. It names no cause and calls no difference a success."""
    if index.now is None:
        return "The index has no score in this period to set beside a plan or last year."
    parts = [f"The index stands at {whole(index.now)}"]
    if index.plan is not None and index.of_plan is not None:
        parts.append(f"{whole(index.of_plan)}% of the {whole(index.plan)} planned")
    if index.last_year is not None:
        parts.append(f"{whole(index.last_year)} in {last_year_label}")
    said = "; ".join(parts) + "."
    return said if index.plan is not None else f"{said} No plan has been set for this period."
