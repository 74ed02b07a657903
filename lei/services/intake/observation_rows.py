"""One row of intake: the schema of record (shape), what the catalogue says about it (meaning), and all that is wrong.

The fast path (`check_observations.py` beside) may only accept what this module accepts; what it does not understand
it hands over to `check_row`, whose verdict counts and which finds all faults of a row at once. The codes are stable:

    malformed  missing_field  unknown_field  wrong_type  empty  too_long  bad_text  unknown_measure  unknown_dimension
    not_a_number  out_of_range  bad_period  future_period  closed_period  bad_sample_size  sample_size_required
    wrong_column_count  foreign_source  looks_personal  too_many_values (the last three: `intake_rules.py`)
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice
from typing import Any

import marshmallow as ma

from lei.errors import LISTED_PROBLEMS, Problem
from lei.periods import Occasion, month_start, parse_occasion
from lei.services.words.names import LONGEST_NAME, printable, refuse_text
from lei.services.words.near_words import did_you_mean

LARGEST_VALUE = 1e15
LARGEST_SAMPLE = 10**12
# Plans reach a year ahead at most; a later period is a slip of the pen.
MONTHS_AHEAD = 12
RESTATEMENT_HINT = (
    "if it must change: allow_restatement=true and a reason (`lei ingest`: --allow-restatement --reason TEXT)."
)

_MISSING: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "missing_field|This field is required.",
    "null": "missing_field|This field is required and must not be null.",
}


@dataclass(frozen=True, slots=True)
class IntakeCatalogue:
    """What rows are checked against. measures: key -> (id, whether a sample size is required).

    closed_until: ordinal of the last month whose figures are settled; None: none is. known_values: the values that each
    dimension has so far.
    """

    measures: Mapping[str, tuple[int, bool]]
    dimensions: frozenset[str]
    latest_month: int
    closed_until: int | None = None
    known_values: Mapping[str, Collection[str]] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """A row that is right. `value` None retracts; `source` None stands for the default of its sender."""

    measure_id: int
    occasion: Occasion
    value: float | None
    sample_size: int
    dimensions: Mapping[str, str]
    source: str | None


def _fault(code: str, message: str) -> ma.ValidationError:
    return ma.ValidationError(f"{code}|{message}")


class NameField(ma.fields.String):
    """A plain name of up to 200 characters."""

    default_error_messages = _MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise _fault("wrong_type", "This must be a text.")
        wrong = refuse_text(value)
        if wrong is not None:
            raise _fault(*wrong)
        return value


class PeriodField(ma.fields.String):
    """A month, quarter, year or day; loads as an Occasion."""

    default_error_messages = _MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise _fault("bad_period", 'A period is a text such as "2026-10".')
        try:
            return parse_occasion(value)
        except ValueError as error:
            raise _fault("bad_period", f"{error}"[:LONGEST_NAME]) from error


class ValueField(ma.fields.Float):
    """A finite number of reasonable size, or null. Texts and booleans are no numbers here."""

    default_error_messages = _MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _fault("not_a_number", "A value is a number such as 71.5 (with a point), or null to retract it.")
        if not math.isfinite(value) if isinstance(value, float) else False:
            raise _fault("not_a_number", "A value must be finite: NaN and infinity are no values.")
        if not -LARGEST_VALUE <= value <= LARGEST_VALUE:
            raise _fault("out_of_range", f"A value lies between -{LARGEST_VALUE:.0e} and {LARGEST_VALUE:.0e}.")
        return float(value)


class SampleSizeField(ma.fields.Integer):
    """How many people or events stand behind a value; null counts as left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = not isinstance(value, bool) and isinstance(value, int | float)
        if not number or (isinstance(value, float) and not value.is_integer()):
            raise _fault("bad_sample_size", "A sample size is a whole number of 1 or more.")
        if not 1 <= value <= LARGEST_SAMPLE:
            raise _fault("bad_sample_size", f"A sample size lies between 1 and {LARGEST_SAMPLE:,}.")
        return int(value)


class DimensionsField(ma.fields.Dict):
    """An object of dimension values; all its faults are found, each with the path of its key."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _fault("wrong_type", 'This must be an object such as {"unit": "Sales"}.')
        faults: dict[str, list[str]] = {}
        for key, name in value.items():
            if not isinstance(name, str):
                wrong: tuple[str, str] | None = (
                    "wrong_type",
                    "A dimension value is a text; leave out what is unknown.",
                )
            else:
                wrong = refuse_text(name)
            if wrong is not None:
                faults[str(key)] = [f"{wrong[0]}|{wrong[1]}"]
        if faults:
            right = {key: name for key, name in value.items() if str(key) not in faults}
            raise ma.ValidationError(faults, valid_data=right)
        return dict(value)


class ObservationSchema(ma.Schema):
    """The shape of one observation, whichever way it comes in. Unknown fields are refused."""

    measure = NameField(required=True, metadata={"description": "Key of a measure.", "example": "completion_rate"})
    period = PeriodField(required=True, metadata={"description": "Month, quarter, year or day.", "example": "2026-10"})
    value = ValueField(required=True, allow_none=True, metadata={"description": "A number; null retracts."})
    sample_size = SampleSizeField(allow_none=True, metadata={"description": "People or events behind the value."})
    dimensions = DimensionsField(keys=ma.fields.String(), values=NameField(), allow_none=True)
    source = NameField(allow_none=True, metadata={"description": "Who says so; default: the name of the key."})


_SCHEMA = ObservationSchema()
FIELDS = tuple(_SCHEMA.fields)


def check_row(raw: object, catalogue: IntakeCatalogue, number: int) -> ObservationRow | list[Problem]:
    """The row, or what is wrong with it, a hundred faults of each kind at most. `number` counts from 1."""
    if not isinstance(raw, Mapping):
        return [Problem("", "malformed", 'A row must be an object such as {"measure": ...}.', number)]
    try:
        values: Mapping[str, Any] = _SCHEMA.load(raw)
        faults: list[Problem] = []
    except ma.ValidationError as error:
        values = error.valid_data if isinstance(error.valid_data, dict) else {}
        faults = list(islice(_of_shape(error.messages_dict, number), LISTED_PROBLEMS))
    sample_is_wrong = any(fault.field == "sample_size" for fault in faults)
    faults += islice(_of_meaning(values, catalogue, number, sample_is_wrong=sample_is_wrong), LISTED_PROBLEMS)
    if faults:
        order = {name: place for place, name in enumerate(FIELDS)}
        return sorted(faults, key=lambda fault: order.get(fault.field.partition(".")[0], len(order)))
    size = values.get("sample_size")
    absent = 0 if values["value"] is None else 1
    return ObservationRow(
        measure_id=catalogue.measures[values["measure"]][0],
        occasion=values["period"],
        value=values["value"],
        sample_size=absent if size is None else size,
        dimensions=values.get("dimensions") or {},
        source=values.get("source"),
    )


def _of_shape(messages: Mapping[Any, Any], number: int) -> Iterable[Problem]:
    for field, found in messages.items():
        for path, texts in found.items() if isinstance(found, Mapping) else ((None, found),):
            name = printable(f"{field}.{path}" if path is not None else str(field))
            for text in texts:
                code, _, message = text.partition("|")
                if message:
                    yield Problem(name, code, message, number)
                else:
                    yield _unknown_field(name, number)


def _unknown_field(name: str, number: int) -> Problem:
    hint = did_you_mean(name, FIELDS) or "dimensions such as `unit` belong inside `dimensions`."
    return Problem(name, "unknown_field", f"An observation has no field '{name}'.", number, hint)


def _of_meaning(
    values: Mapping[str, Any], catalogue: IntakeCatalogue, number: int, *, sample_is_wrong: bool
) -> Iterable[Problem]:
    measure = values.get("measure")
    known = catalogue.measures.get(measure) if measure is not None else None
    if measure is not None and known is None:
        hint = did_you_mean(measure, catalogue.measures) or "GET /api/v1/measures lists all."
        yield Problem("measure", "unknown_measure", f"There is no measure '{measure}'.", number, hint)
    needs_sample = known is not None and known[1] and values.get("value") is not None
    if needs_sample and values.get("sample_size") is None and not sample_is_wrong:
        text = (
            f"'{measure}' speaks about people: say how many stand behind the value, so that small groups stay private."
        )
        yield Problem("sample_size", "sample_size_required", text, number)
    for key in values.get("dimensions") or ():
        if key not in catalogue.dimensions:
            yield unknown_dimension(key, catalogue, f"dimensions.{printable(key)}", number)
    occasion = values.get("period")
    if occasion is not None and occasion.month > catalogue.latest_month:
        latest = f"{month_start(catalogue.latest_month):%Y-%m}"
        text = f"'{occasion}' ends after {latest}, more than {MONTHS_AHEAD} months ahead."
        yield Problem("period", "future_period", text, number)
    closed = catalogue.closed_until
    if occasion is not None and closed is not None and occasion.month <= closed:
        text = f"'{occasion}' is closed, as all periods up to {month_start(closed):%Y-%m}."
        yield Problem("period", "closed_period", text, number, RESTATEMENT_HINT)


def unknown_dimension(key: object, catalogue: IntakeCatalogue, field: str, number: int | None) -> Problem:
    """The fault of naming a dimension that is not registered."""
    shown = printable(str(key))
    hint = did_you_mean(shown, sorted(catalogue.dimensions)) or f"known are: {', '.join(sorted(catalogue.dimensions))}."
    return Problem(field, "unknown_dimension", f"There is no dimension '{shown}'.", number, hint)
