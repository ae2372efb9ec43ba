"""The servers that share a database, killed and started again, and everything around them."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.app import ROLES
from bot.library import shipped_root
from storage.database import upgrade
from storage.engines import is_away
from tests.bench import procs
from tests.crash.server import Order, Server
from tests.crash.world import World, open_world
from tests.edge.databases import sqlite_url_of
from tests.edge.postgres import Postgres
from tests.edge.wire import HOST
from tests.journeys.rig import free_port
from tests.soak.flatness import Sample

T = TypeVar("T")
PROCESSES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "sqlite": {"all": ROLES},
    "postgresql": {"first": ROLES, "second": ("web", "dispatch", "timers")},
}
"""Who serves, and what each does. Telegram hands updates out to one process only."""

LIMITS = "limits: {total: 500, budget: 2500.00}"
"""Of the shipped discount: enough for a hundred people."""
AWAY = 600
"""Tenths of a second that the database may be away."""
SENDING = "SELECT id FROM outbox WHERE state = 'sending'"
PIECE = 50_000
"""Codes that are put on the shelf at once: no statement may take as long as an hour's codes do."""
POOL = {
    "sqlite": """INSERT INTO codes (offer, code, imported_at)
        WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
        SELECT 'discount_10', 'TEN-' || i, '2026-01-01 00:00:00.000000' FROM n""",
    "postgresql": """INSERT INTO codes (offer, code, imported_at)
        SELECT 'discount_10', 'TEN-' || i, timestamptz '2026-01-01Z' FROM generate_series({first}, {last}) i""",
}

SETTLED: Final[Mapping[str, tuple[str, ...]]] = {"sqlite": (), "postgresql": ("ANALYZE", "CHECKPOINT")}
"""What a database does by itself after some minutes when so much was put into it: the maximum is looked for at once."""


@dataclass
class Town:
    """One run. `interrupted`: rows that stood in `sending` when a process or the database was hit."""

    kind: str
    world: World
    folder: Path
    postgres: Postgres | None
    servers: dict[str, Server] = field(default_factory=dict)
    lives: Counter[str] = field(default_factory=Counter)
    interrupted: set[int] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)

    async def start(self, name: str) -> None:
        """Start one of the servers, or start it again."""
        only = PROCESSES[self.kind][name]
        if name not in self.servers:
            own: dict[str, Any] = {"flows_dir": self.folder / "shop"}
            if self.servers:
                own["bind"] = f"{HOST}:{free_port()}"
            self.servers[name] = Server(**self.world.server.values | own)
        self.lives[name] += 1
        await self.servers[name].start(order=Order(only=only))

    async def kill(self, name: str) -> None:
        """SIGKILL, and what stood in `sending` then."""
        os.kill(self.servers[name].pid, signal.SIGKILL)
        code = await self.servers[name].ended()
        if code != -signal.SIGKILL:
            self.findings.append(f"server {name} ended with {code} before it was killed")
        await self.note_sending()

    async def note_sending(self) -> None:
        """Of what stands in `sending` now it may never be known whether it arrived."""
        self.interrupted |= {row.id for row in await self.rows(SENDING)}

    async def rows(self, query: str) -> Any:
        """Rows of a query of our own, asked again while the database is away."""
        return await patiently(lambda: self.world.rows(query))

    async def change(self, statement: str) -> None:
        """A statement of our own that changes something, made again while the database is away."""
        await patiently(lambda: self.world.database.transact(lambda tx: tx.exec_driver_sql(statement)))

    async def value(self, query: str) -> Any:
        """The one value of a query."""
        return (await self.rows(query))[0][0]

    async def samples(self, at: float) -> list[Sample]:
        """What the servers that live take now, and how large the database's log is."""
        found = []
        for name, server in self.servers.items():
            life = f"{name}, life {self.lives[name]}"
            try:
                found.append(Sample(at, life, "memory", procs.memory_mib(server.pid)))
                found.append(Sample(at, life, "descriptors", procs.descriptors(server.pid)))
            except (OSError, StopIteration):
                continue  # it has just been killed
        log = "pg_wal" if self.kind == "postgresql" else "log"
        return [*found, Sample(at, "database", log, await self._log() / 2**20)]

    async def _log(self) -> float:
        if self.kind == "postgresql":
            return float(await self.value("SELECT sum(size) FROM pg_ls_waldir()"))
        file = self.folder / "holdback.db-wal"
        return file.stat().st_size if file.exists() else 0


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Do this, again and again while the database is away. Raises AssertionError when it stays away."""
    for _ in range(AWAY):
        try:
            return await work()
        except Exception as error:
            if not is_away(error):
                raise
        await asyncio.sleep(0.1)
    raise AssertionError("the database does not come back")


def write_offers(folder: Path) -> None:
    """The shipped catalogue, with an offer for everybody who comes."""
    file = "offers/catalogue.yaml"
    shipped = (shipped_root() / file).read_text(encoding="utf-8")
    (folder / file).parent.mkdir(parents=True)
    (folder / file).write_text(shipped.replace(LIMITS, "limits: {total: 10000000, budget: 100000000}"))


@asynccontextmanager
async def open_town(kind: str, folder: Path, codes: int) -> AsyncIterator[Town]:
    """A town with all its servers at work, and so many codes on the shelf."""
    postgres = Postgres.given_or_lasting() if kind == "postgresql" else None
    url = sqlite_url_of(folder / "holdback.db") if postgres is None else postgres.create_empty()
    try:
        await upgrade(url)
        write_offers(folder / "shop")
        async with open_world(url, folder, Order()) as world:
            town = Town(kind, world, folder, postgres)
            for first in range(1, codes + 1, PIECE):
                await town.change(POOL[kind].format(first=first, last=min(first + PIECE - 1, codes)))
            for statement in SETTLED[kind]:
                await town.change(statement)
            for name in PROCESSES[kind]:
                await town.start(name)
            try:
                yield town
            finally:
                for server in town.servers.values():
                    os.kill(server.pid, signal.SIGCONT)
                    await server.stop()
    finally:
        if postgres is not None:
            postgres.drop(url)
            postgres.close()
