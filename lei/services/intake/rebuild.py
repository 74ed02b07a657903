"""Computes what is derived anew: the roll-ups, from the observations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lei.storage.ledger import raise_ledger
from lei.storage.rollups import rebuild_rollups


def rebuild_all(session: Session, now: datetime) -> None:
    """Rebuild all roll-ups. Writers wait, and caches forget what they hold."""
    raise_ledger(session, now)
    rebuild_rollups(session)
