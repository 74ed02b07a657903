"""A stamp of the catalogue: while it is the same, what was read of measures and dimensions still holds."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql

# Versions of measures and dimensions are only ever added, so their numbers tell.
_COUNT = DriverSql(
    "SELECT (SELECT COUNT(*) FROM measure_versions) AS versions, (SELECT COUNT(*) FROM dimensions) AS dims"
)


def catalogue_stamp(session: Session) -> tuple[int, int]:
    """How many versions of measures and how many dimensions there are."""
    row = _COUNT.one(session)
    return row.versions, row.dims
