"""Signs of life: given on PostgreSQL, judged with patience after an absence of one's own, and taken back at the end."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from bot.runtime.clock import Clock
from bot.runtime.presence import LOST, Presence
from storage.database import Database
from storage.tables import workers
from tests.edge.postgres import Postgres


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Signs of life are given on PostgreSQL alone."""
    return postgres_url


async def come(database: Database) -> Presence:
    presence = Presence(database, Clock())
    await presence.come(["web"])
    return presence


async def known(database: Database) -> list[int]:
    async with database.read() as tx:
        return list((await tx.execute(select(workers.c.id).order_by(workers.c.id))).scalars())


async def silent(database: Database, presence: Presence) -> None:
    """It has given no sign of life for longer than anybody waits, and knows it."""
    presence._seen -= LOST + 1
    mine = update(workers).where(workers.c.id == presence.worker)
    seen = func.now() - timedelta(seconds=LOST + 1)
    await database.transact(lambda tx: tx.execute(mine.values(seen_at=seen)))


async def test_on_sqlite_nobody_is_written_down(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    presence = await come(database)
    await presence.beat()
    assert presence.worker is None and presence.holds() and await known(database) == []
    await presence.go()
    await database.close()


@pytest.mark.postgres
async def test_who_starts_takes_over_from_the_dead_and_who_goes_leaves_nothing(database: Database) -> None:
    dead = await come(database)
    await silent(database, dead)
    assert not dead.holds()
    living = await come(database)
    assert await known(database) == [living.worker] and living.holds()
    await living.go()
    assert await known(database) == [] and living.worker is None


@pytest.mark.postgres
async def test_who_was_taken_for_dead_goes_on_under_another_number(database: Database) -> None:
    sleeper, other = await come(database), await come(database)
    before = sleeper.worker
    await silent(database, sleeper)
    await other.beat()
    await sleeper.beat()
    assert sleeper.worker not in (None, before) and sleeper.holds()
    assert await known(database) == [other.worker, sleeper.worker]


@pytest.mark.postgres
async def test_who_was_away_gives_the_others_time_before_judging_them(database: Database) -> None:
    """The database itself may have been away: then everybody was silent, and nobody is dead."""
    one, two = await come(database), await come(database)
    await silent(database, one)
    await silent(database, two)
    await one.beat()
    assert await known(database) == [one.worker, two.worker]
    await two.beat()
    assert await known(database) == [one.worker, two.worker] and two.holds()
    await silent(database, two)
    one._judges_from -= LOST
    await one.beat()
    assert await known(database) == [one.worker]


@pytest.mark.postgres
async def test_a_database_that_is_away_keeps_nobody_from_stopping(
    database: Database, postgres: Postgres, postgres_url: str
) -> None:
    presence = await come(database)
    postgres.drop(postgres_url)
    with pytest.raises(DBAPIError):
        await known(database)
    await presence.go()
    assert presence.worker is None
