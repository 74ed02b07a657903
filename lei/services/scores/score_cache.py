"""Keeps what recent questions were answered from: reading roll-ups is most of the work, and most questions come again.

An entry holds for one data version, which every new fact, measure and weight profile raises: the first question after
that computes anew. Each database has its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

_ENTRIES = 16
_BYTES = 256 * 1024 * 1024


class Measured(Protocol):
    """What says how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""


Kept = TypeVar("Kept", bound=Measured)
_Entries = OrderedDict[tuple[int, Hashable], Any]
_caches: WeakKeyDictionary[sa.Pool, _Entries] = WeakKeyDictionary()
_lock = threading.Lock()


def remembered(session: Session, data_version: int, key: Hashable, compute: Callable[[], Kept]) -> Kept:
    """What `compute` gives for `key` at this data version, computed when it is not at hand.

    Keys of different kinds of things must differ; results are shared between threads, so they are never changed.
    """
    pool = session.connection().engine.pool
    with _lock:
        entries = _caches.setdefault(pool, OrderedDict())
        found: Kept | None = entries.get((data_version, key))
        if found is not None:
            entries.move_to_end((data_version, key))
            return found
    computed = compute()
    with _lock:
        entries[data_version, key] = computed
        for old in [entry for entry in entries if entry[0] < data_version]:
            del entries[old]
        while len(entries) > 1 and (len(entries) > _ENTRIES or sum(e.nbytes for e in entries.values()) > _BYTES):
            entries.popitem(last=False)
    return computed
