"""A stamp of the catalogue: while it is the same, what was read of it (and of closed periods) still holds."""

from __future__ import annotations

from typing import Any, NamedTuple

from lei.storage.driver_sql import Asked, DriverSql

# All of them are only ever added, so their numbers tell.
STAMP_COLUMNS = (
    "(SELECT COUNT(*) FROM measure_versions) AS versions, (SELECT COUNT(*) FROM dimensions) AS dims, "
    "(SELECT COUNT(*) FROM period_closures) AS closures"
)
_COUNT = DriverSql(f"SELECT {STAMP_COLUMNS}")


class CatalogueStamp(NamedTuple):
    """How many versions of measures, how many dimensions and how many closures of periods there are."""

    versions: int
    dimensions: int
    closures: int


def catalogue_stamp(asked: Asked) -> CatalogueStamp:
    """The present stamp."""
    return stamp_of(_COUNT.one(asked))


def stamp_of(row: Any) -> CatalogueStamp:
    """The stamp in a row that was selected with STAMP_COLUMNS."""
    return CatalogueStamp(row.versions, row.dims, row.closures)
