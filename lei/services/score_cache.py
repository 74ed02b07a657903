"""Keeps the roll-ups by scope of recent questions: reading them is most of the work, and weights do not change them.

An entry holds for one data version: the first question after any new fact reads again. Each database has its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.services.score_scope import ScopeValues

_ENTRIES = 16
_BYTES = 256 * 1024 * 1024

_Entries = OrderedDict[tuple[int, Hashable], ScopeValues]
_caches: WeakKeyDictionary[sa.Pool, _Entries] = WeakKeyDictionary()
_lock = threading.Lock()


def remembered(session: Session, data_version: int, key: Hashable, compute: Callable[[], ScopeValues]) -> ScopeValues:
    """The values for `key` at this data version, computed when they are not at hand."""
    pool = session.connection().engine.pool
    with _lock:
        entries = _caches.setdefault(pool, OrderedDict())
        found = entries.get((data_version, key))
        if found is not None:
            entries.move_to_end((data_version, key))
            return found
    values = compute()
    with _lock:
        entries[data_version, key] = values
        for old in [entry for entry in entries if entry[0] < data_version]:
            del entries[old]
        while len(entries) > 1 and (len(entries) > _ENTRIES or sum(map(_size, entries.values())) > _BYTES):
            entries.popitem(last=False)
    return values


def _size(values: ScopeValues) -> int:
    arrays = (values.value, values.n, values.people, values.rolled_up, values.combined)
    return sum(array.nbytes for array in arrays) + (_size(values.months) if values.months else 0)
