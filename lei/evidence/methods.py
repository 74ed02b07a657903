"""What each statistic compares a KPI with: that decides which grades it can carry and how its effect is told."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lei.errors import InvalidError


class Basis(StrEnum):
    """What the effect is measured against."""

    BEFORE = "before"
    TREND = "trend"
    COMPARISON = "comparison"


BASIS: Mapping[str, Basis] = {
    "before_after": Basis.BEFORE,
    "interrupted_time_series": Basis.TREND,
    "difference_in_differences": Basis.COMPARISON,
    "staggered_rollout": Basis.COMPARISON,
    "panel_regression": Basis.COMPARISON,
    "matched_comparison": Basis.COMPARISON,
    "randomized_comparison": Basis.COMPARISON,
    "randomized_comparison_adjusted": Basis.COMPARISON,
}
# A cross-section compares units once: it tells who differs, not what changed.
CORRELATIONS = frozenset({"correlation_months", "correlation_lagged", "correlation_units", "cross_section"})


def is_correlation(method: str) -> bool:
    """Whether the method only tells that two series move together; such a result never carries or raises a grade."""
    return method in CORRELATIONS


def basis_of(method: str) -> Basis:
    """What the method compares with. Raises InvalidError for a correlation, and for a method that is not known."""
    if method not in BASIS:
        known = ", ".join(sorted(BASIS))
        raise InvalidError(f"No claim about a KPI can rest on '{method}'; the methods for it are {known}.")
    return BASIS[method]
