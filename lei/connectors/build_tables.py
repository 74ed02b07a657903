"""Leads the rows of the inputs through the steps of a recipe's tables, and counts what each step leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from lei.connectors.conditions import holds
from lei.connectors.conversion import StepCount, Unreadable
from lei.connectors.read_input import FILE, LINE
from lei.connectors.recipe import AddDays, CheckedTable, CountDays, Join, Keep, MapValues
from lei.errors import InvalidError

# The first and the last day of the years that LEI knows; a date outside them is a slip in the data.
_FIRST_DAY, _LAST_DAY = pd.Timestamp("1900-01-01"), pd.Timestamp("2199-12-31")
_MOST_DAYS = 110_000  # from the first to the last


@dataclass
class Tables:
    """All tables so far, inputs among them, and the account of the steps."""

    frames: dict[str, pd.DataFrame]
    steps: list[StepCount] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def build(self, name: str, table: CheckedTable) -> None:
        """Make the table `name` from an input or an earlier table."""
        frame = self.frames[table.source]
        for step in table.steps:
            match step:
                case Join():
                    frame = self._join(name, frame, step)
                case MapValues():
                    frame = self._map(name, frame, step)
                case AddDays():
                    frame = self._add_days(name, frame, step)
                case CountDays():
                    frame = frame.assign(
                        **{step.column: (frame[step.until] - frame[step.days_from]).dt.days.astype("float64")}
                    )
                case Keep():
                    kept = frame[holds(frame, step.where)]
                    self._count(name, step.keep, frame, kept)
                    frame = kept
        self.frames[name] = frame

    def _count(self, name: str, step: str, before: pd.DataFrame, after: pd.DataFrame, *, lookup: bool = False) -> None:
        self.steps.append(StepCount(name, step, len(before), len(before) - len(after), lookup))

    def _join(self, name: str, frame: pd.DataFrame, step: Join) -> pd.DataFrame:
        keys = list(step.on)
        other = self.frames[step.join][[*keys, *step.take]]
        twice = int(other.duplicated(keys).sum())
        if twice:
            raise InvalidError(
                f"The table '{name}' looks up {', '.join(keys)} in '{step.join}', where {twice} rows repeat a key "
                f"that another row has. Name a key in the recipe's input '{step.join}', or join on more columns."
            )
        joined = frame.merge(other, on=keys, how="left", indicator="_found", validate="many_to_one")
        found = joined.pop("_found") == "both"
        self._count(name, f"not found in {step.join}", joined, joined[found], lookup=True)
        return joined

    def _map(self, name: str, frame: pd.DataFrame, step: MapValues) -> pd.DataFrame:
        column = frame[step.map]
        known = column.isin(step.to)
        values = column.map(step.to)
        if not isinstance(next(iter(step.to.values())), str):
            is_number = isinstance(next(iter(step.to.values())), int | float)
            values = pd.to_numeric(values).astype("float64") if is_number else pd.to_datetime(values)
        if step.otherwise == "keep":
            values = values.where(known, column)
        frame = frame.assign(**{step.column: values})
        if step.otherwise == "refuse":
            unlisted = f"The recipe does not list this value of '{step.map}'."
            return self._refuse(name, frame, ~known & column.notna(), step.map, unlisted)
        return frame

    def _add_days(self, name: str, frame: pd.DataFrame, step: AddDays) -> pd.DataFrame:
        days = frame[step.plus_days]
        possible = days.abs() <= _MOST_DAYS
        moment = frame[step.date] + pd.to_timedelta(days.where(possible), unit="D")
        possible &= moment.between(_FIRST_DAY, _LAST_DAY) | moment.isna()
        frame = frame.assign(**{step.column: moment.dt.normalize()})
        reason = f"So many days from '{step.date}' lead out of the calendar."
        return self._refuse(name, frame, ~possible & days.notna(), step.plus_days, reason)

    def _refuse(self, name: str, frame: pd.DataFrame, wrong: pd.Series[bool], column: str, reason: str) -> pd.DataFrame:
        """Take out rows that turn out unreadable only here, and list them with their lines."""
        if not wrong.any():
            return frame
        rows = frame[wrong]
        self.unreadable += [
            Unreadable(file, line, column, str(value), reason)
            for file, line, value in zip(rows[FILE], rows[LINE], rows[column], strict=True)
        ]
        self._count(name, f"unreadable {column}", frame, frame[~wrong])
        return frame[~wrong]


def build_tables(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, CheckedTable]) -> Tables:
    """All tables of a recipe over its inputs.

    Raises InvalidError when a table is looked up by a key that several of its rows have.
    """
    built = Tables(dict(frames))
    for name, table in tables.items():
        built.build(name, table)
    return built
