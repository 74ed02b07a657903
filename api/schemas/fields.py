"""Fields that several schemas use.

They take what they say and nothing that merely can be turned into it: `"5"` is no number, `true` neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma

from lei.language import languages
from lei.paper import PAGE_SIZES
from lei.periods import FIRST_YEAR, LAST_YEAR, Grain, Period, parse_period
from lei.services.scores.scope_filters import parse_filter

_LONGEST_KEY = 60
_LONGEST_VALUE = 200
_YEAR, _MONTH = "(19|20|21)[0-9]{2}", "(0[1-9]|1[0-2])"


class Number(ma.fields.Float):
    """A finite JSON number."""

    default_error_messages = {"not_a_number": "This must be a number, not {kind}."}  # noqa: RUF012 - marshmallow's way

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("not_a_number", kind=_kind(value))
        return super()._deserialize(value, attr, data, **kwargs)


class WholeNumber(ma.fields.Integer):
    """A JSON number without a fraction."""

    default_error_messages = {"not_whole": "This must be a whole number, not {kind}."}  # noqa: RUF012 - marshmallow's way

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("not_whole", kind=_kind(value))
        return super()._deserialize(value, attr, data, **kwargs)


class TrueOrFalse(ma.fields.Boolean):
    """JSON's true or false; no 1, and no word for it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Text(ma.fields.String):
    """A JSON string of at most `longest` characters; not blank, unless it may be."""

    pattern: str | None = None

    def __init__(self, longest: int, *, blank: bool = True, **options: Any) -> None:
        self.pattern = None if blank else r"\S"
        validators: list[Callable[[Any], Any]] = [ma.validate.Length(max=longest)]
        if not blank:
            validators.append(_not_blank)
        super().__init__(validate=[*validators, *options.pop("validate", [])], **options)


class Table(ma.fields.Dict):
    """An object whose keys are free; what is wrong with one value is told by its key alone."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]  # untyped there
        except ma.ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            plain = {key: parts.get("value", parts.get("key")) for key, parts in error.messages.items()}
            raise ma.ValidationError(plain) from error


class PeriodField(ma.fields.String):
    """A month (2026-10), quarter (2026-Q4) or year (2026)."""

    # What the OpenAPI document says of the form; what is refused, and how, the code below says.
    pattern = rf"^{_YEAR}(-(Q[1-4]|{_MONTH}))?$"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return parse_period(text)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from error


class MonthField(ma.fields.String):
    """A month (2026-10); loads as its ordinal, and writes an ordinal as a month."""

    pattern = rf"^{_YEAR}-{_MONTH}$"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            period = parse_period(text)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from error
        if period.grain is not Grain.MONTH:
            raise ma.ValidationError(f"'{text}' is no month; write it as 2026-10.")
        return period.first_month

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(Period(value, Grain.MONTH))


class DateField(ma.fields.Date):
    """A day (2026-10-15) of the years that LEI knows."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ma.ValidationError(f"The year of a day lies between {FIRST_YEAR} and {LAST_YEAR}.")
        return day


class InstantField(ma.fields.String):
    """An instant in RFC 3339 with its offset; loads as a datetime in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            instant = datetime.fromisoformat(text)
            utc = None if instant.tzinfo is None else instant.astimezone(UTC)
        except (ValueError, OverflowError):
            utc = None
        if utc is None:
            raise ma.ValidationError(
                f"'{text[:40]}' is no instant; write it in UTC, such as 2026-10-31T23:59:59Z (in an address, + is %2B)."
            )
        return utc


class WhereField(ma.fields.String):
    """A filter `dimension:value`, for parameters of a query."""

    pattern = "^[^:]+:.+$"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return parse_filter(text)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from error


def scope_table(**options: Any) -> Table:
    """The dimension values of a scope, for bodies."""
    return Table(
        keys=Text(_LONGEST_KEY),
        values=Text(_LONGEST_VALUE, blank=False),
        metadata={"description": "Dimension values to keep to; empty: the whole organization."},
        **options,
    )


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ma.ValidationError("This must not be blank.")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {
        bool: "true or false",
        str: "text",
        list: "a list",
        dict: "an object",
        float: "a fraction",
    }
    return names.get(type(value), "this")


def language_field(text: str = "", **options: Any) -> ma.fields.String:
    """The code of a language that there is; text: what its description says beside that."""
    codes = languages()
    known = ma.validate.OneOf(codes, error="There is no language '{input}'; choose one of: {choices}.")
    return ma.fields.String(validate=known, metadata={"description": f"Language. {text}".strip()}, **options)


def page_size_field(text: str = "", **options: Any) -> ma.fields.String:
    """A page size that there is; text: what its description says beside that."""
    known = ma.validate.OneOf(PAGE_SIZES, error="There is no page size '{input}'; choose one of: {choices}.")
    return ma.fields.String(validate=known, metadata={"description": f"Paper, upright. {text}".strip()}, **options)
