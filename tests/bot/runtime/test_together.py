"""What is asked at the same time shares a transaction, and one that fails spoils it for nobody else."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from bot.runtime.together import MOST, Together
from storage import facts
from storage.database import Database, Tx
from storage.tables import facts as table


@pytest.fixture
def groups() -> list[int]:
    return []


@pytest.fixture
def together(sampled_database_url: str, groups: list[int]) -> Together[int, int]:
    async def work(tx: Tx, items: Sequence[int]) -> list[int]:
        groups.append(len(items))
        for item in items:
            await facts.put(tx, f"fact {item}", str(item))
            if item < 0:
                raise ValueError(item)
        return [10 * item for item in items]

    return Together(Database(sampled_database_url), work)


async def written(together: Together[int, int]) -> int:
    async with together._database.read() as tx:
        return int((await tx.execute(select(func.count()).where(table.c.name.like("fact %")))).scalar_one())


async def test_those_who_ask_at_once_share_a_transaction(together: Together[int, int], groups: list[int]) -> None:
    assert await asyncio.gather(*(together.ask(item) for item in range(10))) == [10 * item for item in range(10)]
    assert groups == [10] and await written(together) == 10
    await together._database.close()


async def test_many_take_their_turn_the_eldest_first(together: Together[int, int], groups: list[int]) -> None:
    await asyncio.gather(*(together.ask(item) for item in range(MOST + 3)))
    assert groups == [MOST, 3]
    await together._database.close()


async def test_one_that_fails_is_told_so_and_the_others_are_done(together: Together[int, int]) -> None:
    found = await asyncio.gather(*(together.ask(item) for item in (1, -1, 2)), return_exceptions=True)
    assert found[0] == 10 and isinstance(found[1], ValueError) and found[2] == 20
    assert await written(together) == 2
    await together._database.close()


async def test_who_gives_up_waiting_leaves_the_others_theirs(together: Together[int, int]) -> None:
    asked = [asyncio.ensure_future(together.ask(item)) for item in range(3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    assert await asyncio.gather(*asked[1:]) == [10, 20]
    await together._database.close()


@pytest.mark.parametrize("called_off", [0, 1])
async def test_who_is_called_off_during_the_transaction_leaves_the_others_theirs(
    sampled_database_url: str, called_off: int
) -> None:
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def work(tx: Tx, items: Sequence[int]) -> list[int]:
        under_way.set()
        await go_on.wait()
        return [10 * item for item in items]

    database = Database(sampled_database_url)
    together: Together[int, int] = Together(database, work)
    asked = [asyncio.ensure_future(together.ask(item)) for item in range(3)]
    await under_way.wait()
    asked[called_off].cancel()
    later = asyncio.ensure_future(together.ask(7))
    await asyncio.sleep(0)
    go_on.set()
    async with asyncio.timeout(20):
        rest = await asyncio.gather(*asked, later, return_exceptions=True)
    assert isinstance(rest.pop(called_off), asyncio.CancelledError)
    assert rest == [10 * item for item in (0, 1, 2, 7) if item != called_off]
    await database.close()
