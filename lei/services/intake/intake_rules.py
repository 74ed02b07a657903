"""What an intake refuses beyond the rules for single rows: another's source, names of persons, too many values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lei.config import Settings
from lei.errors import Problem

# More units, roles or cohorts than this are hardly groups: a dimension with one value for each person looks like it.
MOST_VALUES = 5_000

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """only_source: the one source that the sender may speak for; None: any. most_values: of one dimension.

    personal_values: whether dimension values may look like e-mail addresses.
    """

    only_source: str | None = None
    most_values: int = MOST_VALUES
    personal_values: bool = False


PLAIN_RULES = IntakeRules()


def rules_of(settings: Settings, only_source: str | None = None) -> IntakeRules:
    """The rules of this installation, for a sender that is bound to a source or to none."""
    return IntakeRules(only_source, settings.most_dimension_values, settings.personal_values)


class DimensionValues:
    """The values that dimensions have so far, those of the batch that is being checked included.

    There, values count from the first row on whose dimensions are all right, whatever else is wrong with that row: so
    the verdicts are the same in whatever order the parts of a row are looked at.
    """

    def __init__(self, known: Mapping[str, Collection[str]], rules: IntakeRules) -> None:
        self._known = known
        self._rules = rules
        self._new: dict[str, set[str]] = {}

    def meet(self, values: Mapping[str, str], row: int | None = None) -> list[Problem]:
        """What speaks against all dimensions of a row; where nothing does, their values count from here on."""
        found = list(self.faults(values, row))
        if not found:
            for key, value in values.items():
                if value not in self._known.get(key, ()):
                    self._new.setdefault(key, set()).add(value)
        return found

    def faults(self, values: Mapping[str, str], row: int | None = None) -> Iterator[Problem]:
        """What speaks against dimension values; `row` counts from 1."""
        for key, value in values.items():
            known, new = self._known.get(key, ()), self._new.get(key, ())
            if value in known or value in new:
                continue
            if not self._rules.personal_values and "@" in value and _EMAIL.search(value):
                yield _looks_personal(key, row)
            elif len(known) + len(new) >= self._rules.most_values:
                yield _too_many(key, self._rules.most_values, row)


def foreign_source(source: object, only: str | None, row: int) -> Problem | None:
    """The fault of a row that names another source than the one that its sender is bound to."""
    if only is None or not isinstance(source, str) or source == only:
        return None
    text = f"This key may send for the source '{only}' alone."
    return Problem("source", "foreign_source", text, row, "leave `source` out, or use the key of that source.")


def _looks_personal(key: str, row: int | None) -> Problem:
    text = "This looks like an e-mail address; LEI takes groups, not persons."
    hint = "send the group that the person belongs to, with its size. LEI_PERSONAL_VALUES=allow takes such values."
    return Problem(f"dimensions.{key}", "looks_personal", text, row, hint)


def _too_many(key: str, most: int, row: int | None) -> Problem:
    text = (
        f"The dimension '{key}' has {most:,} values already, and this would be one more; it looks like single persons."
    )
    hint = f"send larger groups, or raise LEI_MOST_DIMENSION_VALUES ({most:,})."
    return Problem(f"dimensions.{key}", "too_many_values", text, row, hint)
