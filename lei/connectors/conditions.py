"""Which rows of a table the conditions of a recipe hold for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from lei.connectors.recipe import Condition


def holds(frame: pd.DataFrame, conditions: Iterable[Condition]) -> pd.Series[bool]:
    """True for the rows for which all conditions hold; all rows where there are none."""
    mask = pd.Series(True, index=frame.index)
    for condition in conditions:
        (comparison,) = condition.comparisons
        operand = _operand(frame, getattr(condition, comparison))
        mask &= _COMPARISONS[comparison](frame[condition.column], operand)
    return mask


def _operand(frame: pd.DataFrame, given: Any) -> Any:
    if isinstance(given, Mapping):
        return frame[given["column"]]
    return list(given) if isinstance(given, tuple) else _moment(given)


def _moment(given: Any) -> Any:
    """Columns of dates hold instants at midnight; a date of the recipe is compared as one."""
    return pd.Timestamp(given) if hasattr(given, "isoformat") else given


# Comparisons with a missing value are false in pandas; `!=` alone is true, and so is a negated one.
_COMPARISONS: Mapping[str, Callable[[pd.Series, Any], pd.Series[bool]]] = {
    "equals": lambda column, operand: column == operand,
    "is_not": lambda column, operand: column != operand,
    "one_of": lambda column, operand: column.isin(operand),
    "none_of": lambda column, operand: ~column.isin(operand),
    "present": lambda column, operand: column.notna() if operand else column.isna(),
    "below": lambda column, operand: column < operand,
    "above": lambda column, operand: column > operand,
    "at_most": lambda column, operand: column <= operand,
    "at_least": lambda column, operand: column >= operand,
}
