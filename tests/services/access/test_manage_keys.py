"""Names of API keys: each is also the source of what its holder sends, so it must be a name that can be stored."""

from __future__ import annotations

import pytest

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.services.access.manage_keys import create_key
from lei.storage.api_keys import find_by_name
from lei.storage.database import Database


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "two\nlines", " hris", "a\x00b"])
def test_a_key_needs_a_name_that_can_be_a_source(database: Database, clock: FixedClock, name: str) -> None:
    with pytest.raises(InvalidError, match="name of the key"), database.writing() as session:
        create_key(session, name, ["ingest"], clock.now())


def test_a_name_may_be_as_long_as_the_table_keeps_it(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        create_key(session, "ü" * 100, ["ingest"], clock.now())
        assert find_by_name(session, "ü" * 100) is not None
