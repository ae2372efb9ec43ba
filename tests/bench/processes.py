"""Turns shared by several processes on one PostgreSQL: how many a second, and what keeps them from being more.

While they work, the time of ours and of PostgreSQL's processes on the cores is taken, and PostgreSQL is asked again and
again what its connections wait for.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from bot.house import House, open_house
from storage.database import ensure_schema
from storage.tables import inbox
from tests.bench import corridor, postgres, procs, programs
from tests.bench.measure import Goal, Part, Rounds, Sizes
from tests.bench.updates import message
from tests.edge.postgres import Postgres
from tests.edge.telegram import FakeTelegram

WORKERS = (1, 2, 4)
GLANCE = 0.05
"""Seconds between two looks at what PostgreSQL's connections wait for."""

GOALS = (
    Goal("    starts taken a second by one process, PostgreSQL", "processes: 1", None, None, "turns/s"),
    *(
        Goal(f"    starts taken by {n} processes, against one", f"processes: {n}", "processes: 1", None, "turns/s")
        for n in WORKERS[1:]
    ),
)

WAITS = """
SELECT state, coalesce(wait_event_type || ' ' || wait_event, 'on a core') FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
BUSY = "SELECT pid FROM pg_stat_activity"


@dataclass
class Watch:
    """A look at PostgreSQL from beside: what its connections wait for, and its processes."""

    connection: Any
    seen: Counter[str] = field(default_factory=Counter)

    async def look(self) -> None:
        """Look every moment, until called off."""
        while True:
            for state, wait in await self.connection.fetch(WAITS):
                self.seen["for us, inside a transaction" if state.startswith("idle in") else wait] += 1
            await asyncio.sleep(GLANCE)

    async def pids(self) -> list[int]:
        """Its processes."""
        return [row["pid"] for row in await self.connection.fetch(BUSY)]

    def told(self) -> str:
        """What was seen of connections that had work, in shares."""
        whole = self.seen.total() or 1
        return ", ".join(f"{wait} {100 * times / whole:.0f} %" for wait, times in self.seen.most_common(5))


@asynccontextmanager
async def watching(url: str) -> AsyncIterator[Watch]:
    """A look at this database, on a connection of its own."""
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        yield Watch(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def workers(number: int, home: Path, url: str) -> AsyncIterator[list[int]]:
    """So many processes that take turns and send nothing; gives their numbers."""
    async with FakeTelegram() as fake, AsyncExitStack() as stack:
        ports, pids = [programs.free_port() for _ in range(number)], []
        for port in ports:
            command, environment = programs.ours(home, fake, port, "--only", "web")
            environment |= programs.WEBHOOK | {"HOLDBACK_DATABASE_URL": url}
            pids.append((await stack.enter_async_context(programs.running(command, environment))).pid)
        for port in ports:
            await programs.reachable(port)
        yield pids


async def crowd(house: House, first: int, starts: int) -> None:
    """So many people have just pressed Start."""
    items = [corridor.raw(message(first + at, first + at, "/start"), first + at, first + at) for at in range(starts)]
    await house.intake.put_many(items)


async def taken(house: House) -> float:
    """Seconds until nobody waits any more."""
    started = time.perf_counter()
    waiting = select(func.count()).where(inbox.c.state == "new")
    while True:
        async with house.database.read() as tx:
            if not (await tx.execute(waiting)).scalar_one():
                return time.perf_counter() - started
        await asyncio.sleep(0.02)


def _spent(pids: Sequence[int]) -> float:
    return sum(procs.cpu_seconds(pid) for pid in pids)


async def measure(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """Each number of processes, so many rounds, on a database of our own."""
    server = Postgres.given_or_lasting()
    try:
        url = server.create_empty()
        await ensure_schema(url)
        settings = corridor.settings(folder).model_copy(update={"database_url": SecretStr(url)})
        numbers = count(1_000_000, 100_000)
        async with open_house(settings, server=True) as house:
            rounds.told["PostgreSQL"] = await postgres.version(house)
            for number in WORKERS:
                async with workers(number, folder, url) as ours, watching(url) as watch:
                    for turn in range(sizes.rounds + 1):
                        noted = rounds if turn else Rounds()  # the first round warms up and does not count
                        await crowd(house, next(numbers), sizes.posts)
                        await _round(noted, watch, ours, house, sizes.posts)
                rounds.told[f"connections of {number} waited"] = watch.told()
    finally:
        server.close()


async def _round(rounds: Rounds, watch: Watch, ours: Sequence[int], house: House, starts: int) -> None:
    theirs, number = await watch.pids(), len(ours)
    before = _spent(ours), _spent(theirs)
    look = asyncio.ensure_future(watch.look())
    seconds = await taken(house)
    look.cancel()
    with suppress(asyncio.CancelledError):
        await look
    rounds.note(f"processes: {number}", starts / seconds)
    rounds.note(f"cores of our {number}", (_spent(ours) - before[0]) / seconds)
    rounds.note(f"cores of PostgreSQL under {number}", (_spent(theirs) - before[1]) / seconds)


PARTS = (Part("processes", GOALS, measure),)
