"""The schema as a whole: bring a database up to date, or say whether it is."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import lei.storage
from lei.storage.database import Database
from lei.storage.tables import metadata

_MIGRATIONS = Path(__file__).parent / "migrations"


def complete_metadata() -> sa.MetaData:
    """The metadata with every table registered, whichever modules were imported so far."""
    for module in pkgutil.iter_modules(lei.storage.__path__, "lei.storage."):
        if module.name != "lei.storage.migrations":
            importlib.import_module(module.name)
    return metadata


def upgrade(database: Database) -> None:
    """Bring the database to the newest revision, in one transaction."""
    with database.writing() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the database is at the newest revision."""
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
