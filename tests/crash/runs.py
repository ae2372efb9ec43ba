"""One run of a scenario: a fresh copy of a prepared database, the server, at most one kill, and the verdict."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from storage.database import upgrade
from tests.crash.ledgers import judge, unknown
from tests.crash.reading import read
from tests.crash.scenarios import Scenario
from tests.crash.server import Order, Server, settings_of
from tests.crash.world import MAIN, World, open_world
from tests.edge.databases import sqlite_url_of
from tests.edge.postgres import Postgres
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram

Meanwhile = Callable[[World], Awaitable[None]]
"""What somebody does while the server is dead."""

WINDOW: Final = frozenset(
    {
        *("dispatch.before_call", "edit.before_call", "dispatch.after_call", "dispatch.settling"),
        *("mail.connected", "mail.announced", "mail.answered"),
    }
)
"""Failpoints between `sending` and its result: there, something is being sent."""


@dataclass
class Outcome:
    """What became of a run. `killed`: the failpoint was reached; `messages` and `unknown` count what was to be said."""

    scenario: str
    database: str
    order: Order
    process: str = MAIN
    killed: bool = False
    in_window: bool = False
    findings: list[str] = field(default_factory=list)
    unknown: int = 0
    messages: int = 0
    seconds: float = 0.0
    counted: dict[str, Counter[str]] = field(default_factory=dict)


async def play(
    databases: "Databases",
    scenario: Scenario,
    order: Order,
    process: str = MAIN,
    *,
    meanwhile: Meanwhile | None = None,
    before: Meanwhile | None = None,
) -> Outcome:
    """Play a scenario to its end, with at most one kill, and judge it. `before`: done before the server starts."""
    url, home = databases.copy()
    spare = databases.spare(home) if scenario.spare else ""
    outcome, began = Outcome(scenario.name, databases.kind, order, process), time.monotonic()
    try:
        async with open_world(url, home, order, process) as world:
            world.meanwhile, world.spare = meanwhile, spare
            await scenario.prepare(world)
            if before is not None:
                await before(world)
            await world.start()
            try:
                await scenario.play(world)
                await world.rest()
            except (AssertionError, LookupError) as error:
                outcome.findings.append(f"it does not go on: {error}")
            await world.end()
            await _judge(world, scenario, outcome)
    finally:
        databases.drop(home, *filter(None, (url, spare)))
        outcome.seconds = time.monotonic() - began
    return outcome


async def _judge(world: World, scenario: Scenario, outcome: Outcome) -> None:
    ledgers = await read(world, scenario.should, repeats=scenario.repeats)
    outcome.counted = world.counted
    outcome.killed, outcome.in_window = world.death is not None, world.in_window
    outcome.messages, outcome.unknown = len(ledgers.said), len(unknown(ledgers))
    outcome.findings += judge(ledgers)
    if outcome.killed and outcome.order.failpoint in WINDOW and not world.in_window:
        outcome.findings.append("sent untold: it was killed while sending, and no row says so")


class Databases:
    """Prepared databases: one is made by a server's first start, and every run has a copy. A context manager."""

    def __init__(self, kind: str) -> None:
        """`kind`: sqlite or postgresql."""
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix="holdback-crash-"))
        self._postgres = Postgres.given_or_own() if kind == "postgresql" else None
        self._number = 0
        self._template = ""

    async def make(self) -> Self:
        """Make the one that is copied."""
        home = self.folder / "template"
        home.mkdir()
        url = self._empty(home)
        if self._postgres is None:
            await upgrade(url)
        async with FakeTelegram() as telegram:
            with Mailbox() as box:
                server = await Server(**settings_of(url, home, telegram, box)).start()
                await telegram.until(lambda: any(call.method == "setMyCommands" for call in telegram.ledger.calls), 20)
                await asyncio.sleep(0.3)
                await server.stop()
        self._template = url
        return self

    def _empty(self, home: Path) -> str:
        return (
            sqlite_url_of(home / "holdback.db") if self._postgres is None else self._postgres.create_migrated(upgrade)
        )

    def copy(self) -> tuple[str, Path]:
        """A copy for one run, and the folder of that run."""
        self._number += 1
        home = self.folder / f"run-{self._number}"
        home.mkdir()
        if self._postgres is None:
            shutil.copy(self.folder / "template" / "holdback.db", home / "holdback.db")
            return sqlite_url_of(home / "holdback.db"), home
        return self._postgres.copy_of(self._template), home

    def spare(self, home: Path) -> str:
        """A database without any table, or the place of one."""
        return sqlite_url_of(home / "spare.db") if self._postgres is None else self._postgres.create_empty()

    def drop(self, home: Path, *urls: str) -> None:
        """A run is over."""
        shutil.rmtree(home, ignore_errors=True)
        for url in urls if self._postgres is not None else ():
            assert self._postgres is not None
            self._postgres.drop(url)

    def close(self) -> None:
        """All runs are over."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._postgres is not None:
            self._postgres.drop(self._template)
            self._postgres.close()
