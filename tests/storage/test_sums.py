"""Workers that take turns at the same time never wait for each other in a ring: the same order of locks everywhere."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.effects import Record
from flows.turn import Turn
from storage import recounting, saving, timers, turns
from storage.database import Database, Tx
from storage.sums import Sums
from tests.storage.test_answer_counts import EMPTY, FLOW, SHOP, Days
from tests.storage.world import NOW

pytestmark = pytest.mark.postgres

HOUR = timedelta(hours=1)


async def load(tx: Tx, talk: int) -> turns.Loaded:
    """A conversation, locked as its turn has it."""
    return (await turns.load(tx, [talk], shop=SHOP, catalogue=EMPTY, now=NOW)).loaded[talk]


async def test_two_workers_that_take_several_turns_at_once_do_not_stand_in_each_others_way(postgres_url: str) -> None:
    database = Database(postgres_url)
    days = Days(database, 1)
    await days.begin()
    first, second, third, fourth = sorted(days.people)[:4]
    half_way, tried = asyncio.Event(), 0

    async def says(tx: Tx, talk: int, barrier: str, sums: Sums) -> None:
        loaded = await load(tx, talk)
        answer = replace(days.answer(1), barriers=(barrier,), sub_code=None, language="en", channel="web")
        state = replace(loaded.state, turn=1, answers=(answer,))
        taken = turns.Taken(loaded, FLOW, Turn(state, (Record(answer),), "test"), "Said")
        await saving.save(tx, [taken], NOW, sums)

    async def one(tx: Tx) -> None:
        nonlocal tried
        tried, sums = tried + 1, Sums()
        await says(tx, first, "price", sums)
        half_way.set()
        await asyncio.sleep(0.1)
        await says(tx, second, "trust", sums)
        await sums.write(tx)

    async def other(tx: Tx) -> None:
        nonlocal tried
        tried, sums = tried + 1, Sums()
        await half_way.wait()
        await says(tx, third, "trust", sums)
        await says(tx, fourth, "price", sums)
        await sums.write(tx)

    await asyncio.gather(database.transact(one), database.transact(other))
    async with database.read() as tx:
        for kept in (recounting.BARRIERS, recounting.STEPS):
            found = await recounting.compare(tx, kept)
            assert found.rows and not found.wrong
    await database.close()
    assert tried == 2, "neither was taken back"


async def test_the_timer_of_somebody_whose_turn_is_being_taken_waits_and_is_in_nobodys_way(postgres_url: str) -> None:
    database = Database(postgres_url)
    days = Days(database, 1)
    await days.begin()
    talk, other = sorted(days.people)[:2]

    async def due(tx: Tx) -> list[int]:
        return [timer.conversation_id for timer in await timers.due(tx, NOW + HOUR, 9)]

    for one in (talk, other):
        await database.transact(lambda tx, one=one: timers.set_timer(tx, one, "remind", 1, NOW))  # type: ignore[misc]

    async def turn(tx: Tx) -> None:
        await load(tx, talk)
        async with database.read() as at_the_same_time:
            assert await due(at_the_same_time) == [other]
            await timers.set_timer(tx, talk, "remind", 2, NOW)

    await database.transact(turn)
    assert await database.transact(due) == [talk, other]
    await database.close()
