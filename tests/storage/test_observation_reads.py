"""How much PostgreSQL reads when observations come in: what they touch, and never all that is stored."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lei.clock import FixedClock
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.set_up import set_up_database
from lei.storage.database import Database

OPTIONS = IngestOptions(source="workday", sent_by="test")
# Many days of other months, loaded a moment ago: PostgreSQL has not analysed the table yet.
STORED = sa.text("""
    INSERT INTO observations
        (month, measure_id, segment_id, source_id, span, day, revision, value, sample_size, batch_id)
    SELECT 24000 + n / 28, 1, 1, 1, 0, 1 + n % 28, 1, 5, 9, 1 FROM generate_series(1, 50000) n""")
WHOLE_READS = sa.text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = 'observations'::regclass")


@pytest.mark.postgres
def test_one_observation_or_a_few_never_make_it_read_all(new_postgres: str, clock: FixedClock) -> None:
    database = Database(new_postgres.replace("postgresql://", "postgresql+psycopg://"))
    set_up_database(database, clock.now())
    with database.writing() as session:
        session.execute(STORED)
    for values in ([71.5], [80.0], [80.0], [None], [1.0, 2.0, 3.0], [4.0, None, 3.0]):
        rows = [
            {"measure": "pass_rate", "period": f"2026-1{place}", "value": value, "sample_size": 40}
            for place, value in enumerate(values)
        ]
        with database.writing() as session:
            before = session.scalar(WHOLE_READS)  # of earlier transactions, not handed on yet
            ingest_records(session, rows, OPTIONS, clock.now())
            assert (values, session.scalar(WHOLE_READS)) == (values, before)
    database.close()
