"""Records of units over periods, such as plants by year, as columns; and what a regression takes from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.estimate import Bools, Floats, Ints
from lei.evidence.inputs import LARGEST


@dataclass(frozen=True, slots=True)
class Records:
    """N records: units [N] by name, periods [N] as whole numbers one apart, and columns [N] by name; NaN is a gap."""

    units: tuple[str, ...]
    periods: Ints
    columns: Mapping[str, Floats]

    def column(self, name: str) -> Floats:
        """A column by its name. InvalidError where there is none, or where it holds an infinite number."""
        if name not in self.columns:
            raise InvalidError(f"The records have no column {name}.")
        values = np.asarray(self.columns[name], dtype=np.float64)
        if values.shape != self.periods.shape:
            raise InvalidError(f"The column {name} needs one value for each record.")
        if (np.abs(values) > LARGEST).any():
            raise InvalidError(f"The values of {name} must be finite numbers; only a gap may stand in their place.")
        return values


@dataclass(frozen=True, slots=True)
class Model:
    """What is regressed on what.

    lags: of the treatment, in periods (0 is the same period, 1 the one before). logs: columns that are taken in
    natural logs. robust: errors clustered by unit over time, and for unequal spread (HC3) in one cross-section; else
    the classical ones, which take all records for independent and alike.
    """

    outcome: str
    treatment: str
    controls: tuple[str, ...] = ()
    lags: tuple[int, ...] = (0,)
    logs: frozenset[str] = frozenset()
    robust: bool = True

    @property
    def treatments(self) -> tuple[str, ...]:
        """The names of the treatment's coefficients, one for each lag: `grant`, `grant, 1 before`."""
        return tuple(f"{self.treatment}, {lag} before" if lag else self.treatment for lag in self.lags)

    @property
    def regressors(self) -> tuple[str, ...]:
        """The names of the treatments and controls, as they appear among the coefficients."""
        return (*self.treatments, *(self.label(name) for name in self.controls))

    def label(self, name: str) -> str:
        """The name of a column's coefficient: `log(sales)` where it is taken in logs."""
        return f"log({name})" if name in self.logs else name


@dataclass(frozen=True, slots=True)
class Table:
    """What a regression takes: outcome [R], treatments [R, L] (one column a lag) and controls [R, C] in the order of
    the model, with unit and period of each [R].
    """

    outcome: Floats
    treatments: Floats
    controls: Floats
    units: tuple[str, ...]
    periods: Ints

    @property
    def regressors(self) -> Floats:
        """Treatments and controls [R, L + C]."""
        return np.hstack((self.treatments, self.controls))

    @property
    def unit_codes(self) -> Ints:
        """Units as numbers [R] from 0 on, in the order of their names."""
        codes: Ints = np.unique(np.asarray(self.units, dtype=str), return_inverse=True)[1]
        return codes

    def where(self, kept: Bools) -> Table:
        """The rows that are kept [R]."""
        units = tuple(unit for unit, keep in zip(self.units, kept, strict=True) if keep)
        columns = self.outcome[kept], self.treatments[kept], self.controls[kept]
        return Table(*columns, units, self.periods[kept])


def table_of(records: Records, model: Model) -> Table:
    """The records without a gap in anything that the model needs.

    A lagged treatment is that of the same unit so many periods before; before the first period of the records it is 0,
    for the program did not run yet. Raises InvalidError for unknown columns, logs of what is not above 0, two records
    of a unit in one period, and a model without lags or with lags below 0.
    """
    _check(records, model)
    rows = len(records.units)
    treatments = np.column_stack([_lagged(records, model.treatment, lag) for lag in model.lags])
    controls = np.array([_taken(records, model, name) for name in model.controls]).reshape(len(model.controls), rows).T
    table = Table(_taken(records, model, model.outcome), treatments, controls, records.units, records.periods)
    return table.where(np.isfinite(table.outcome) & np.isfinite(table.regressors).all(axis=1))


def _check(records: Records, model: Model) -> None:
    if len(records.units) != len(records.periods):
        raise InvalidError("Each record needs a unit and a period.")
    if len(set(zip(records.units, records.periods.tolist(), strict=True))) < len(records.units):
        raise InvalidError("A unit has two records of the same period.")
    if not model.lags or min(model.lags) < 0 or len(set(model.lags)) < len(model.lags):
        raise InvalidError("The lags of a treatment are different whole numbers of 0 or more, at least one.")
    if len({model.outcome, model.treatment, *model.controls}) < len(model.controls) + 2:
        raise InvalidError("Outcome, treatment and controls must be different columns.")
    if model.treatment in model.logs:
        raise InvalidError("A treatment is not taken in logs.")


def _taken(records: Records, model: Model, name: str) -> Floats:
    values = records.column(name)
    if name not in model.logs:
        return values
    if (values <= 0).any():
        raise InvalidError(f"{name} has values of 0 or less, which have no logarithm.")
    return np.log(values)


def _lagged(records: Records, name: str, lag: int) -> Floats:
    values = records.column(name)
    if not lag or not len(values):
        return values
    first = int(records.periods.min())
    known = dict(zip(zip(records.units, records.periods.tolist(), strict=True), values.tolist(), strict=True))
    before = ((unit, period - lag) for unit, period in zip(records.units, records.periods.tolist(), strict=True))
    return np.array([0.0 if period < first else known.get((unit, period), np.nan) for unit, period in before])
