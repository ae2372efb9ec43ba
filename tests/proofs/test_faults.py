"""The database is full, locked, cut off or gone; the clock jumps; a flow is published in the middle of it all.

Nothing is lost, nothing is said twice, and what waited goes on by itself once the trouble is over.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.runtime import turns
from bot.runtime.ports import Deferred
from storage import flowbook, inbox
from storage.engines import is_away
from tests.edge.databases import upgrade
from tests.edge.postgres import Postgres
from tests.edge.test_databases import own_server
from tests.proofs.town import Town, broken, open_town

__all__ = ["own_server"]

ANN, BOB = 71, 72
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HELD = 6.0
"""Seconds; a statement waits for five, on both databases."""
VERSIONS = (
    "SELECT i.value, c.flow_version FROM conversations AS c JOIN identities AS i ON i.prospect_id = c.prospect_id"
    " AND i.kind = 'telegram'"
)
BUDAPEST = ZoneInfo("Europe/Budapest")


@pytest_asyncio.fixture
async def town(town_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with Ann and Bob, who have been asked."""
    async with open_town(town_url, tmp_path) as opened:
        await opened.arrive(ANN, BOB)
        yield opened


@pytest_asyncio.fixture
async def file_town(published_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The same on a SQLite file, for what happens to files only."""
    async with open_town(published_url, tmp_path) as opened:
        await opened.arrive(ANN, BOB)
        yield opened


@pytest_asyncio.fixture
async def far_town(postgres_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The same on PostgreSQL, for what happens to servers only."""
    async with open_town(postgres_url, tmp_path) as opened:
        await opened.arrive(ANN, BOB)
        yield opened


async def attempts(town: Town) -> list[tuple[Any, ...]]:
    return await town.rows("SELECT state, attempts FROM inbox ORDER BY id DESC LIMIT 1")


async def answered(town: Town, user: int) -> list[str]:
    found = await town.found(
        "SELECT i.value, a.value FROM answers AS a JOIN identities AS i ON i.prospect_id = a.prospect_id"
        " AND i.kind = 'telegram' WHERE a.superseded_at IS NULL ORDER BY a.id"
    )
    return [str(value) for (value,) in found.get(user, [])]


async def fill_up(town: Town) -> None:
    """No page can be added to the file, and none that is free is left."""
    pages = await town.house.database.pragma("page_count")
    await town.house.database.pragma(f"max_page_count = {pages}")
    with pytest.raises(DBAPIError) as error:
        await asyncio.gather(*(town.put(town.says(99, "x" * 3000)) for _ in range(300)))
    assert is_away(error.value)


async def test_a_full_disk_takes_nothing_loses_nothing_and_goes_on_when_there_is_room(
    file_town: Town,
) -> None:
    town = file_town
    tap = town.taps(ANN, "price")
    await town.put(tap)
    said = len(town.wire.handed)
    await fill_up(town)
    refused = town.says(BOB, "too expensive " * 280)
    with pytest.raises(DBAPIError):
        await town.put(refused)
    for _ in range(5):
        with pytest.raises(DBAPIError):
            await town.settle()
    assert len(town.wire.handed) == said, "what is not committed is not said"
    await town.house.database.pragma("max_page_count = 1000000")
    await town.live(refused)
    assert await answered(town, ANN) == ["price"] and len(await answered(town, BOB)) == 1
    assert await broken(town) == []


def _lock(other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")


async def test_a_database_that_another_process_holds_is_waited_for_and_no_attempt_counts(
    file_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = file_town
    await town.house.database.pragma("busy_timeout = 1")
    tap, file = town.taps(ANN, "price"), str(town.house.database.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError) as error:
            await town.put(tap)
        assert is_away(error.value), "whoever receives it is told, and Telegram keeps it"
        other.execute("ROLLBACK")
        await town.put(tap)
        for _ in range(4):
            monkeypatch.setattr(turns, "failpoint", lambda name: _lock(other) if name == "turns.claimed" else None)
            with pytest.raises(DBAPIError):
                await town.settle()
            other.execute("ROLLBACK")
        monkeypatch.undo()
    await town.settle()
    assert await answered(town, ANN) == ["price"] and await attempts(town) == [("done", 1)]
    assert await broken(town) == []


@asynccontextmanager
async def held(town: Town) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Somebody else may take the inbox to themselves: at a call, for longer than one statement waits for it."""
    engine = create_async_engine(town.house.database.url)
    statement = "BEGIN IMMEDIATE" if town.house.database.is_sqlite else "LOCK TABLE inbox IN EXCLUSIVE MODE"
    releases: list[asyncio.Future[None]] = []

    async def hold() -> None:
        await other.exec_driver_sql(statement)
        asyncio.get_running_loop().call_later(HELD, lambda: releases.append(asyncio.ensure_future(other.rollback())))

    try:
        async with engine.connect() as other:
            yield hold
            await asyncio.gather(*releases)
    finally:
        await engine.dispose()


@pytest.mark.slow
async def test_a_database_that_is_held_for_longer_than_a_statement_waits_is_waited_for_as_well(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the five seconds that statements really wait: while something comes in, and in the middle of a turn."""
    tap = town.taps(ANN, "price")
    async with held(town) as hold:
        await hold()
        began = time.monotonic()
        await town.put(tap)
        assert time.monotonic() - began >= HELD, "it was held all the time"
    async with held(town) as hold:
        claim = town.house.turner._claim

        async def claim_and_hold() -> Any:
            monkeypatch.undo()
            claimed = await claim()
            await hold()
            return claimed

        monkeypatch.setattr(town.house.turner, "_claim", claim_and_hold)
        began = time.monotonic()
        await town.settle()
        assert time.monotonic() - began >= HELD, "it was held all the time"
    assert await answered(town, ANN) == ["price"] and await attempts(town) == [("done", 1)]
    assert await broken(town) == []


async def test_what_became_of_a_message_is_written_down_once_the_database_is_back(
    file_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was delivered while the database was locked: it is no message of unknown fate."""
    town = file_town
    await town.house.database.pragma("busy_timeout = 1")
    file = str(town.house.database.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        send = town.wire.send

        async def lock_meanwhile(outgoing: Any) -> Any:
            receipt = await send(outgoing)
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.4, other.execute, "ROLLBACK")
            monkeypatch.undo()
            return receipt

        monkeypatch.setattr(town.wire, "send", lock_meanwhile)
        await town.live(town.says(ANN, "/help"))
    assert await town.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]
    assert await broken(town) == []


@pytest.mark.parametrize("jump", [timedelta(days=365), -HOUR], ids=["a year on", "an hour back"])
async def test_a_clock_that_jumps_neither_floods_nor_silences_anybody(town: Town, jump: timedelta) -> None:
    """A reminder is due in a day, a message is to be tried again in a minute, and somebody died with input in hand."""
    begun, asked, told = town.clock.now(), len(town.wire.messages(ANN)), len(town.wire.messages(BOB))
    town.wire.fate = [Deferred(begun + MINUTE, "slow down")]
    await town.live(town.says(BOB, "/help"))
    await town.put(town.taps(BOB, "price"))
    assert await town.house.database.transact(lambda tx: inbox.claim(tx, begun, 10))
    town.clock.advance(jump)
    await town.settle()
    await town.live(town.says(ANN, "/help"))
    assert len(town.wire.messages(ANN)) == asked + (2 if jump > HOUR else 1), "who writes is answered at once"
    await town.wait(max(-jump, 5 * MINUTE) + 2 * MINUTE)
    assert await answered(town, BOB) == ["price"], "what had been in somebody's hands is taken"
    assert len(town.wire.messages(BOB)) == told + 2, "what was to be tried again has come, once, and what is asked next"
    await town.wait(max(begun + timedelta(hours=25) - town.clock.now(), MINUTE))
    assert len(town.wire.messages(ANN)) == asked + 2, "what was due in all that time is said, and once"
    town.clock.advance(-jump)
    await town.live(town.taps(ANN, "quality"))
    assert await answered(town, ANN) == ["quality"]
    assert await broken(town) == []


@pytest.mark.slow
@pytest.mark.parametrize("day", [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)], ids=str)
async def test_quiet_hours_hold_over_the_night_in_which_clocks_change(
    town_url: str, tmp_path: Path, day: datetime
) -> None:
    async with open_town(town_url, tmp_path, quiet_hours="20:00-09:00", timezone="Europe/Budapest") as town:
        town.clock.set(day + 12 * HOUR)
        await town.arrive(ANN)
        await town.rows("SELECT 1")
        for moment in range(4 * 24 * 4):
            town.clock.set(day + 12 * HOUR + moment * timedelta(minutes=15))
            await town.settle()
        sent = await town.rows("SELECT sent_at FROM outbox WHERE proactive AND state = 'sent'")
    assert sent, "there was a reminder"
    for (at,) in sent:
        local = datetime.fromisoformat(str(at)).replace(tzinfo=UTC).astimezone(BUDAPEST)
        assert 9 <= local.hour < 20, local


async def test_a_flow_published_in_the_middle_leaves_everybody_where_they_are(town: Town) -> None:
    """Some answer while the new version comes; those who come later are asked its questions."""
    await town.live(town.taps(BOB, "price"))
    sources = town.house.library.load_flow("barriers")
    old, new = "What held you back?", "What kept you from it?"
    texts = tuple(replace(one, content=one.content.replace(old, new)) for one in sources.texts["en"])
    changed = replace(sources, texts={**sources.texts, "en": texts})

    async def publish(tx: Any) -> Any:
        return await flowbook.publish(tx, "barriers", changed.digest(), changed.to_json(), town.clock.now())

    await town.put(town.taps(ANN, "quality"), town.says(73, "/start"))
    await town.house.database.transact(publish)
    await town.live(town.taps(BOB, "up_to_10"), town.says(74, "/start"))
    assert await answered(town, ANN) == ["quality"] and await answered(town, BOB) == ["price", "up_to_10"]
    versions = await town.found(VERSIONS)
    assert [versions[user] for user in (ANN, BOB, 74)] == [[(1,)], [(1,)], [(2,)]]
    assert new in town.wire.messages(74)[0].message.text and old in town.wire.messages(ANN)[0].message.text
    assert await broken(town) == []


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["turns.received", "turns.before_commit"])
async def test_a_connection_cut_in_the_middle_of_a_turn_costs_no_attempt(
    far_town: Town, postgres: Postgres, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    url = far_town.house.database.url.render_as_string(hide_password=False)
    cut: list[str] = []

    def cut_here(name: str) -> None:
        if name == place and not cut:
            cut.append(name)
            postgres.kill_connections(url)

    monkeypatch.setattr(turns, "failpoint", cut_here)
    await far_town.put(far_town.taps(ANN, "price"), far_town.taps(BOB, "quality"))
    with pytest.raises(DBAPIError):
        await far_town.settle()
    await far_town.settle()
    assert cut and await answered(far_town, ANN) == ["price"] and await answered(far_town, BOB) == ["quality"]
    assert {tuple(row) for row in await far_town.rows("SELECT state, attempts FROM inbox")} == {("done", 1)}
    assert await broken(far_town) == []


@pytest.fixture
def own_postgres_url(own_server: Postgres) -> str:
    """A migrated database on a server of this test, which it may crash."""
    return own_server.create_migrated(upgrade())


@pytest.mark.postgres
@pytest.mark.slow
async def test_what_became_of_a_message_is_written_down_once_a_server_that_crashed_is_back(
    own_postgres_url: str, own_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_town(own_postgres_url, tmp_path) as town:
        await town.arrive(ANN)
        crashes: list[asyncio.Future[None]] = []
        send = town.wire.send

        async def crash_meanwhile(outgoing: Any) -> Any:
            receipt = await send(outgoing)
            monkeypatch.undo()
            crashes.append(asyncio.get_running_loop().run_in_executor(None, own_server.crash))
            while await _is_there(town):  # noqa: ASYNC110 - it is gone when it is gone
                await asyncio.sleep(0.01)
            return receipt

        monkeypatch.setattr(town.wire, "send", crash_meanwhile)
        await town.live(town.says(ANN, "/help"))
        await asyncio.gather(*crashes)
        assert crashes and await town.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert await broken(town) == []


async def _is_there(town: Town) -> bool:
    try:
        await town.rows("SELECT 1")
    except Exception as error:
        if not is_away(error):
            raise
        return False
    return True


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_server_that_crashes_under_load_loses_nothing_and_says_nothing_twice(
    own_postgres_url: str, own_server: Postgres, tmp_path: Path
) -> None:
    """As `pg_ctl restart -m immediate`, three times, while forty people answer."""
    users = range(100, 140)
    async with open_town(own_postgres_url, tmp_path) as town:
        await town.arrive(*users)
        items = [town.taps(user, "price") for user in users]

        async def work() -> None:
            for at in range(0, len(items), 2):
                await _until_done(lambda at=at: town.put(*items[at : at + 2]))
                await _until_done(town.settle)

        load = asyncio.get_running_loop().create_task(work())
        for _ in range(3):
            await asyncio.sleep(0.2)
            await asyncio.to_thread(own_server.crash)
        await load
        await town.wait(timedelta(minutes=2))
        for user in users:
            assert await answered(town, user) == ["price"]
        assert await broken(town) == []


async def _until_done(work: Any) -> None:
    """As the loops do: again and again, a moment apart, while the database is away."""
    for _ in range(300):
        try:
            await work()
        except Exception as error:
            if not is_away(error):
                raise
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("the database did not come back")
