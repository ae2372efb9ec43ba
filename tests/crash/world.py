"""What outlives the server: its database, Telegram, a mail server, a system that listens for webhooks, and the people.

When the server is killed it is started again, as a supervisor of the system would; people only notice that nothing
happens for a while.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from storage import prospects
from storage.database import Database, Tx
from tests.crash.ledgers import Death, End
from tests.crash.listener import Listener
from tests.crash.server import PATIENCE, Order, Server, operate, settings_of
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram

MAIN = "server"
"""The process that serves; commands of the operator are named after themselves."""

PAST = "2026-01-01 00:00:00"

_BUSY = """SELECT (SELECT count(*) FROM inbox WHERE state = 'new')
  + (SELECT count(*) FROM outbox WHERE state IN ('ready', 'leased', 'sending'))
  + (SELECT count(*) FROM timers WHERE due_at <= CURRENT_TIMESTAMP)
  + (SELECT count(*) FROM deliveries WHERE state = 'ready')"""
_SENDING = "SELECT id FROM outbox WHERE state = 'sending' AND kind <> 'edit'"
_TOLD = (
    "SELECT count(*) FROM outbox WHERE kind <> 'edit' AND channel <> 'web' AND state IN ('sending', 'sent', 'unknown')"
)


@dataclass
class World:
    """Everything around one run. `killed` is set once the process that was to be killed has been."""

    server: Server
    database: Database
    telegram: FakeTelegram
    box: Mailbox
    hooks: Listener
    http: httpx.AsyncClient
    folder: Path
    order: Order
    process: str = MAIN
    spare: str = ""
    death: Death | None = None
    in_window: bool = False
    ends: list[End] = field(default_factory=list)
    waited_in_vain: list[str] = field(default_factory=list)
    posted: Counter[str] = field(default_factory=Counter)
    erased: set[int] = field(default_factory=set)
    counted: dict[str, Counter[str]] = field(default_factory=dict)
    meanwhile: Callable[["World"], Awaitable[None]] | None = None
    problems: list[str] = field(default_factory=list)
    _keeper: "asyncio.Task[None] | None" = None

    # The server.

    async def start(self) -> None:
        """Start the server; from here on it is started again whenever it ends."""
        told = self.order if self.process == MAIN else Order(counting=self.order.counting)
        await self.server.start(order=told)
        self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            await _readable(self.server.sentinel)
            code = await self.server.ended()
            if code != -signal.SIGKILL or self.death is not None:
                self.problems.append(f"the server ended with {code}")
                return
            await self._died()
            await self.server.start(order=self.order.afterwards)

    async def _died(self) -> None:
        """What was so when it was killed; then an hour passes."""
        sending = await self.rows(_SENDING)
        told, any_sending = (
            await self.value(_TOLD),
            await self.value(_SENDING.replace("id", "count(*)", 1).split(" AND")[0]),
        )
        delivered = sum(to not in {str(one) for one in self.erased} for to in self.delivered_to())
        self.in_window = bool(any_sending)
        self.death = Death(frozenset(row.id for row in sending), told, delivered)
        if self.meanwhile is not None:
            await self.meanwhile(self)
        await self.an_hour_passes()

    async def an_hour_passes(self) -> None:
        """What a dead process had in hand is free again by then, and what was to be tried again is due."""
        ages = [
            ("inbox", "lease_until"),
            ("outbox", "lease_until"),
            ("deliveries", "not_before"),
            ("idempotency", "at"),
            ("workers", "seen_at"),
        ]

        async def work(tx: Tx) -> None:
            for table, column in ages:
                earlier = f"{column} - interval '1 hour'"
                if self.database.is_sqlite:
                    earlier = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-1 hour')"
                await tx.execute(text(f"UPDATE {table} SET {column} = {earlier} WHERE {column} IS NOT NULL"))

        await self.database.transact(work)

    async def operator(self, *arguments: str, **settings: Any) -> None:
        """Run a command; when it is killed, the operator gives it again. Raises AssertionError when it fails."""
        name = " ".join(arguments[:2])
        values = {**self.server.values, **settings}
        told = self.order if self.process == name and self.death is None else Order(counting=self.order.counting)
        code, counted = await operate(values, arguments, told)
        self.counted.setdefault(name, Counter()).update(counted)
        if code == -signal.SIGKILL:
            self.death = Death(frozenset(), 10**6, 0)
            await self.an_hour_passes()
            code, _ = await operate(values, arguments, Order())
        assert code == 0, f"holdback {' '.join(arguments)} ended with {code}"

    async def end(self) -> None:
        """Stop the server in order, if it runs."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        self.counted.setdefault(MAIN, Counter()).update(await self.server.stop())

    # Looking.

    async def rows(self, query: str) -> Sequence[Any]:
        """Rows of a query of our own."""
        async with self.database.read() as tx:
            return (await tx.execute(text(query))).all()

    async def value(self, query: str) -> Any:
        """The one value of a query of our own."""
        return (await self.rows(query))[0][0]

    async def at_rest(self) -> bool:
        """Whether nothing waits and nothing is on its way."""
        return not self.telegram.pending and not await self.value(_BUSY)

    async def rest(self) -> None:
        """Wait until nothing waits any more: twice in a row, for something may be between two hands."""
        deadline, calm = time.monotonic() + PATIENCE, 0
        while calm < 2:
            self.check()
            calm = calm + 1 if await self.at_rest() else 0
            if time.monotonic() > deadline:
                stuck = await self.rows("SELECT source, state, attempts, note FROM inbox WHERE state = 'new'")
                stuck = [
                    *stuck,
                    *await self.rows(
                        "SELECT id, kind, state, reason FROM outbox WHERE state IN ('ready', 'leased', 'sending')"
                    ),
                ]
                raise AssertionError(f"it does not come to rest: {stuck}, pending {len(self.telegram.pending)}")
            await asyncio.sleep(0.03)

    def check(self) -> None:
        """Raises AssertionError when the server has ended in a way that nobody wanted."""
        assert not self.problems, self.problems[0]

    # Time and calls.

    async def later(self, name: str | None = None) -> None:
        """The moment of every timer (of this name) has come; waits until all is done."""
        await self.rest()
        which = f" WHERE name = '{name}'" if name else ""
        await self.database.transact(lambda tx: tx.execute(text(f"UPDATE timers SET due_at = '{PAST}'{which}")))
        await self.rest()

    @property
    def secret(self) -> bytes:
        """The key of links and hashes."""
        return str(self.server.values["secret_key"]).encode()

    async def prospect(self, name: str) -> int:
        """The row id of a prospect."""
        async with self.database.read() as tx:
            found = await prospects.resolve(tx, name)
        assert found is not None, name
        return found

    async def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        """A call over HTTP by somebody who tries again until it is answered: the same thing each time."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.check()
            with suppress(httpx.TransportError):
                answer = await self.http.request(method, path, **{"follow_redirects": True, **what})
                if answer.status_code not in (409, 429, 500, 503):
                    assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
                    return answer
            assert time.monotonic() < deadline, f"nobody answers {method} {path}"
            await asyncio.sleep(0.05)

    async def report(self, key: str, **event: Any) -> None:
        """The shop reports an event by the API."""
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": event["id"]}
        await self.send("POST", "/api/v1/events", json=event, headers=headers)
        self.posted["shop"] += 1

    def ends_for(self, to: str, most: int = 0) -> None:
        """From here on no more than so many last words may come for this chat or address."""
        self.ends.append(End(to, sum(one == to for one in self.delivered_to()), most))

    def delivered_to(self) -> list[str]:
        """Whom every message went to, Telegram first, each in order."""
        return [str(one.chat_id) for one in self.telegram.sent] + [
            to for mail in self.box.mails for to in mail.recipients
        ]


async def _readable(file: int) -> None:
    """Wait until a file is readable."""
    loop, there = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(file, there.set)
    try:
        await there.wait()
    finally:
        loop.remove_reader(file)


@asynccontextmanager
async def open_world(database_url: str, folder: Path, order: Order, process: str = MAIN) -> AsyncIterator[World]:
    """A world whose server is not started yet; `process` is the one that `order` is for."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(FakeTelegram())
        box = stack.enter_context(Mailbox())
        hooks = Listener()
        await hooks.open()
        stack.push_async_callback(hooks.close)
        server = Server(**settings_of(database_url, folder, telegram, box))
        database = Database(database_url, checkpoints=False)
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://{server.values['bind']}", timeout=10, verify=False)  # noqa: S501 - plain HTTP
        )
        world = World(server, database, telegram, box, hooks, http, folder, order, process)
        try:
            yield world
        finally:
            await world.end()
