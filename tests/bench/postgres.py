"""Turns on PostgreSQL, as durable as it is shipped, against a driver alone that asks six times for each."""

import asyncio
import time
from itertools import count
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.house import House, open_house
from storage.database import ensure_schema
from tests.bench import corridor
from tests.bench.measure import Goal, Part, Rounds, Sizes
from tests.bench.updates import TURNS
from tests.edge.postgres import Postgres

CONNECTIONS = 8

GOALS = (
    Goal("G6  PostgreSQL: turns against asyncpg alone, 6 round trips", "turns, PostgreSQL", "asyncpg", 2, "turns/s"),
)

TABLES = """
DROP TABLE IF EXISTS bench_inbox, bench_talks, bench_outbox;
CREATE TABLE bench_inbox (id bigserial PRIMARY KEY, key text UNIQUE, body text);
CREATE TABLE bench_talks (id bigint PRIMARY KEY, state text, turn int);
CREATE TABLE bench_outbox (id bigserial PRIMARY KEY, talk bigint, body text);
INSERT INTO bench_talks SELECT n, 'state', 0 FROM generate_series(1, 100) n
"""
BODY = "x" * 600
"""About as long as a state, a message or an update."""


async def alone(url: str, turns: int) -> float:
    """Turns a second of the driver alone: 8 connections, one transaction a turn, each statement a round trip."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with asyncpg.create_pool(plain, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        await pool.execute(TABLES)
        numbers = iter(range(turns))

        async def work(talk: int) -> None:
            async with pool.acquire() as connection:
                for number in numbers:
                    async with connection.transaction():
                        await connection.execute(
                            "INSERT INTO bench_inbox (key, body) VALUES ($1, $2)", f"{number}", BODY
                        )
                        await connection.fetchrow("SELECT * FROM bench_talks WHERE id = $1 FOR UPDATE", talk)
                        await connection.execute(
                            "UPDATE bench_talks SET state = $2, turn = turn + 1 WHERE id = $1", talk, BODY
                        )
                        await connection.execute("INSERT INTO bench_outbox (talk, body) VALUES ($1, $2)", talk, BODY)

        started = time.perf_counter()
        await asyncio.gather(*(work(talk) for talk in range(1, CONNECTIONS + 1)))
        return turns / (time.perf_counter() - started)


async def version(house: House) -> str:
    """The server's own word on its version, as 18.1."""
    async with house.database.read() as tx:
        return str((await tx.exec_driver_sql("SHOW server_version")).scalar_one())


async def measure(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """So many rounds on a database of our own."""
    server = Postgres.given_or_lasting()
    try:
        await _measure(rounds, sizes, folder, server.create_empty())
    finally:
        server.close()


async def _measure(rounds: Rounds, sizes: Sizes, folder: Path, url: str) -> None:
    await ensure_schema(url)
    settings = corridor.settings(folder).model_copy(update={"database_url": SecretStr(url)})
    numbers = count(1_000_000, 100_000)
    async with open_house(settings, server=True) as house:
        rounds.told["PostgreSQL"] = await version(house)
        for number in range(sizes.rounds + 1):
            noted = rounds if number else Rounds()  # the first round warms up and does not count
            noted.note("turns, PostgreSQL", await corridor.played(house, next(numbers), sizes.surveys))
            noted.note("asyncpg", await alone(url, sizes.surveys * TURNS))


PARTS = (Part("postgresql", GOALS, measure),)
