"""A server killed at every dangerous place: nothing is lost, nothing is done twice, what nobody can know is said."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.runtime.clock import Clock
from storage import links, prospects, shelf
from storage.database import Database, Tx
from storage.importing import ConsentSaid, Incoming, take_over
from tests.crash.server import LONGEST, Server
from tests.edge.telegram import TOKEN, FakeTelegram, FakeUser
from tests.journeys.rig import free_port

pytestmark = pytest.mark.xdist_group("crash")  # servers are forked from one process, warmed up by one worker

SECRET = "s" * 40
DELIVERED_ONCE = {
    # Where it is killed: the state of the offer's message afterwards, and how often it reached the prospect.
    "intake.before_commit": ("sent", 1),
    "intake.after_commit": ("sent", 1),
    "turns.claimed": ("sent", 1),
    "turns.saved": ("sent", 1),
    "turns.before_commit": ("sent", 1),
    "turns.committed": ("sent", 1),
    "dispatch.leased": ("sent", 1),
    "dispatch.sending": ("sent", 1),
    "dispatch.before_call": ("unknown", 0),
    "dispatch.after_call": ("unknown", 1),
    "dispatch.settling": ("unknown", 1),
    "dispatch.settled": ("sent", 1),
}
RARER = {
    *("intake.before_commit", "intake.after_commit"),
    *("turns.claimed", "turns.saved", "turns.before_commit", "turns.committed"),
    *("dispatch.leased", "dispatch.sending", "dispatch.before_call", "dispatch.settling", "dispatch.settled"),
}
SUITE = [pytest.param(one, marks=pytest.mark.slow) if one in RARER else one for one in DELIVERED_ONCE]
SAMPLE = ("turns.saved", "dispatch.sending", "dispatch.after_call")
EDITED_FIRST = 2
"""A tap leads to an edit of the question, which goes out first, and then to the offer."""


@dataclass
class World:
    """What outlives the server: its database, and Telegram."""

    server: Server
    database: Database
    telegram: FakeTelegram
    user: FakeUser

    async def rows(self, query: str) -> list[Any]:
        async with self.database.read() as tx:
            return list((await tx.execute(text(query))).all())

    async def value(self, query: str) -> Any:
        return (await self.rows(query))[0][0]


@asynccontextmanager
async def open_world(database_url: str, folder: Path) -> AsyncIterator[World]:
    async with FakeTelegram() as telegram:
        values = {
            "home_dir": folder,
            "database_url": database_url,
            "bind": f"127.0.0.1:{free_port()}",
            "secret_key": SECRET,
            "telegram_token": TOKEN,
            "telegram_api_url": telegram.url,
            "telegram_per_chat_seconds": 0,
            "quiet_hours": "",
        }
        database = Database(database_url, checkpoints=False)
        server = Server(**values)
        try:
            yield World(server, database, telegram, telegram.user())
        finally:
            await server.stop()
            await database.close()


async def know(database: Database) -> str:
    """A prospect with consent for both channels, and codes in the pool; returns the token of their deep link."""
    now = Clock().now()

    async def work(tx: Tx) -> str:
        said = tuple(ConsentSaid(channel, granted=True, at=now, text=None) for channel in ("telegram", "email"))
        ann = Incoming({"external": "ann", "email": "ann@mail.example"}, {"language": "en"}, said, "import", None)
        await take_over(tx, [ann], now=now, key=b"k")
        for number in range(5):
            await shelf.import_code(tx, "discount_10", f"TEN-{number}", None, now)
        prospect_id = await prospects.resolve(tx, "ann")
        assert prospect_id is not None
        return await links.token_for(tx, SECRET.encode(), "start", prospect_id, None, now)

    return await database.transact(work)


async def last_question_before_the_offer(world: World) -> None:
    await world.user.start(await know(world.database))
    await world.user.wait_for("held you back")
    await world.user.tap("The price")
    await world.user.wait_for("What price would feel right")
    await world.telegram.until(lambda: not world.telegram.pending)
    await settled(world)


async def settled(world: World) -> None:
    """Nothing waits any more."""
    query = (
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
        " + (SELECT count(*) FROM outbox WHERE state IN ('ready', 'leased', 'sending')) = 0"
    )
    await comes_to(world, query)


async def comes_to(world: World, query: str) -> None:
    """Wait until Telegram has nothing left for us, and this query says so too."""
    deadline = time.monotonic() + LONGEST
    while world.telegram.pending or not await world.value(query):
        assert time.monotonic() < deadline, await world.rows("SELECT kind, state, reason FROM outbox")
        await asyncio.sleep(0.02)


async def an_hour_passes(world: World) -> None:
    """Where other servers may be at work, what a dead one had in hand is taken up when its leases are over."""
    if world.database.is_sqlite:
        return

    async def work(tx: Tx) -> None:
        for table in ("inbox", "outbox"):
            await tx.execute(text(f"UPDATE {table} SET lease_until = lease_until - interval '1 hour'"))

    await world.database.transact(work)


async def survives(world: World, failpoint: str) -> None:
    state, times = DELIVERED_ONCE[failpoint]
    await world.server.start()
    await last_question_before_the_offer(world)
    world.server.arm(failpoint, EDITED_FIRST if failpoint.startswith("dispatch.") else 1)
    await world.user.tap("A little less")
    await world.server.killed()
    await an_hour_passes(world)
    await world.server.start()
    await settled(world)
    assert await world.rows("SELECT step, value FROM answers ORDER BY id") == [
        ("barrier", "price"),
        ("price", "up_to_10"),
    ]
    assert await world.rows("SELECT offer, code FROM grants") == [("discount_10", "TEN-0")]
    assert await world.value("SELECT count(*) FROM codes WHERE used_at IS NOT NULL") == 1
    assert await world.value("SELECT granted FROM offer_ledger WHERE offer = 'discount_10'") == 1
    assert await world.rows("SELECT state FROM outbox WHERE kind = 'offer'") == [(state,)]
    delivered = [sent for sent in world.telegram.sent if "TEN-0" in sent.text]
    assert len(delivered) == times
    await finishes(world, known=times == 1)


async def finishes(world: World, *, known: bool) -> None:
    """The conversation can be finished; a tap on a message of unknown fate proves that it arrived."""
    if not known:
        await world.user.start("")
        await world.user.wait_for("Does this help you?")
    await world.user.tap("Yes, thank you")
    await world.user.wait_for("glad to hear it")
    await settled(world)
    assert await world.rows("SELECT status, outcome FROM conversations") == [("ended", "helped")]
    offers = await world.rows("SELECT state FROM outbox WHERE kind = 'offer'")
    assert offers[0] == (("sent",) if known else ("unknown",))
    assert await world.value("SELECT count(*) FROM inbox WHERE state = 'quarantined'") == 0
    assert len({sent.text for sent in world.telegram.sent}) == len(world.telegram.sent), "nothing is said twice"


@pytest.mark.parametrize("failpoint", SUITE)
async def test_on_sqlite(published_url: str, tmp_path: Path, failpoint: str) -> None:
    async with open_world(published_url, tmp_path) as world:
        await survives(world, failpoint)


@pytest.mark.parametrize(
    "failpoint",
    [
        "dispatch.after_call",
        pytest.param("dispatch.before_call", marks=pytest.mark.slow),
        pytest.param("dispatch.settling", marks=pytest.mark.slow),
    ],
)
@pytest.mark.slow
async def test_an_edit_of_unknown_fate_is_made_again(published_url: str, tmp_path: Path, failpoint: str) -> None:
    """Editing twice harms nobody, so the question is closed and the offer comes."""
    async with open_world(published_url, tmp_path) as world:
        await world.server.start()
        await last_question_before_the_offer(world)
        world.server.arm(failpoint)
        await world.user.tap("A little less")
        await world.server.killed()
        await world.server.start()
        await settled(world)
        assert {row[0] for row in await world.rows("SELECT state FROM outbox")} == {"sent"}
        assert [message.labels for message in world.user.chat if message.by == "bot"][:2] == [[], []]
        await finishes(world, known=True)


async def test_an_answer_that_kills_the_server_is_put_aside(published_url: str, tmp_path: Path) -> None:
    """Whoever stands behind it is served; what was said is kept, whole, for a person to look at."""
    async with open_world(published_url, tmp_path) as world:
        await world.server.start()
        await last_question_before_the_offer(world)
        world.server.arm("turns.before_commit")
        await world.user.tap("A little less")
        await world.server.killed()
        for _ in range(2):
            await (await world.server.start(armed="turns.before_commit")).killed()
        await world.server.start(armed="turns.claimed")
        await comes_to(world, "SELECT count(*) FROM inbox WHERE state = 'quarantined'")
        await world.server.stop()
        await world.server.start()
        stranger = world.telegram.user()
        await stranger.start("")
        await stranger.wait_for("held you back")
        assert await world.value("SELECT count(*) FROM grants") == 0
        put_aside = await world.rows("SELECT attempts, note FROM inbox WHERE state = 'quarantined'")
        assert put_aside == [(3, "the process ended while handling it")]


@pytest.mark.slow
async def test_killed_while_enrolling(published_url: str, tmp_path: Path) -> None:
    async with open_world(published_url, tmp_path) as world:
        await world.server.start()
        await know(world.database)
        await world.server.stop()
        await world.database.transact(lambda tx: tx.exec_driver_sql("UPDATE campaigns SET state = 'running'"))
        await (await world.server.start(armed="enrol.before_commit")).killed()
        assert await world.value("SELECT count(*) FROM conversations") == 0
        await world.server.start()
        await comes_to(world, "SELECT count(*) FROM conversations")
        assert await world.rows("SELECT status FROM conversations") == [("waiting",)]
        assert await world.value("SELECT count(*) FROM timers") == 1


async def test_killed_while_a_timer_fires(published_url: str, tmp_path: Path) -> None:
    async with open_world(published_url, tmp_path) as world:
        await world.server.start()
        await world.user.start(await know(world.database))
        await world.user.wait_for("held you back")
        await settled(world)
        await world.server.stop()
        await world.database.transact(lambda tx: tx.exec_driver_sql("UPDATE timers SET due_at = '2026-01-01 00:00:00'"))
        await (await world.server.start(armed="timers.before_commit")).killed()
        assert await world.value("SELECT count(*) FROM outbox") == 1
        await world.server.start()
        await world.user.wait_for("Just a short reminder")
        await settled(world)
        assert len(world.telegram.sent) == 2


@pytest.mark.parametrize("failpoint", SAMPLE)
@pytest.mark.postgres
@pytest.mark.slow
async def test_on_postgresql(postgres_url: str, tmp_path: Path, failpoint: str) -> None:
    async with open_world(postgres_url, tmp_path) as world:
        await survives(world, failpoint)
