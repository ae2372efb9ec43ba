"""How each database is opened: addresses, drivers, settings (DELIVERY.md 7.1 and 7.2), and which errors pass."""

import re
import sqlite3
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.errors import DatabaseSuspect, DatabaseUrlInvalid

RETRY_STATES = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock timeout. The whole transaction is run again."""

AWAY_STATES = re.compile(r"08...|53...|57P0.|58...|25006|" + "|".join(sorted(RETRY_STATES)))
"""PostgreSQL: no connection, no room, shutting down or starting, trouble with its files, read-only.

And what is still in the way after all retries: somebody holds a lock for long, which is not the fault of what waits.
"""

AWAY_ERRORS = re.compile(r"SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM|PROTOCOL)")
"""SQLite: no room, trouble with the file, another process has it."""

AWAY_KINDS: tuple[type[Exception], ...] = (OSError, PoolTimeout, DBAPIError, DatabaseSuspect)
"""What `is_away` and `is_silent` may say yes to: who catches by kind catches these, and asks them."""

SUSPECT_ERRORS = re.compile(r"SQLITE_(CORRUPT(_.*)?|NOTADB|IOERR_(FSYNC|DIR_FSYNC|CORRUPTFS|DATA))")
"""SQLite: the disk did not keep what it was given, or gives back something else. See `suspicion`."""

LOG_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that SQLite's write-ahead log keeps on the disk once it has been folded in, however long it was."""

SQLITE_SETTINGS: Final[Mapping[str, int | str]] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what is committed is on the disk
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cache_size": -16384,  # KiB a connection: with SQLite's own 2 MiB, inner pages of a large index are read anew
    "journal_size_limit": LOG_LIMIT,
}
"""The settings of every connection to a SQLite file, as they are asked for and as they are read back."""

PATIENCE = 600
"""Seconds that counting in the background may take."""


def parse_url(url: str) -> URL:
    """The database's address with the right driver. Raises DatabaseUrlInvalid, never repeating a password."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlInvalid("this is not a database address") from error
    family = parsed.drivername.split("+")[0]
    if family in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    if family == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseUrlInvalid("a SQLite database needs a file; an in-memory one would lose every answer")
        return parsed.set(drivername="sqlite+aiosqlite")
    raise DatabaseUrlInvalid(f"databases of kind {family!r} are not supported")


def is_sqlite(url: URL) -> bool:
    """Whether this address is a SQLite file."""
    return url.get_backend_name() == "sqlite"


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database, else None."""
    return Path(str(url.database)) if is_sqlite(url) else None


def make_engine(url: URL, *, writer: bool, checkpoints: bool = True) -> AsyncEngine:
    """An engine with the settings of DELIVERY.md 7.1 and 7.2.

    `checkpoints=False` is for a second process beside a running server: it writes, but leaves checkpoints to the
    server.
    """
    return _sqlite_engine(url, writer=writer, checkpoints=checkpoints) if is_sqlite(url) else _postgres_engine(url)


def _sqlite_engine(url: URL, *, writer: bool, checkpoints: bool) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1 if writer else 4, max_overflow=0, pool_timeout=30)
    _prepare(engine.sync_engine, writer=writer, checkpoints=checkpoints)
    _begin_with(engine.sync_engine, "BEGIN IMMEDIATE" if writer else "BEGIN")
    return engine


def make_writing_engine(url: URL, *, checkpoints: bool) -> Engine:
    """A SQLite file's engine without asyncio, for the one thread that writes (storage/writer.py)."""
    engine = _plain_engine(url)
    _prepare(engine, writer=True, checkpoints=checkpoints)
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def make_looking_engine(url: URL) -> Engine:
    """A SQLite file's engine without asyncio, for looks that read one statement each: there are no transactions."""
    engine = _plain_engine(url)
    _prepare(engine, writer=False, checkpoints=False)
    return engine


def _plain_engine(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="sqlite"), pool_size=1, max_overflow=0, connect_args={"factory": _WholeAnswers}
    )


class _WholeCursor(sqlite3.Cursor):
    """Reads all rows at once: what is written while they are looked through does not change them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Nothing is read yet."""
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run a statement and take all it answers."""
        super().execute(sql, parameters)
        self._rows = deque(super().fetchall()) if self.description is not None else deque()
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """So many rows, or those that are left."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        rows = list(self._rows)
        self._rows.clear()
        return rows


class _WholeAnswers(sqlite3.Connection):
    """A connection whose cursors read all rows at once."""

    def cursor(self, factory: Any = _WholeCursor) -> Any:
        """A new cursor."""
        return super().cursor(factory)


def sqlite_settings(*, writer: bool, checkpoints: bool) -> Mapping[str, int | str]:
    """The settings of such a connection: a reader writes nothing, and one connection of a file folds its log in."""
    mode = {"query_only": int(not writer), "wal_autocheckpoint": 1000 if writer and checkpoints else 0}
    return {**SQLITE_SETTINGS, **mode}


def _prepare(engine: Engine, *, writer: bool, checkpoints: bool) -> None:
    """Every connection of this engine has the settings of DELIVERY.md 7.1, and leaves transactions to us."""
    asked = sqlite_settings(writer=writer, checkpoints=checkpoints)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for name, value in asked.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()


def _begin_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)


def make_patient_engine(url: URL) -> AsyncEngine:
    """An engine for counting that may take minutes: one connection of its own, so no page waits for it."""
    if is_sqlite(url):
        engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=PATIENCE)
        _prepare(engine.sync_engine, writer=False, checkpoints=False)
        _begin_with(engine.sync_engine, "BEGIN")
        return engine
    return _postgres_engine(url, connections=1, limit=PATIENCE)


def make_upgrading_engine(url: URL) -> AsyncEngine:
    """An engine for changing the schema: making an index of a large table takes as long as it takes."""
    if is_sqlite(url):
        return make_engine(url, writer=True, checkpoints=False)
    return _postgres_engine(url, connections=1, limit=None)


def _postgres_engine(url: URL, *, connections: int = 10, limit: int | None = 15) -> AsyncEngine:
    """`limit`: seconds that a statement may take; the driver gives up a little later, were the server not to answer."""
    settings = {
        "synchronous_commit": "on",
        "lock_timeout": "5s",
        "statement_timeout": f"{limit or 0}s",
        "idle_in_transaction_session_timeout": "30s" if limit else "0",
        "application_name": "holdback",
    }
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=limit + 15 if limit else 30,
        isolation_level="READ COMMITTED",
        connect_args={"command_timeout": limit + 15 if limit else None, "server_settings": settings},
    )


def may_retry(error: DBAPIError) -> bool:
    """Whether the whole transaction may simply be run again."""
    if _state_of(error) in RETRY_STATES:
        return True
    return bool(re.search(r"database is locked|database table is locked", str(error.orig)))


def is_away(error: BaseException) -> bool:
    """Whether the database itself is in trouble: away, full, locked. Nothing is wrong then with what was to be done."""
    if isinstance(error, OSError):  # no way to the server; one that names a file is about that file
        return error.filename is None
    if isinstance(error, PoolTimeout):  # all connections wait for the server
        return True
    if not isinstance(error, DBAPIError) or suspicion(error):
        return False
    named = getattr(error.orig, "sqlite_errorname", None) or ""
    away = AWAY_ERRORS.match(named) or AWAY_STATES.fullmatch(_state_of(error) or "")
    return error.connection_invalidated or isinstance(error, InterfaceError) or bool(away)


def is_silent(error: BaseException) -> bool:
    """Whether nobody can be answered now: the database is away, or its file is not asked any more.

    For who asks on behalf of a caller that can come again. Who works on by itself waits only for what `is_away`.
    """
    return isinstance(error, DatabaseSuspect) or is_away(error)


def suspicion(error: BaseException | None) -> str | None:
    """SQLite's name of an error after which its file may not be trusted, else None.

    After a failed fsync the system may have dropped what it was to write, and say that the next one succeeded. A write
    that failed (no room, a quota) is none of these: SQLite knows of it, has rolled back, and writes all of it anew.
    """
    named = getattr(getattr(error, "orig", error), "sqlite_errorname", None) or ""
    return named if SUSPECT_ERRORS.fullmatch(named) else None


def _state_of(error: DBAPIError) -> str | None:
    """PostgreSQL's code of what went wrong."""
    return getattr(error.orig, "sqlstate", None) or getattr(getattr(error.orig, "__cause__", None), "sqlstate", None)


def fold_wal(connection: Connection) -> bool:
    """Fold a SQLite file's write-ahead log in as far as readers allow; whether all of it is. Outside of transactions.

    SQLite does so by itself after commits, and says nothing when the disk fails in it: here that is raised.
    """
    driver: Any = connection.connection.driver_connection
    _, pages, folded = driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return bool(pages == folded)


def truncate_wal(connection: Connection) -> bool:
    """Fold a SQLite file's write-ahead log in and empty it, outside of any transaction. False while readers keep it."""
    # The driver itself: SQLAlchemy would begin a transaction, in which there are no checkpoints.
    driver: Any = connection.connection.driver_connection
    busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
