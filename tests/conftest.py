"""What all tests share: a database of each kind, a clock that stands still, and the folder of third-party data."""

from __future__ import annotations

import importlib.util
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from babel.messages.catalog import Catalog
from hypothesis import settings
from prepared_databases import PreparedFile, PreparedSchema, connected, url_of_schema

from lei.clock import FixedClock
from lei.services.demo.load_demo import store_facts
from lei.storage.database import Database

pytest_plugins = ("compiled_routes", "foreign_language", "time_limits")
POSTGRES_URL = os.environ.get("LEI_TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/test"
# No time limit per example: it would fail on a busy machine. On CI the same examples every time.
settings.register_profile("lei", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("lei")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SCRIPTS = Path(__file__).resolve().parents[1] / "script"
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--kills 50`: how often a server is killed in tests of what survives that."""
    parser.addoption("--kills", type=int, default=3, help="How often a server is killed in each test that does so.")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often a test that kills servers shall do it."""
    return int(request.config.getoption("--kills"))


@pytest.fixture
def clock() -> FixedClock:
    """Saturday, 21 November 2026, 10:00 UTC."""
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, prepared_file: PreparedFile) -> Iterator[Database]:
    """The demo organisation as it stands on 21 November 2026; loaded once, for tests that only look at it."""
    file = tmp_path_factory.mktemp("demo") / "lei.sqlite3"
    prepared_file.copy_to(file)
    database = Database(f"sqlite:///{file}")
    assert store_facts(database, NOW)
    yield database
    database.close()


@pytest.fixture(scope="session")
def gathered() -> Catalog:
    """All texts of the code and the templates that can be translated, as the script for catalogues finds them."""
    spec = importlib.util.spec_from_file_location("update_languages", SCRIPTS / "update_languages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.gathered()
    assert isinstance(found, Catalog)
    return found


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a PostgreSQL that answers; without one, tests that need it are skipped (failed when CI is set)."""
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        message = f"PostgreSQL does not answer at {POSTGRES_URL}: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return POSTGRES_URL


@pytest.fixture
def new_postgres(postgres_url: str) -> Iterator[str]:
    """The address of a new, empty schema on the PostgreSQL server; dropped afterwards."""
    schema = f"lei_test_{uuid.uuid4().hex[:12]}"
    with connected(postgres_url) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
    try:
        yield url_of_schema(postgres_url, schema)
    finally:
        with connected(postgres_url) as connection:
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


@pytest.fixture(scope="session")
def prepared_schema(postgres_url: str) -> Iterator[PreparedSchema]:
    """A schema on the PostgreSQL server that one test after another uses."""
    prepared = PreparedSchema(postgres_url, NOW)
    yield prepared
    prepared.drop()


@pytest.fixture
def prepared_postgres(prepared_schema: PreparedSchema) -> Iterator[str]:
    """The address of a PostgreSQL with its tables, catalogue and weight profiles."""
    yield prepared_schema.url
    prepared_schema.reset()


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> PreparedFile:
    """A SQLite database with its tables, catalogue and weight profiles, to copy."""
    return PreparedFile(tmp_path_factory.mktemp("prepared"), NOW)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database, once of each kind: that of `database`, an empty one where a test does not use it."""
    file, is_prepared = tmp_path / "lei.sqlite3", "database" in request.fixturenames
    if request.param == "sqlite":
        if is_prepared:
            request.getfixturevalue("prepared_file").copy_to(file)
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("prepared_postgres" if is_prepared else "new_postgres"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with its tables, catalogue and weight profiles, once of each kind."""
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    yield database
    database.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, prepared_file: PreparedFile) -> Iterator[Database]:
    """A database with its tables, catalogue and weight profiles, on SQLite: where the kind does not matter."""
    prepared_file.copy_to(tmp_path / "only.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'only.sqlite3'}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with third-party data and reference numbers; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"The folder with third-party data is absent: {SHARED}")
    return SHARED
