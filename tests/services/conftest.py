"""How tests of services send observations: through the real intake, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from sending import Send

from lei.clock import FixedClock
from lei.services.intake.ingest import IngestOptions, IngestResult, ingest_records
from lei.storage.database import Database

Record = Mapping[str, Any]


@pytest.fixture
def send(database: Database, clock: FixedClock) -> Send:
    """Send observations to the database under test; all of them must be taken."""

    def sender(records: Sequence[Record], at: datetime | None = None) -> IngestResult:
        with database.writing() as session:
            options = IngestOptions(source="hris", sent_by="a test")
            result = ingest_records(session, records, options, at or clock.now())
        assert result.rejected == 0, result.errors
        return result

    return sender
