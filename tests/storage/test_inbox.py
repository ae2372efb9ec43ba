"""The inbox: kept once, handed out in order, tried three times, put aside."""

import asyncio
import random
from datetime import timedelta

import pytest

from storage import inbox
from storage.database import Database, Tx
from storage.inbox import Claimed, RawInput
from tests.storage.world import NOW

SECOND = timedelta(seconds=1)


def item(number: int, lane: str = "a") -> RawInput:
    return RawInput("test", f"key-{number}", lane, f"payload-{number}")


async def put(database: Database, *items: RawInput) -> list[int]:
    return await database.transact(lambda tx: inbox.put(tx, items, NOW))


async def claim(database: Database, after: timedelta = timedelta(0), limit: int = 100) -> list[Claimed]:
    return await database.transact(lambda tx: inbox.claim(tx, NOW + after, limit))


async def fail(database: Database, row: Claimed, after: timedelta = timedelta(0)) -> bool:
    return await database.transact(lambda tx: inbox.failed(tx, row, "broken", NOW + after))


async def test_what_is_known_is_kept_once_and_its_row_is_given_again(database: Database) -> None:
    first = await put(database, item(1), item(2))
    again = await put(database, item(2), item(3), item(1))
    assert [again[2], again[0]] == first and len(set(again)) == 3
    assert [row.payload for row in await claim(database)] == ["payload-1", "payload-2", "payload-3"]


async def test_the_same_key_of_another_source_is_another_input(database: Database) -> None:
    ids = await put(database, RawInput("one", "key", "a", "x"), RawInput("two", "key", "a", "y"))
    assert len(set(ids)) == 2


@pytest.mark.postgres
@pytest.mark.slow
async def test_more_comes_in_at_once_than_a_statement_takes_arguments(postgres_url: str) -> None:
    """As when a campaign is stopped while 33,000 people are being asked."""
    database = Database(postgres_url)
    ids = await put(database, *(item(number) for number in range(33_000)))
    await database.close()
    assert len(set(ids)) == 33_000


async def test_a_group_comes_in_order_and_no_row_is_handed_out_twice(database: Database) -> None:
    await put(database, *(item(number, f"lane-{number % 3}") for number in range(10)))
    first, second = await claim(database, limit=6), await claim(database, limit=6)
    assert [row.id for row in first] == sorted(row.id for row in first)
    assert not {row.id for row in first} & {row.id for row in second}


async def test_a_lane_in_hand_is_left_alone_and_others_flow_on(database: Database) -> None:
    await put(database, item(1))
    (held,) = await claim(database)
    await put(database, item(2), item(3, "b"))
    assert [row.payload for row in await claim(database)] == ["payload-3"]
    await database.transact(lambda tx: inbox.done(tx, [(held.id, "ok")], NOW))
    assert [row.payload for row in await claim(database)] == ["payload-2"]


async def test_a_row_that_failed_is_tried_alone_after_a_pause_and_put_aside_after_three(database: Database) -> None:
    await put(database, item(1), item(2, "b"), item(3))
    one, two, three = await claim(database)
    await database.transact(lambda tx: inbox.hand_back(tx, three))
    await database.transact(lambda tx: inbox.done(tx, [(two.id, "ok")], NOW))
    assert not await fail(database, one)
    assert await claim(database) == [], "its lane waits with it"
    (again,) = await claim(database, SECOND)
    assert (again.payload, again.attempts) == ("payload-1", 2)
    assert not await fail(database, again, SECOND)
    assert await claim(database, 2 * SECOND) == []
    (last,) = await claim(database, 3 * SECOND)
    assert await fail(database, last, 3 * SECOND)
    (freed,) = await claim(database, 3 * SECOND)
    assert (freed.payload, freed.attempts) == ("payload-3", 1), "what stood behind it flows on"
    async with database.read() as tx:
        assert await inbox.backlog(tx) == {"quarantined": 1, "new": 1}


async def test_who_hands_back_twice_takes_nothing_from_who_has_it_now(database: Database) -> None:
    """As when the answer to a commit was lost: the row is in other hands by then, at the same attempt."""
    await put(database, item(1))
    (mine,) = await database.transact(lambda tx: inbox.claim(tx, NOW, 9, 1))
    await database.transact(lambda tx: inbox.hand_all_back(tx, [mine]))
    (theirs,) = await database.transact(lambda tx: inbox.claim(tx, NOW, 9, 2))
    await database.transact(lambda tx: inbox.hand_all_back(tx, [mine]))
    assert not await database.transact(lambda tx: inbox.failed(tx, mine, "late", NOW))
    async with database.read() as tx:
        assert await inbox.still_ours(tx, [mine, theirs]) == [theirs]


async def test_rows_of_a_process_that_died_come_alone_and_the_killer_is_put_aside(database: Database) -> None:
    await put(database, item(1, "a"), item(2, "b"))
    await claim(database)
    for round_ in range(2):
        await database.transact(inbox.release_leases)
        (alone,) = await claim(database, round_ * SECOND)
        assert alone.payload == "payload-1", "it is tried by itself"
    await database.transact(inbox.release_leases)
    (innocent,) = await claim(database, 9 * SECOND)
    assert innocent.payload == "payload-2"
    async with database.read() as tx:
        assert (await inbox.backlog(tx))["quarantined"] == 1


async def test_what_was_tried_before_comes_first_where_that_is_asked(database: Database) -> None:
    await put(database, item(1, "a"))
    await claim(database)
    await database.transact(inbox.release_leases)
    await put(database, item(2, "b"))
    (tried,) = await database.transact(lambda tx: inbox.claim(tx, NOW, 9, tried_first=True))
    assert tried.payload == "payload-1"
    (fresh,) = await database.transact(lambda tx: inbox.claim(tx, NOW, 9, tried_first=True))
    assert fresh.payload == "payload-2"


async def test_a_lease_that_ran_out_is_taken_up_by_somebody_else(database: Database) -> None:
    await put(database, item(1))
    await claim(database)
    assert await claim(database, inbox.LEASE - SECOND) == []
    (again,) = await claim(database, inbox.LEASE)
    assert again.attempts == 2


async def test_a_lane_gets_its_quota_and_rests_while_others_flow_on(database: Database) -> None:
    flood = [item(number, "flood") for number in range(40)]
    await put(database, *flood, item(100, "b"))
    first = await claim(database, limit=20)
    assert [row.payload for row in first] == [f"payload-{number}" for number in range(inbox.QUOTA)]
    await database.transact(lambda tx: _all_done(tx, first))
    await put(database, item(101, "c"))
    assert [row.payload for row in await claim(database)] == ["payload-100", "payload-101"], "nobody waits behind it"
    assert await claim(database) == [], "the flood rests"
    second = await claim(database, inbox.REST)
    assert [row.payload for row in second] == [f"payload-{number}" for number in range(10, 20)], "in its order"
    assert {row.attempts for row in second} == {1}, "what was handed back was never tried"


@pytest.mark.postgres
async def test_many_workers_keep_the_order_of_each_sender(postgres_url: str) -> None:
    """Four workers on two hundred rows of ten senders: each row once, and never one before its elder."""
    workers = [Database(postgres_url) for _ in range(4)]
    dice = random.Random(7)
    await put(workers[0], *(item(number, f"lane-{dice.randrange(10)}") for number in range(200)))
    in_hand: dict[str, int] = {}
    taken: list[Claimed] = []

    async def work(database: Database) -> None:
        idle = 0
        while idle < 5:
            rows = await claim(database, limit=7)
            idle = 0 if rows else idle + 1
            for row in rows:
                assert in_hand.setdefault(row.lane, id(database)) == id(database), "two workers in one lane"
                taken.append(row)
            await asyncio.sleep(0.002)
            for lane in {row.lane for row in rows}:
                del in_hand[lane]
            await database.transact(lambda tx, rows=rows: _all_done(tx, rows))  # type: ignore[misc]

    await asyncio.gather(*(work(database) for database in workers))
    for database in workers:
        await database.close()
    assert len({row.id for row in taken}) == len(taken) == 200
    for lane in {row.lane for row in taken}:
        ids = [row.id for row in taken if row.lane == lane]
        assert ids == sorted(ids)


async def _all_done(tx: Tx, rows: list[Claimed]) -> None:
    for row in rows:
        await inbox.done(tx, [(row.id, "ok")], NOW)
