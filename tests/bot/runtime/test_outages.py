"""The database was away while Telegram was not: taps of that time may be lost, and people are told so on return."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.app import receiving
from bot.runtime.outages import AWAY, BEAT, Outages
from bot.runtime.supervisor import Supervisor
from storage import away
from tests.proofs.town import Town, open_town

ANN = 71
NOTICE = "I was away for a moment."


@pytest_asyncio.fixture
async def town(published_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Ann has been asked, by webhook; no tap of hers arrives."""
    secret = SecretStr("s3cret-of-the-webhook")
    town = open_town(published_url, tmp_path, telegram_mode="webhook", telegram_webhook_secret=secret)
    async with town as opened:
        await opened.arrive(ANN)
        await opened.house.database.pragma("busy_timeout = 1")
        yield opened


@pytest.fixture
def outages(town: Town) -> Outages:
    house = town.house
    return Outages(house.database, town.clock, house.bells, house.texts, lambda: receiving(house, ("web",)))


@contextmanager
def locked(town: Town) -> Iterator[None]:
    with closing(sqlite3.connect(str(town.house.database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def shown(town: Town) -> list[str]:
    """What stands in Ann's chat, once all that waits has gone out."""
    await town.settle()
    return ["\n".join(one.message.paragraphs) for one in town.wire.chats[str(ANN)].values()]


async def pass_by(town: Town, outages: Outages, by: timedelta) -> int:
    """So much time passes, in steps with a look each; how many messages were made."""
    made, until = 0, town.clock.now() + by
    while town.clock.now() < until:
        town.clock.advance(BEAT)
        made += await outages.look()
    return made


async def test_a_database_that_was_locked_for_minutes_is_a_gap(town: Town, outages: Outages) -> None:
    assert await outages.look() == 0
    with locked(town), capture_logs() as logs:
        assert await pass_by(town, outages, AWAY + BEAT) == 0
    assert [one["event"] for one in logs] == ["nothing can be written down, because the database is away"]
    town.clock.advance(BEAT)
    assert await outages.look() == 1 and await outages.look() == 0
    assert NOTICE in (await shown(town))[-1]
    assert await pass_by(town, outages, AWAY + BEAT) == 0, "once"


async def test_one_that_was_locked_for_a_moment_is_none(town: Town, outages: Outages) -> None:
    await outages.look()
    with locked(town):
        await pass_by(town, outages, BEAT)
    assert await pass_by(town, outages, AWAY + BEAT) == 0
    assert await town.house.database.look(away.heard_until) == town.clock.now()
    assert NOTICE not in (await shown(town))[-1]


async def test_a_disk_with_room_for_a_beat_and_for_no_update_is_full(town: Town, outages: Outages) -> None:
    """Nobody writes again; once Telegram has given up what it could not hand over, open questions say so."""
    database = town.house.database
    await outages.look()
    await database.pragma(f"max_page_count = {await database.pragma('page_count')}")
    letters = (town.put(town.says(99, "x" * 3000)) for _ in range(300))
    kept = await asyncio.gather(*letters, return_exceptions=True)
    assert isinstance(kept[-1], DBAPIError)
    assert await pass_by(town, outages, AWAY - BEAT) == 0
    await database.pragma("max_page_count = 1000000")
    assert await pass_by(town, outages, 2 * BEAT) == 1


async def test_one_that_is_written_down_again_soon_ends_it(town: Town, outages: Outages) -> None:
    await outages.look()
    with locked(town), pytest.raises(DBAPIError):
        await town.put(town.says(ANN, "hello?"))
    town.clock.advance(BEAT)
    await outages.look()
    assert await town.house.database.look(away.heard_until) == town.clock.now() - BEAT, "it is not known yet"
    await town.put(town.says(ANN, "hello?"))
    await outages.look()
    assert await town.house.database.look(away.heard_until) == town.clock.now()


async def test_the_loop_does_not_fall_over(town: Town, outages: Outages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.outages.LOOK", 0.01)
    supervisor = Supervisor(town.clock)
    with locked(town):
        supervisor.run("outages", lambda: outages.watch(supervisor))
        await asyncio.sleep(0.2)
    await supervisor.stop()
    assert supervisor.failures == {}
