"""What outlives the server: its database, Telegram, a mail server, a system that listens for webhooks, and the people.

When the server is killed it is started again, as a supervisor of the system would; people only notice that nothing
happens for a while.
"""

import asyncio
import json
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

from bot.runtime.clock import Clock
from storage import endpoints, keys, places, prospects, shelf, staff
from storage.database import Database, Tx
from storage.importing import ConsentSaid, Incoming, take_over
from storage.sessions import find as find_session
from storage.sessions import start as start_session
from tests.crash.ledgers import Death, End
from tests.crash.server import LONGEST, Order, Server, operate, settings_of
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram, FakeUser
from tests.edge.wire import HttpServer, Reply, Request, json_reply

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
    hooks: "Listener"
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
        deadline, calm = time.monotonic() + LONGEST, 0
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

    # Time and the shop.

    async def later(self, name: str | None = None) -> None:
        """The moment of every timer (of this name) has come; waits until all is done."""
        await self.rest()
        which = f" WHERE name = '{name}'" if name else ""
        await self.database.transact(lambda tx: tx.execute(text(f"UPDATE timers SET due_at = '{PAST}'{which}")))
        await self.rest()

    async def know(self, *names: str, telegram: bool = True, email: bool = True) -> None:
        """Prospects of these names, with consent for these channels, and codes in the pool."""
        now = Clock().now()
        channels = [name for name, given in (("telegram", telegram), ("email", email)) if given]

        async def work(tx: Tx) -> None:
            said = tuple(ConsentSaid(channel, granted=True, at=now, text=None) for channel in channels)
            people = [
                Incoming(
                    {"external": name} | ({"email": f"{name}@mail.example"} if email else {}),
                    {"language": "en", "product_name": "Copper Kettle"},
                    said,
                    "import",
                    None,
                )
                for name in names
            ]
            if people:
                await take_over(tx, people, now=now, key=self.secret)
            for offer, code in (("discount_10", "TEN"), ("free_shipping", "SHIP")):
                for number in range(8):
                    await shelf.import_code(tx, offer, f"{code}-{number}", None, now)

        await self.database.transact(work)

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

    async def key(self) -> str:
        """A key for the API."""
        made = await self.database.transact(lambda tx: keys.add(tx, "the shop", Clock().now()))
        assert made is not None
        return made

    async def poster(self) -> str:
        """A poster hangs in the shop; returns what its address ends in."""
        how = {"name": "the window", "source": "window", "by": "the shop", "now": Clock().now()}
        made = await self.database.transact(lambda tx: places.create(tx, **how))  # type: ignore[arg-type]
        assert made is not None
        return made

    async def listen(self, *events: str) -> None:
        """Somebody listens for webhooks."""
        url = f"http://127.0.0.1:{self.hooks.port}/hook"
        await self.database.transact(lambda tx: endpoints.add(tx, url, events, "the shop", Clock().now()))

    async def signed_in(self) -> str:
        """Somebody of the staff is signed in with this browser; returns what stands in their forms."""

        async def work(tx: Tx) -> tuple[str, str]:
            number = await staff.add(tx, "eva@kettle.example", "admin", Clock().now())
            await staff.set_password(tx, number, "of no use here")
            token = await start_session(tx, number, Clock().now())
            session = await find_session(tx, token, Clock().now())
            assert session is not None
            return token, session.csrf

        token, csrf = await self.database.transact(work)
        self.http.headers["cookie"] = f"holdback={token}"
        return csrf

    async def send(self, method: str, path: str, **what: Any) -> httpx.Response:
        """A call over HTTP by somebody who tries again until it is answered: the same thing each time."""
        deadline = time.monotonic() + LONGEST
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


class Listener:
    """A system of the shop that takes webhooks, and keeps what it was told: event and message id."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self._server = HttpServer(self._take)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    async def _take(self, request: Request) -> Reply:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append((json.loads(request.body)["type"], headers["webhook-id"]))
        return json_reply({})

    async def open(self) -> None:
        """Opens the port."""
        await self._server.open()

    async def close(self) -> None:
        """Closes it."""
        await self._server.close()


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


@dataclass
class Person:
    """Somebody with a Telegram account. When a message they wait for never comes, they write /start."""

    world: World
    user: FakeUser

    @property
    def chat(self) -> str:
        """The number of their chat."""
        return str(self.user.id)

    async def sees(self, words: str, again: str = "/start") -> None:
        """Wait until the newest message of the bot has these words; when it was lost, ask for it `again`, once."""
        deadline, calm = time.monotonic() + LONGEST, 0
        while not self._shows(words):
            self.world.check()
            assert time.monotonic() < deadline, f"waited for {words!r}:\n{self.user.transcript()[-600:]}"
            if self.world.death is not None and not self.world.waited_in_vain and await self.world.at_rest():
                calm += 1
                if calm == 3 and not self._shows(words):
                    self.world.waited_in_vain.append(words)
                    await self.user.say(again)
            await asyncio.sleep(0.03)

    def _shows(self, words: str) -> bool:
        written = [message for message in self.user.chat if message.by == "bot"]
        return bool(written) and words in written[-1].text

    async def tap(self, label: str, awaited: str | None = None) -> None:
        """Press a button, and wait for what is asked or said then."""
        await self.user.tap(label)
        if awaited is not None:
            await self.sees(awaited)

    async def start(self, awaited: str, token: str = "") -> None:
        """Press Start."""
        await self.user.start(token)
        await self.sees(awaited)


def person(world: World, name: str) -> Person:
    """Somebody with an account of this name."""
    return Person(world, world.telegram.user(first_name=name))
