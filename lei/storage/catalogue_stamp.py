"""A stamp of the catalogue: while it is the same, what was read of measures and dimensions still holds."""

from __future__ import annotations

from lei.storage.driver_sql import Asked, DriverSql

# Versions of measures and dimensions are only ever added, so their numbers tell.
_COUNT = DriverSql(
    "SELECT (SELECT COUNT(*) FROM measure_versions) AS versions, (SELECT COUNT(*) FROM dimensions) AS dims"
)


def catalogue_stamp(asked: Asked) -> tuple[int, int]:
    """How many versions of measures and how many dimensions there are."""
    row = _COUNT.one(asked)
    return row.versions, row.dims
