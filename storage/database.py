"""One database: its engines, its transactions, its schema version."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Row
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialects
from storage.errors import SchemaOutdated, TakenMeanwhile

T = TypeVar("T")

Record = Row[*tuple[Any, ...]]
"""A row as it comes out of a query, with its columns as attributes."""

Tx = AsyncConnection
"""A transaction: what every function of storage takes."""

ATTEMPTS = 5


class Database:
    """The database of one process. Create it once in the composition root; `close` it at the end.

    On SQLite there is one writing connection (waiting for it is fair, and never SQLITE_BUSY inside this process) and a
    few readers.
    """

    def __init__(self, url: str, *, checkpoints: bool = True) -> None:
        """Take the address; nothing is opened yet. Raises DatabaseUrlInvalid."""
        self.url: URL = dialects.parse_url(url)
        self._writer = dialects.make_engine(self.url, writer=True, checkpoints=checkpoints)
        self._reader = dialects.make_engine(self.url, writer=False) if self.is_sqlite else self._writer
        self._under_way, self._at_rest = 0, asyncio.Event()
        self._at_rest.set()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return dialects.is_sqlite(self.url)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that only reads."""
        async with self._reader.connect() as tx, tx.begin():
            yield tx

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in one writing transaction and commit.

        Shielded: a cancelled caller cannot tear a commit apart. Deadlocks, lock time-outs and codes taken by others
        make the whole transaction run again; `work` must therefore have no effect outside of it.
        """
        self._under_way += 1
        self._at_rest.clear()
        return await asyncio.shield(self._until_done(work))

    async def _until_done(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        try:
            return await self._transact(work)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._at_rest.set()

    async def _transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._writer.connect() as tx, tx.begin():
                    return await work(tx)
            except TakenMeanwhile:
                if attempt == ATTEMPTS:
                    raise
            except DBAPIError as error:
                if attempt == ATTEMPTS or not dialects.may_retry(error):
                    raise
                await asyncio.sleep(0.02 * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def check(self) -> None:
        """Raises SchemaOutdated when the schema is not the one this program was made for."""
        async with self.read() as tx:
            found = await tx.run_sync(_current)
        if found != newest_version():
            raise SchemaOutdated(found, newest_version())

    async def pragma(self, name: str) -> Any:
        """A SQLite setting as the writing connection sees it; None on PostgreSQL."""
        if not self.is_sqlite:
            return None
        async with self._writer.connect() as tx:
            return (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one()

    async def wipe(self) -> bool:
        """After the commit of an erasure: leave no copy of what was erased in SQLite's write-ahead log.

        Call it outside of any transaction. False when readers kept it from being emptied; the next checkpoint does it
        then.
        """
        return await dialects.truncate_wal(self._writer)

    async def close(self) -> None:
        """Let transactions end whose callers have gone, then close all connections, readers first.

        The last one to close folds the write-ahead log in.
        """
        await self._at_rest.wait()
        if self._reader is not self._writer:
            await self._reader.dispose()
        await self._writer.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    """The schema version that this program needs."""
    return str(_script().get_current_head())


async def ensure_schema(url: str) -> None:
    """Make the tables of a fresh database.

    Raises SchemaOutdated for one of another version: that is the operator's decision.
    """
    parsed = dialects.parse_url(url)
    file = dialects.sqlite_file(parsed)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        await upgrade(url)
        return
    database = Database(url, checkpoints=False)
    try:
        await database.check()
    except SchemaOutdated as outdated:
        if outdated.found is not None:
            raise
        await upgrade(url)
    finally:
        await database.close()


async def upgrade(url: str) -> None:
    """Bring the schema to the newest version, in one transaction. Safe to run again after being killed at any point."""
    parsed = dialects.parse_url(url)
    file = dialects.sqlite_file(parsed)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)
    engine = dialects.make_engine(parsed, writer=True)
    try:
        async with engine.connect() as connection:
            if file is not None:
                await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                await connection.rollback()
            async with connection.begin():
                await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
    finally:
        await engine.dispose()
