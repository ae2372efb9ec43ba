"""Workers on PostgreSQL: what a dead one held is free soon, nothing goes twice, and who wakes up late does nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from storage import claiming, inbox, outbox, sending, workers
from storage.database import Database
from storage.inbox import Claimed, RawInput
from storage.outbox import Leased
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from storage.tables import workers as table
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Workers are written down on PostgreSQL alone."""
    return postgres_url


async def join(database: Database) -> int:
    return await database.transact(lambda tx: workers.join(tx, ["intake", "dispatch"]))


async def silent_for(database: Database, worker: int, seconds: float) -> None:
    """It was last seen so long ago."""
    seen = func.now() - timedelta(seconds=seconds)
    await database.transact(lambda tx: tx.execute(update(table).where(table.c.id == worker).values(seen_at=seen)))


async def claim_input(database: Database, worker: int) -> list[Claimed]:
    return await database.transact(lambda tx: inbox.claim(tx, NOW, 100, worker))


async def claim_messages(database: Database, worker: int) -> list[Leased]:
    return await database.transact(lambda tx: claiming.claim(tx, NOW, "telegram", 10, worker=worker))


async def take_back(database: Database) -> int:
    return await database.transact(workers.take_back_from_lost)


async def states(database: Database) -> list[str]:
    async with database.read() as tx:
        return list((await tx.execute(select(outbox_table.c.state).order_by(outbox_table.c.id))).scalars())


async def names(database: Database) -> list[int]:
    async with database.read() as tx:
        return list((await tx.execute(select(table.c.id).order_by(table.c.id))).scalars())


async def put_input(database: Database) -> None:
    await database.transact(lambda tx: inbox.put(tx, [RawInput("test", "key", "lane", "said")], NOW))


async def put_messages(database: Database, *kinds: str) -> None:
    """A message of each kind, each to somebody else."""
    people = await open_conversations(database, len(kinds), shipped_flow())
    for who, kind in zip(people, kinds, strict=True):
        await database.transact(lambda tx, who=who, kind=kind: put_message(tx, *who, kind=kind))  # type: ignore[misc]


async def test_what_a_dead_worker_held_is_handed_out_again_and_what_it_sent_is_unknown(database: Database) -> None:
    dead, other = await join(database), await join(database)
    await put_input(database)
    await put_messages(database, "reply", "reply", "edit")
    (input_row,) = await claim_input(database, dead)
    leased = await claim_messages(database, dead)
    await database.transact(lambda tx: sending.start(tx, [leased[0].id, leased[2].id], NOW))
    await silent_for(database, dead, 14)
    assert await take_back(database) == 0 and await states(database) == ["sending", "leased", "sending"]
    await silent_for(database, dead, 16)
    assert await take_back(database) == 1, "an edit may be made again"
    assert await states(database) == ["unknown", "ready", "ready"]
    assert await names(database) == [other]
    (again,) = await claim_input(database, other)
    assert (again.id, again.attempts) == (input_row.id, 2)
    assert {row.id for row in await claim_messages(database, other)} == {leased[1].id, leased[2].id}


async def test_who_says_goodbye_lays_everything_down_at_once(database: Database) -> None:
    leaving, other = await join(database), await join(database)
    await put_input(database)
    await put_messages(database, "reply", "reply")
    await claim_input(database, leaving)
    called, _ = await claim_messages(database, leaving)
    await database.transact(lambda tx: sending.start(tx, [called.id], NOW))
    assert await database.transact(lambda tx: workers.leave(tx, leaving)) == 1
    assert await states(database) == ["unknown", "ready"] and await names(database) == [other]
    assert len(await claim_input(database, other)) == 1


async def test_who_wakes_up_late_finds_that_nothing_is_theirs(database: Database) -> None:
    sleeper = await join(database)
    await put_input(database)
    await put_messages(database, "reply")
    claimed, (leased,) = await claim_input(database, sleeper), await claim_messages(database, sleeper)
    await silent_for(database, sleeper, 16)
    await take_back(database)
    assert not await database.transact(lambda tx: workers.beat(tx, sleeper)), "it is to join again"
    assert await join(database) != sleeper
    assert await database.transact(lambda tx: inbox.still_ours(tx, claimed)) == []
    assert await database.transact(lambda tx: sending.to_send(tx, [leased])) == {}


@pytest.mark.parametrize(("known", "state"), [(outbox.INTERRUPTED, "sent"), ("the line broke", "unknown")])
async def test_who_was_only_taken_for_dead_says_late_that_it_was_sent(
    database: Database, known: str, state: str
) -> None:
    worker = await join(database)
    await put_messages(database, "reply")
    (leased,) = await claim_messages(database, worker)
    await database.transact(lambda tx: sending.start(tx, [leased.id], NOW))
    await silent_for(database, worker, 16)
    await take_back(database)
    await database.transact(lambda tx: tx.execute(update(outbox_table).values(reason=known)))
    await database.transact(lambda tx: outbox.arrived(tx, [(leased, "77")], NOW))
    assert await states(database) == [state]


async def test_what_an_unfinished_transaction_has_locked_is_left_for_the_next_time(database: Database) -> None:
    """Who was stopped within a transaction must hold up nobody who looks after the rest."""
    stopped, other = await join(database), await join(database)
    await put_input(database)
    await put_messages(database, "reply")
    claimed, _ = await claim_input(database, stopped), await claim_messages(database, stopped)
    await silent_for(database, stopped, 16)
    async with database.read() as held:
        assert len(await inbox.still_ours(held, claimed)) == 1
        async with asyncio.timeout(2):
            await take_back(database)
        assert await states(database) == ["ready"] and await claim_input(database, other) == []
        assert await names(database) == [stopped, other]
    await take_back(database)
    assert await names(database) == [other] and len(await claim_input(database, other)) == 1


async def test_a_row_that_waits_for_another_try_keeps_its_pause(database: Database) -> None:
    dead = await join(database)
    await put_input(database)
    (row,) = await claim_input(database, dead)
    await database.transact(lambda tx: inbox.failed(tx, row, "broken", NOW))
    await silent_for(database, dead, 16)
    await take_back(database)
    assert await claim_input(database, await join(database)) == []


async def test_who_is_at_work_is_known(database: Database) -> None:
    first, second = await join(database), await join(database)
    await silent_for(database, first, 20)
    async with database.read() as tx:
        assert [(row.id, row.roles) for row in await workers.live(tx)] == [(second, "intake,dispatch")]


async def rows_in_hand(database: Database) -> Any:
    async with database.read() as tx:
        query = select(inbox_table.c.worker).where(inbox_table.c.state == "new")
        return (await tx.execute(query)).scalars().all()


async def test_whoever_has_no_number_holds_by_the_clock_alone(database: Database) -> None:
    """A command that takes turns beside the servers is none of them: nobody takes back what it is at."""
    await put_input(database)
    await database.transact(lambda tx: inbox.claim(tx, NOW, 100))
    await silent_for(database, await join(database), 16)
    await take_back(database)
    assert await rows_in_hand(database) == [None] and await claim_input(database, await join(database)) == []
