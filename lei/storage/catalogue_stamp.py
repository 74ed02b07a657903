"""A stamp of the catalogue: while it is the same, what was read of it (and of closed periods) still holds."""

from __future__ import annotations

from typing import Any, NamedTuple

from lei.storage.driver_sql import Asked, DriverSql

# Versions of measures, dimensions, closures and segments are only ever added, so their numbers tell; of segments there
# may be so many that the highest id is quicker to find than their count.
STAMP_COLUMNS = (
    "(SELECT COUNT(*) FROM measure_versions) AS versions, (SELECT COUNT(*) FROM dimensions) AS dims, "
    "(SELECT COUNT(*) FROM period_closures) AS closures, (SELECT COALESCE(MAX(id), 0) FROM segments) AS segs"
)
_COUNT = DriverSql(f"SELECT {STAMP_COLUMNS}")


class CatalogueStamp(NamedTuple):
    """How many versions of measures, dimensions and closures of periods there are, and the newest segment."""

    versions: int
    dimensions: int
    closures: int
    newest_segment: int


def catalogue_stamp(asked: Asked) -> CatalogueStamp:
    """The present stamp."""
    return stamp_of(_COUNT.one(asked))


def stamp_of(row: Any) -> CatalogueStamp:
    """The stamp in a row that has `STAMP_COLUMNS`."""
    return CatalogueStamp(row.versions, row.dims, row.closures, row.segs)
