"""A stamp of the catalogue: while it is the same, what was read of measures and dimensions still holds."""

from __future__ import annotations

from typing import NamedTuple

from lei.storage.driver_sql import Asked, DriverSql

# Versions of measures and dimensions are only ever added, so their numbers tell.
STAMP_COLUMNS = "(SELECT COUNT(*) FROM measure_versions) AS versions, (SELECT COUNT(*) FROM dimensions) AS dims"
_COUNT = DriverSql(f"SELECT {STAMP_COLUMNS}")


class CatalogueStamp(NamedTuple):
    """How many versions of measures and how many dimensions there are."""

    versions: int
    dimensions: int


def catalogue_stamp(asked: Asked) -> CatalogueStamp:
    """The present stamp."""
    row = _COUNT.one(asked)
    return CatalogueStamp(row.versions, row.dims)
