"""What differs between two weight profiles, entry by entry, whatever sections they have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

# Shares that differ by less are equal: 20 of 100 and 0.2 of 1 may part in their last binary digit.
_SAME_TO = 1e-12
_SHARES = ("pillars", "measures")


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is not the same in both; `path` leads to it, such as ("pillars", "business_impact").

    before and after are shares (0 to 1) for weights, where an entry that is not named weighs 0; for all other sections
    they are the values themselves, None where there is none.
    """

    path: tuple[str, ...]
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two profiles in the shape of `WeightProfile.as_dict`, weights given as shares.

    In the order of the entries: those of `before` first, then those that only `after` has.
    """
    first, second = dict(_leaves(before, ())), dict(_leaves(after, ()))
    found = []
    for path in dict.fromkeys([*first, *second]):
        nothing = 0.0 if path[0] in _SHARES else None
        old, new = first.get(path, nothing), second.get(path, nothing)
        if not _same(old, new):
            found.append(Difference(path, old, new))
    return found


def _leaves(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, Real) and isinstance(new, Real):
        return math.isclose(old, new, rel_tol=_SAME_TO, abs_tol=_SAME_TO)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)
