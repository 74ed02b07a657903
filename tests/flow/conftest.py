"""What tests of whole stories share: the API, asked with a key that may do everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database

Ask = Callable[..., Any]


@pytest.fixture
def ask(database: Database, clock: FixedClock, tmp_path: Path) -> Ask:
    """Ask the API with a key that may do everything; an answer that is no success fails."""
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path)})
    client = create_app(Context(database, settings, clock)).test_client()
    with database.writing() as session:
        key = create_key(session, "everything", ["read", "ingest", "weights", "scorecards"], clock.now())

    def call(method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    return call
