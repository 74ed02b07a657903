"""Small pieces of work that wait at the same time are committed together, since a commit costs more than they do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from lei.errors import EndUnknownError, UnavailableError

Item = TypeVar("Item")
Result = TypeVar("Result")
# Does several things that were asked for at the same time; the results in the same order.
Work = Callable[[Session, Sequence[Item]], Sequence[Result]]


@dataclass(slots=True, eq=False)
class _Waiting:
    """What one thread asked for. `woken`: it is committed, or left to its thread, or its thread shall lead."""

    work: Work[Any, Any]
    item: Any
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    committed: bool = False
    # Why the commit of its group failed.
    error: Exception | None = None
    result: Any = None


class GroupCommit:
    """Runs the work of several threads in one transaction: one of them leads, the others wait for its commit.

    While a group is being committed the next one gathers, so nobody waits for company. When any work of a group
    raises, or its commit fails, the group is undone and every thread does its work again in a transaction of its own:
    who is at fault hears of it, and nobody else does. Work must therefore be fit to run twice.
    """

    def __init__(self, writing: Callable[[], AbstractContextManager[Session]]) -> None:
        self._writing = writing
        self._lock = threading.Lock()
        self._gathered: list[_Waiting] = []
        self._has_leader = False

    @property
    def waiting(self) -> tuple[Any, ...]:
        """What was asked for and is not being committed yet."""
        with self._lock:
            return tuple(one.item for one in self._gathered)

    def run(self, work: Work[Item, Result], item: Item) -> Result:
        """What `work` makes of the item, once it is committed. Raises what `work` or its transaction raises."""
        mine = _Waiting(work, item)
        with self._lock:
            self._gathered.append(mine)
            mine.leads = not self._has_leader
            self._has_leader = True
        if not mine.leads:
            mine.woken.wait()
        if mine.leads:
            self._lead()
        if not mine.committed:
            self._repeat(mine)
        result: Result = mine.result
        return result

    def _repeat(self, mine: _Waiting) -> None:
        try:
            self._commit([mine])
        except UnavailableError:
            # That nothing was stored this time does not say that nothing was stored the first time.
            if isinstance(mine.error, EndUnknownError):
                raise mine.error from None
            raise

    def _lead(self) -> None:
        """Commit what has gathered, then leave the lead to the first that came meanwhile."""
        with self._lock:
            group, self._gathered = self._gathered, []
        try:
            self._commit(group)
        except Exception as error:
            # Whatever it was: it comes again in the thread whose work it is, and is raised there.
            if len(group) == 1:
                raise
            for one in group:
                one.error = error
        finally:
            self._wake(group)

    def _commit(self, group: list[_Waiting]) -> None:
        with self._writing() as session:
            for work in dict.fromkeys(one.work for one in group):
                asked = [one for one in group if one.work == work]
                for one, result in zip(asked, work(session, [one.item for one in asked]), strict=True):
                    one.result = result
        for one in group:
            one.committed = True

    def _wake(self, group: list[_Waiting]) -> None:
        with self._lock:
            next_leaders = self._gathered[:1]
            self._has_leader = bool(next_leaders)
        for one in next_leaders:
            one.leads = True
            one.woken.set()
        for one in group:
            one.woken.set()
