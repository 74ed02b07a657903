"""Registers a dimension, by which observations may be told apart from then on."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, Problem
from lei.storage.ledger import raise_ledger
from lei.storage.segments import add_dimension, dimension_keys

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
# These are columns of a table of observations, where a dimension is a column as well.
RESERVED = ("measure", "period", "value", "sample_size", "source")


def register_dimension(session: Session, key: str, display_name: str, now: datetime) -> None:
    """Store a new dimension.

    Raises InvalidError for a key that cannot be used, ConflictError for one that is there already.
    """
    if not _KEY.fullmatch(key):
        text = (
            f"'{key}' cannot be the key of a dimension: it begins with a letter a to z; letters, digits and _ follow."
        )
        raise InvalidError(text, [Problem("key", "invalid", text)])
    if key in RESERVED:
        text = f"'{key}' is a field of observations and cannot be a dimension as well."
        raise InvalidError(text, [Problem("key", "reserved", text)])
    raise_ledger(session, now)
    if key in dimension_keys(session):
        raise ConflictError(f"There is a dimension '{key}' already.")
    add_dimension(session, key, display_name)
