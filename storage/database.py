"""One database: its engines, its transactions, its schema version."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Row
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engines
from storage.dialects import steady
from storage.errors import SchemaOutdated, SettingsNotKept, TakenMeanwhile
from storage.failpoints import failpoint
from storage.moves import refuse_unless_home
from storage.schema import newest_version, schema_version
from storage.sound import Trust, log_size
from storage.writer import ATTEMPTS, Eye, Writer

T = TypeVar("T")

Record = Row[*tuple[Any, ...]]
"""A row as it comes out of a query, with its columns as attributes."""

WHO = ("writer", "reader", "counter", "looker")
"""The connections to a SQLite file, by what they are for."""

Tx = AsyncConnection
"""A transaction: what every function of storage takes."""


class Database:
    """The database of one process. Create it once in the composition root; `close` it at the end.

    On SQLite there is one writing connection in a thread of its own (waiting for it is fair, and never SQLITE_BUSY
    inside this process) and a few readers.
    """

    def __init__(self, url: str, *, checkpoints: bool = True) -> None:
        """Take the address; nothing is opened yet. Raises DatabaseUrlInvalid."""
        self.url: URL = engines.parse_url(url)
        self.trust = Trust(engines.sqlite_file(self.url))
        self._checkpoints = checkpoints
        self._engine = engines.make_engine(self.url, writer=not self.is_sqlite)
        self._writer: Writer | None = None
        self._eye: Eye | None = None
        if self.is_sqlite:
            writing = engines.make_writing_engine(self.url, checkpoints=checkpoints)
            self._writer = Writer(writing, self._engine, self.trust)
            self._eye = Eye(engines.make_looking_engine(self.url), self._engine, self.trust)
        self._patient = engines.make_patient_engine(self.url)
        self._under_way, self._at_rest = 0, asyncio.Event()
        self._at_rest.set()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return engines.is_sqlite(self.url)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that only reads."""
        with self.trust:
            async with self._engine.connect() as tx, tx.begin():
                yield tx

    @asynccontextmanager
    async def read_patiently(self) -> AsyncIterator[Tx]:
        """A transaction that only reads and may take minutes: as of one moment, and one at a time."""
        with self.trust:
            async with self._patient.connect() as tx, tx.begin():
                await steady(tx)
                yield tx

    async def look(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """What `work` sees, without the cost of a transaction, for a look that an index answers at once.

        Meant for one statement: several may each see another moment.
        """
        if self._eye is not None:
            return self._eye.look(work)
        async with self.read() as tx:
            return await work(tx)

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in one writing transaction and commit.

        Shielded: a cancelled caller cannot tear a commit apart. Deadlocks, lock time-outs and codes taken by others
        make the whole transaction run again; `work` must therefore have no effect outside of it, and wait for nothing
        else: on SQLite it runs in the writer's thread (storage/writer.py).
        """
        self._under_way += 1
        self._at_rest.clear()
        return await asyncio.shield(self._until_done(work))

    async def transact_patiently(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Like `transact`, for a repair that may take minutes; one at a time. Not for what anybody waits for."""
        return await (self._transact(work, self._patient) if self._writer is None else self.transact(work))

    async def _until_done(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        try:
            return await (self._transact(work) if self._writer is None else self._writer.transact(work))
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._at_rest.set()

    async def _transact(self, work: Callable[[Tx], Awaitable[T]], engine: AsyncEngine | None = None) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with (engine or self._engine).connect() as tx, tx.begin():
                    return await work(tx)
            except TakenMeanwhile:
                if attempt == ATTEMPTS:
                    raise
            except DBAPIError as error:
                if attempt == ATTEMPTS or not engines.may_retry(error):
                    raise
                await asyncio.sleep(0.02 * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def check(self) -> None:
        """Raises SchemaOutdated when the schema is not the one this program was made for.

        And MovedAway or MoveUnfinished when the installation does not live here, or not yet.
        """
        async with self.read() as tx:
            found = await tx.run_sync(schema_version)
            if found != newest_version():
                raise SchemaOutdated(found, newest_version())
            await refuse_unless_home(tx)

    async def refuse_unless_set(self) -> None:
        """Raises SettingsNotKept when a kind of connection to this SQLite file has not the settings it asked for.

        SQLite says nothing when it cannot take one: a log that the disk cannot have is simply not there.
        """
        if self._writer is None:
            return
        asked = {who: engines.sqlite_settings(writer=who == "writer", checkpoints=self._checkpoints) for who in WHO}

        async def kept(tx: Tx) -> dict[str, Any]:
            return {name: (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in asked["writer"]}

        async with self.read() as reading, self.read_patiently() as counting:
            found = await self.transact(kept), await kept(reading), await kept(counting), await self.look(kept)
        differences = [
            f"{name} of a {who} is {has[name]}, not {value}"
            for who, has in zip(WHO, found, strict=True)
            for name, value in asked[who].items()
            if has[name] != value
        ]
        if differences:
            raise SettingsNotKept(str(self.url.database), differences)

    async def pragma(self, name: str) -> Any:
        """A SQLite setting as the writing connection sees it; None on PostgreSQL."""
        if self._writer is None:
            return None
        return await self._writer.outside(lambda tx: tx.exec_driver_sql(f"PRAGMA {name}").scalar_one())

    async def wipe(self) -> bool:
        """After the commit of an erasure: leave no copy of what was erased in SQLite's write-ahead log.

        Call it outside of any transaction. False when readers kept it from being emptied: the next checkpoint does it
        then. And where the server folds the log in (storage/wiping.py asks it to); with none, the last to close does.
        """
        return self._writer is None or (self._checkpoints and await self._writer.outside(engines.truncate_wal))

    async def fold(self) -> bool:
        """Fold SQLite's write-ahead log in; False when a reader keeps it. Only where `checkpoints` is true."""
        return self._writer is None or await self._writer.outside(engines.fold_wal)

    def log_size(self) -> int:
        """Bytes of SQLite's write-ahead log on the disk; 0 on PostgreSQL."""
        file = engines.sqlite_file(self.url)
        return log_size(file) if file is not None else 0

    async def close(self) -> None:
        """Let transactions end whose callers have gone, then close all connections, readers first.

        The last one to close folds the write-ahead log in.
        """
        await self._at_rest.wait()
        if self._eye is not None:
            self._eye.close()
        await self._patient.dispose()
        await self._engine.dispose()
        if self._writer is not None:
            await self._writer.close()


async def ensure_schema(url: str) -> None:
    """Make the tables of a fresh database.

    Raises SchemaOutdated for one of another version: that is the operator's decision.
    """
    parsed = engines.parse_url(url)
    file = engines.sqlite_file(parsed)
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
    parsed = engines.parse_url(url)
    file = engines.sqlite_file(parsed)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)
    from storage.upgrading import bring_up  # noqa: PLC0415 - a start that finds its tables needs no alembic

    engine = engines.make_upgrading_engine(parsed)
    try:
        async with engine.connect() as connection:
            if file is not None:
                await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                await connection.rollback()
            async with connection.begin():
                await connection.run_sync(bring_up)
                failpoint("schema.before_commit")
    finally:
        await engine.dispose()
