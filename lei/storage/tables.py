"""What all tables share: the metadata they register in, how instants are kept, and ids as callers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is declared INTEGER.
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONGEST_ID = 18  # digits of a number that every database can hold


def any_id(number: int) -> sa.ColumnElement[int]:
    """An id as a caller wrote it: PostgreSQL would refuse one that is too large for its column, instead of finding
    nothing."""
    return sa.literal(number, sa.BigInteger)


class Instant(sa.types.TypeDecorator[datetime]):
    """A point in time. Aware in UTC on the Python side; on SQLite it is text that sorts as time does."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Text on SQLite, `timestamptz` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(32))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Refuse naive times: they would be read in another zone than they were meant in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant must say its time zone.")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Back to an aware datetime in UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(str(value)).astimezone(UTC)
