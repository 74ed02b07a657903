"""The connection to the database: who may write when, on SQLite and on PostgreSQL alike.

SQLite lets one writer in at a time. Writers of one process queue for a lock (its own busy handler backs off for up to
300 ms, a lock does not), writers of several processes for SQLite's own lock, which `BEGIN IMMEDIATE` takes at the start
instead of in the middle. PostgreSQL needs neither.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.errors import ConfigurationError, ConflictError, EndUnknownError, UnavailableError
from lei.storage.driver_sql import DriverSql
from lei.storage.group_commit import GroupCommit, Item, Result, Work

_LOG = logging.getLogger("lei.storage")
Answer = TypeVar("Answer")

_BUSY_SECONDS = 30
# A server that hangs is as unreachable as one that refuses, and a caller should hear so soon; also one whose machine or
# network is gone, which the system alone would notice after two hours. A query that takes its time is not cut off.
_CONNECT_SECONDS = 5
_LINK_CHECKED = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
# A connection that came back so recently is taken to be alive.
_TRUSTED_SECONDS = 1.0
_RETURNED = "lei_returned"
_CACHE_KIB = 65_536
_BEGIN_TO_READ, _BEGIN_TO_WRITE = DriverSql("BEGIN"), DriverSql("BEGIN IMMEDIATE")
# SQLSTATEs of PostgreSQL; the last two are classes of them.
_NO_SUCH_TABLE, _THERE_ALREADY, _SHUT_DOWN, _CONNECTION_LOST = "42P01", "23505", "57", "08"
_LOST = (sa.exc.OperationalError, sa.exc.InterfaceError)
# SQLite's words, and those that PostgreSQL quotes from the system.
_NO_ROOM = ("disk is full", "disk I/O error", "No space left on device", "File too large")
_END_UNKNOWN = (
    "The database was lost while this was being committed, so nobody knows whether it was stored. Send the same again: "
    "what is there already counts as unchanged."
)
_JUST_STORED = (
    "Somebody else has stored the same just now, so nothing of this was stored. Look at what is there, and try again."
)
_NOT_MIGRATED = "The database has no tables yet; run `lei db upgrade`."


class Database:
    """One database and the two ways to use it: `reading()` and `writing()`. Entry points open, services only use."""

    def __init__(self, url: str) -> None:
        self._trust = _Trust()
        self.engine = _engine(url, self._trust)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = threading.Lock() if self.is_sqlite else None
        # One consistent state for all that a reader asks; SQLite gives it to every transaction by itself.
        snapshot: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._readers = self.engine.execution_options(lei_write=False, **snapshot)
        self._writers = self.engine.execution_options(lei_write=True)
        self.together = GroupCommit(self.writing)
        self._askers = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent state of the database; nothing it does is kept.

        Raises UnavailableError when the database cannot be reached.
        """
        with self._session(self._readers) as session:
            yield session
            session.rollback()

    def ask(self, question: Callable[[sa.Connection], Answer]) -> Answer:
        """What every request asks first, on a connection without a transaction, by `DriverSql` alone.

        It only reads, and nothing was done before, so it is asked again where the connection turns out to be lost:
        after a restart of the server no request fails for having come first. Raises UnavailableError when the database
        cannot be reached.
        """
        with self._errors_named(), self._askers.connect() as connection:
            try:
                return question(connection)
            except _LOST as error:
                if self.is_sqlite:
                    raise
                self._trust.lost()
                connection.invalidate(error)
        with self._errors_named(), self._askers.connect() as connection:
            return question(connection)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is committed at the end of the block, or undone as a whole when the block raises.

        Raises ConflictError when somebody else has stored the same just now, UnavailableError when the database cannot
        be reached, or was lost in the middle of the commit.
        """
        if self._writer is None:
            with self._session(self._writers) as session:
                yield session
                _commit_remotely(session)
            return
        with self._writer, self._session(self._writers) as session:
            yield session
            session.commit()

    def write_together(self, work: Work[Item, Result], item: Item) -> Result:
        """Do something small in a transaction that it may share with what other threads ask for; see `GroupCommit`.

        Raises what `work` raises, and UnavailableError when the database cannot be reached.
        """
        return self.together.run(work, item)

    def check(self) -> None:
        """Raise UnavailableError when the database does not answer."""
        with self.reading() as session:
            session.execute(sa.text("SELECT 1"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _session(self, engine: sa.Engine) -> Iterator[Session]:
        with self._errors_named(), Session(engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Errors of the database that are no fault of the program, as errors of ours that say what to do."""
        try:
            yield
        except _LOST as error:
            self._trust.lost()
            raise UnavailableError(_unavailable(error)) from error
        except UnavailableError:
            self._trust.lost()
            raise
        except sa.exc.ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != _NO_SUCH_TABLE:
                raise
            raise UnavailableError(_NOT_MIGRATED) from error
        except sa.exc.IntegrityError as error:
            if not _is_there_already(error):
                raise
            # Services ask first whether it is there, so that only two who come at the same moment get here.
            _LOG.warning("Stored by two at once: %s", str(error.orig).partition("\n")[0])
            raise ConflictError(_JUST_STORED) from error
        except sa.exc.DatabaseError as error:
            if "not a database" not in str(error.orig):
                raise
            raise UnavailableError("The file that LEI_DATABASE_URL names is no SQLite database.") from error


class _Trust:
    """Which connections to PostgreSQL are taken to be alive: those that came back a moment ago, after any was lost."""

    def __init__(self) -> None:
        self._lost_at = -math.inf

    def lost(self) -> None:
        """A connection has failed; with it, all that were open then may have."""
        self._lost_at = time.monotonic()

    def note_return(self, _driver: Any, record: Any) -> None:
        """A connection comes back."""
        record.info[_RETURNED] = time.monotonic()

    def refuse_lost(self, dialect: sa.Dialect, driver: Any, record: Any, _proxy: object) -> None:
        """Give out no connection that is lost; asking each whether it lives would cost every request a round trip.

        Raises InvalidatePoolError, upon which the pool forgets its connections and makes a new one.
        """
        now = time.monotonic()
        returned = record.info.get(_RETURNED, now)
        trusted = now - returned <= _TRUSTED_SECONDS and returned > self._lost_at
        if driver.closed or not (trusted or _answers(dialect, driver)):
            raise sa.exc.InvalidatePoolError


def _commit_remotely(session: Session) -> None:
    try:
        session.commit()
    except _LOST as error:
        # A server that goes down may say so instead of the yes that it had already written to its disk.
        lost = str(getattr(error.orig, "sqlstate", None) or _SHUT_DOWN).startswith((_SHUT_DOWN, _CONNECTION_LOST))
        if lost or _gave_up(error):
            raise EndUnknownError(_END_UNKNOWN) from error
        raise


def _is_there_already(error: sa.exc.IntegrityError) -> bool:
    """Whether a key is taken; SQLite says so in words alone."""
    return getattr(error.orig, "sqlstate", None) == _THERE_ALREADY or "UNIQUE constraint failed" in str(error.orig)


def _gave_up(error: sa.exc.DBAPIError) -> bool:
    """Whether the server says that it went down over this, as it does when its log finds no room."""
    said = getattr(error.orig, "diag", None)
    return said is not None and said.severity_nonlocalized == "PANIC"


def _unavailable(error: sa.exc.DBAPIError) -> str:
    cause = str(error.orig)
    if any(word in cause for word in _NO_ROOM):
        return "The disk of the database is full or broken; nothing of this request was stored. Make room first."
    if "locked" in cause or "busy" in cause:
        return "The database is busy with another writer; try again in a moment."
    if "no such table" in cause:
        return _NOT_MIGRATED
    if "readonly database" in cause:
        return "The database cannot be written: its file or its folder is read-only for LEI; nothing was stored."
    return "The database cannot be reached now; nothing of this request was stored. Try again later."


def _engine(url: str, trust: _Trust) -> sa.Engine:
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(
            parsed,
            pool_size=10,
            max_overflow=20,
            connect_args={"connect_timeout": _CONNECT_SECONDS, **_LINK_CHECKED},
        )
        sa.event.listen(engine, "checkin", trust.note_return)
        sa.event.listen(engine, "checkout", partial(trust.refuse_lost, engine.dialect))
        return engine
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database).parent)
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS}, pool_size=10, max_overflow=20)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _answers(dialect: sa.Dialect, driver: Any) -> bool:
    try:
        return dialect.do_ping(driver)
    except dialect.loaded_dbapi.Error:
        return False


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = f"The folder '{folder}' for the database cannot be made: {error.strerror}."
        raise ConfigurationError(f"{text} Set LEI_DATA_DIR to one that LEI can write.") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions at its own moments; we say BEGIN ourselves, see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{_CACHE_KIB}",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("lei_write", False)
    (_BEGIN_TO_WRITE if write else _BEGIN_TO_READ).run(connection)
