"""The outbox: in order per prospect, one sender a row, and nothing again whose fate nobody knows."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import claiming, outbox, sending
from storage.database import Database, Tx
from storage.outbox import Leased
from storage.tables import outbox as table
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

SECOND = timedelta(seconds=1)


async def two_people(database: Database) -> tuple[tuple[int, int], tuple[int, int]]:
    ann, bob = await open_conversations(database, 2, shipped_flow())
    return ann, bob


async def put(database: Database, who: tuple[int, int], **columns: object) -> None:
    await database.transact(lambda tx: put_message(tx, *who, **columns))  # type: ignore[arg-type]  # a test names what it needs


async def claim(database: Database, after: timedelta = timedelta(0), limit: int = 16) -> list[Leased]:
    return await database.transact(lambda tx: claiming.claim(tx, NOW + after, "telegram", limit))


async def begin(tx: Tx, row: Leased) -> bool:
    """Look again and start sending it, if it is still ours."""
    ours = await sending.to_send(tx, [row])
    await sending.start(tx, list(ours), NOW)
    return bool(ours)


async def send(database: Database, row: Leased, state: str = "sent") -> bool:
    started = await database.transact(lambda tx: begin(tx, row))
    settled = await database.transact(lambda tx: outbox.settle(tx, row, state, now=NOW, remote_id="1"))
    return started and settled


async def send_and_note(database: Database, row: Leased, sent: list[Leased]) -> None:
    """Send it, noting it while nobody else may send what comes after it."""
    if await database.transact(lambda tx: begin(tx, row)):
        sent.append(row)
        await database.transact(lambda tx: outbox.settle(tx, row, "sent", now=NOW))


async def states(database: Database) -> list[str]:
    async with database.read() as tx:
        return list((await tx.execute(select(table.c.state).order_by(table.c.id))).scalars())


async def test_only_the_first_of_each_prospect_is_handed_out(database: Database) -> None:
    ann, bob = await two_people(database)
    for who in (ann, ann, bob):
        await put(database, who)
    first = await claim(database)
    assert [row.prospect_id for row in first] == [ann[0], bob[0]]
    assert await claim(database) == []
    assert await send(database, first[0])
    assert [row.prospect_id for row in await claim(database)] == [ann[0]]


@pytest.mark.parametrize("state", ["sent", "failed", "unknown", "cancelled"])
async def test_whatever_became_of_the_first_the_next_may_go(database: Database, state: str) -> None:
    ann, _ = await two_people(database)
    for _ in range(2):
        await put(database, ann)
    (first,) = await claim(database)
    assert await send(database, first, state)
    assert len(await claim(database)) == 1


async def test_one_that_waits_for_its_hour_holds_its_lane(database: Database) -> None:
    ann, bob = await two_people(database)
    await put(database, ann, not_before=NOW + 30 * SECOND)
    await put(database, ann)
    await put(database, bob)
    assert [row.prospect_id for row in await claim(database)] == [bob[0]]
    assert len(await claim(database, 30 * SECOND)) == 1


async def test_a_lease_that_ran_out_makes_the_old_sender_powerless(database: Database) -> None:
    ann, _ = await two_people(database)
    await put(database, ann)
    (slow,) = await claim(database)
    (quick,) = await claim(database, outbox.LEASE)
    assert quick.id == slow.id and quick.fence == slow.fence + 1
    assert not await send(database, slow)
    assert await states(database) == ["leased"]
    assert await send(database, quick)


async def test_what_was_cancelled_in_hand_is_not_sent(database: Database) -> None:
    ann, _ = await two_people(database)
    await put(database, ann)
    (row,) = await claim(database)
    assert await database.transact(lambda tx: outbox.cancel(tx, "bought", conversation_id=ann[1])) == 1
    assert not await database.transact(lambda tx: begin(tx, row))
    assert await states(database) == ["cancelled"]


async def test_what_stood_in_the_call_is_parked_and_what_did_not_is_taken_again(database: Database) -> None:
    ann, bob = await two_people(database)
    await put(database, ann)
    await put(database, bob)
    called, _ = await claim(database)
    await database.transact(lambda tx: begin(tx, called))
    assert await database.transact(outbox.park_interrupted) == 1
    assert await states(database) == ["unknown", "ready"]
    assert [row.prospect_id for row in await claim(database, 9 * outbox.LONGEST_CALL)] == [bob[0]]


async def test_a_call_is_given_up_only_when_no_call_takes_so_long(database: Database) -> None:
    ann, _ = await two_people(database)
    await put(database, ann)
    (row,) = await claim(database)
    await database.transact(lambda tx: begin(tx, row))
    assert await database.transact(lambda tx: outbox.park_stuck(tx, NOW + outbox.LONGEST_CALL - SECOND)) == 0
    assert await database.transact(lambda tx: outbox.park_stuck(tx, NOW + outbox.LONGEST_CALL)) == 1
    assert await states(database) == ["unknown"]


async def test_an_edit_that_stood_in_the_call_is_made_again(database: Database) -> None:
    ann, _ = await two_people(database)
    await put(database, ann, kind="edit")
    (row,) = await claim(database)
    await database.transact(lambda tx: begin(tx, row))
    assert await database.transact(outbox.park_interrupted) == 0
    assert await states(database) == ["ready"]


async def test_a_tap_proves_that_a_message_of_unknown_fate_arrived(database: Database) -> None:
    ann, _ = await two_people(database)
    await put(database, ann)
    (row,) = await claim(database)
    await send(database, row, "unknown")
    await database.transact(lambda tx: outbox.prove_delivered(tx, [row.id], NOW))
    assert await states(database) == ["sent"]


async def test_a_tap_that_is_quicker_than_the_receipt_does_not_lose_it(database: Database) -> None:
    """The message's own id must be kept, or its question could never be closed."""
    ann, _ = await two_people(database)
    await put(database, ann)
    (row,) = await claim(database)
    await database.transact(lambda tx: begin(tx, row))
    await database.transact(lambda tx: outbox.prove_delivered(tx, [row.id], NOW))
    assert await database.transact(lambda tx: outbox.settle(tx, row, "sent", now=NOW, remote_id="77"))
    async with database.read() as tx:
        kept = await outbox.get(tx, row.id)
    assert kept is not None and (kept.state, kept.remote_id) == ("sent", "77")


@pytest.mark.postgres
async def test_many_senders_keep_the_order_of_each_prospect(postgres_url: str) -> None:
    """Four senders, two hundred messages, ten prospects: none twice, none out of order."""
    workers = [Database(postgres_url) for _ in range(4)]
    people = await open_conversations(workers[0], 10, shipped_flow())

    async def fill(tx: Tx) -> None:
        for number in range(200):
            await put_message(tx, *people[number * 7 % 10])

    await workers[0].transact(fill)
    sent: list[Leased] = []
    claimed_at_most: list[int] = []

    async def work(database: Database) -> None:
        idle = 0
        while idle < 10:
            rows = await claim(database, limit=3)
            claimed_at_most.append(len(rows))
            idle = 0 if rows else idle + 1
            await asyncio.sleep(0.001)
            for row in rows:
                await send_and_note(database, row, sent)

    await asyncio.gather(*(work(database) for database in workers))
    for database in workers:
        await database.close()
    assert len({row.id for row in sent}) == len(sent) == 200
    assert max(claimed_at_most) <= 3
    for prospect_id in {row.prospect_id for row in sent}:
        ids = [row.id for row in sent if row.prospect_id == prospect_id]
        assert ids == sorted(ids)
