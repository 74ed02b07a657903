"""The API as a client sees it: an application on a real database, a client for it, and keys with chosen scopes.

`client` runs a test on both databases, `sqlite_client` on SQLite alone, where the kind of database does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import Settings, load_settings
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database

# Scopes in, headers out: `client.get(path, headers=keys("read"))`.
Keys = Callable[..., dict[str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose data folder is the test's own."""
    return load_settings({"LEI_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def app(database: Database, settings: Settings, clock: FixedClock) -> Flask:
    """The API on a database of each kind."""
    return create_app(Context(database, settings, clock))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of `app`."""
    return app.test_client()


@pytest.fixture
def keys(database: Database, clock: FixedClock) -> Keys:
    """`keys("read", "ingest")` makes a key with these scopes and gives the headers that carry it."""
    return key_maker(database, clock)


@pytest.fixture
def sqlite_app(sqlite_database: Database, settings: Settings, clock: FixedClock) -> Flask:
    """The API on SQLite."""
    return create_app(Context(sqlite_database, settings, clock))


@pytest.fixture
def sqlite_client(sqlite_app: Flask) -> FlaskClient:
    """A client of `sqlite_app`."""
    return sqlite_app.test_client()


@pytest.fixture
def sqlite_keys(sqlite_database: Database, clock: FixedClock) -> Keys:
    """As `keys`, for `sqlite_app`."""
    return key_maker(sqlite_database, clock)


def key_maker(database: Database, clock: FixedClock) -> Keys:
    """A function that makes one key for each combination of scopes, named after them (`read`, `ingest+read`)."""
    made: dict[tuple[str, ...], str] = {}

    def headers(*scopes: str) -> dict[str, str]:
        if scopes not in made:
            with database.writing() as session:
                made[scopes] = create_key(session, "+".join(scopes), scopes, clock.now())
        return {"Authorization": f"Bearer {made[scopes]}"}

    return headers


@pytest.fixture
def analyse(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Callable[..., Any]:
    """Ask for an analysis, of earnings where nothing is said; an answer that is no success fails."""
    earnings = {"name": "earnings in 1978", "unit": "dollars"}

    def ask(method: str, rows: list[dict[str, Any]], kpi: dict[str, Any] | None = None, **more: Any) -> Any:
        body = {"method": method, "kpi": kpi or earnings, "rows": rows, **more}
        answer = sqlite_client.post("/api/v1/evidence/analyses", json=body, headers=sqlite_keys("read"))
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    return ask
