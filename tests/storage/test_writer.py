"""SQLite's writing thread: what waits together shares a commit, and nobody's failure is another one's."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, select

from storage import facts, prospects
from storage.database import Database, Tx
from storage.engines import is_away
from storage.tables import prospects as prospect_table
from storage.writer import ATTEMPTS

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def file(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated SQLite file, opened."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@contextmanager
def commits_of(database: Database) -> Iterator[list[None]]:
    """Noted meanwhile: every commit."""
    assert database._writer is not None
    found: list[None] = []

    def committed(_connection: Any) -> None:
        found.append(None)

    event.listen(database._writer._engine, "commit", committed)
    yield found
    event.remove(database._writer._engine, "commit", committed)


def keep(name: str, *, fails: bool = False) -> Callable[[Tx], Awaitable[str]]:
    """Work that writes a fact; with `fails` it raises after that."""

    async def work(tx: Tx) -> str:
        await facts.put(tx, name, "kept")
        if fails:
            raise ValueError(name)
        return name

    return work


async def kept(database: Database) -> set[str]:
    """The facts of this file."""
    async with database.read() as tx:
        return {name for name in "abcdefgh" if await facts.get(tx, name) is not None}


async def all_at_once(database: Database, works: list[Callable[[Tx], Awaitable[str]]]) -> list[object]:
    """Ask for all of these while the writer is busy with something else."""
    busy = asyncio.ensure_future(database.transact(_busy))
    await asyncio.sleep(0.02)
    found = await asyncio.gather(*(database.transact(work) for work in works), return_exceptions=True)
    await busy
    return list(found)


async def _busy(tx: Tx) -> None:
    steps = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n"
    await tx.exec_driver_sql(steps)


async def test_what_waits_together_shares_a_commit(file: Database) -> None:
    with commits_of(file) as commits:
        assert await all_at_once(file, [keep(name) for name in "abcdefgh"]) == list("abcdefgh")
    assert len(commits) == 2, "one for what kept it busy, one for the eight that waited"
    assert await kept(file) == set("abcdefgh")


async def test_one_that_fails_takes_nobody_with_it(file: Database) -> None:
    found = await all_at_once(file, [keep("a"), keep("b", fails=True), keep("c")])
    assert found[0] == "a" and found[2] == "c" and isinstance(found[1], ValueError)
    assert await kept(file) == {"a", "c"}


async def test_a_transaction_waits_for_nothing_but_its_database(file: Database) -> None:
    async def work(tx: Tx) -> None:
        await facts.put(tx, "a", "kept")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="before or after it"):
        await file.transact(work)
    assert await kept(file) == set()


async def test_rows_are_as_they_were_when_they_were_asked_for(file: Database) -> None:
    """On PostgreSQL, too: writing while looking through them changes nothing about them."""

    async def work(tx: Tx) -> int:
        for _ in range(3):
            await prospects.create(tx, NOW)
        count = 0
        for _ in await tx.execute(select(prospect_table.c.id).order_by(prospect_table.c.id)):
            await prospects.create(tx, NOW)
            count += 1
        return count

    assert await file.transact(work) == 3


async def test_a_look_sees_what_is_committed_and_begins_nothing(file: Database) -> None:
    async def look(tx: Tx) -> str | None:
        return await facts.get(tx, "a")

    assert await file.look(look) is None
    await file.transact(keep("a"))
    assert await file.look(look) == "kept", "it holds no view of an earlier moment"
    with pytest.raises(ValueError, match="odd"):
        await file.look(_odd)
    assert await file.look(look) == "kept", "and goes on after a fault"


async def _odd(_tx: Tx) -> None:
    raise ValueError("odd")


async def test_a_caller_that_gives_up_tears_nothing_apart(file: Database) -> None:
    asked = asyncio.ensure_future(file.transact(keep("a")))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await file.transact(keep("b"))
    assert await kept(file) == {"a", "b"}


async def test_who_waits_together_while_another_process_holds_the_file_is_told_together(
    file: Database,
) -> None:
    """And not one after the other, each after as many tries: the last of eight would wait for minutes."""
    assert file._writer is not None
    tries: list[None] = []
    event.listen(file._writer._engine, "checkout", lambda *_: tries.append(None))
    await file._writer.outside(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(str(file.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    tries.clear()
    found = await asyncio.gather(*(file.transact(keep(name)) for name in "abcdefgh"), return_exceptions=True)
    assert all(isinstance(one, BaseException) and is_away(one) for one in found)
    assert len(tries) <= 2 * ATTEMPTS, "the first alone, or with those that came meanwhile"
    other.execute("ROLLBACK")
    other.close()
    assert await file.transact(keep("a")) == "a" and await kept(file) == {"a"}
