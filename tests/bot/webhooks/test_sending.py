"""Webhooks on a real local port: signed as Standard Webhooks says, tried again, given up, and never sent elsewhere."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.runtime.clock import VirtualClock
from bot.runtime.supervisor import Supervisor
from bot.webhooks import signing
from bot.webhooks.sender import NO_SUCH_PLACE, Sender, make_client
from storage import deliveries, endpoints, hold
from storage.database import Database, Record
from storage.tables import deliveries as table
from tests.edge.smtp import Certificate

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = b"k" * 32


@dataclass
class Receiver:
    """A CRM on this machine: answers as it is told, and keeps what it was sent."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answering.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/holdback?from=shop"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.calls.append((head[0], headers, body))
        self.arrived.set()
        await self.answering.wait()
        answer = self.answers.pop(0) if self.answers else "204 No Content"
        if answer != "hang up":
            writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def called(self, times: int) -> None:
        """Until it has been called so often."""
        while len(self.calls) < times:
            self.arrived.clear()
            await self.arrived.wait()


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A SQLite file alone."""
    return sqlite_url


@dataclass
class World:
    database: Database
    clock: VirtualClock
    receiver: Receiver
    sender: Sender

    async def announce(self, key: str = "1") -> None:
        data = {"offer": "sample", "named": "Zsófia"}
        now = self.clock.now()
        await self.database.transact(lambda tx: deliveries.announce(tx, "offer.granted", data, None, key, now))

    async def send(self) -> int:
        async with make_client() as client:
            count = await self.sender.send_due(client, Supervisor(self.clock))
            await self.sender.all_over()
        return count

    async def rows(self) -> list[Record]:
        async with self.database.read() as tx:
            return list((await tx.execute(select(table).order_by(table.c.id))).all())


@pytest_asyncio.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with listening() as receiver:
        clock = VirtualClock(NOW)
        await database.transact(lambda tx: endpoints.add(tx, receiver.url, ["offer.granted"], "test", NOW))
        yield World(database, clock, receiver, Sender(database, clock, KEY, private=True))


async def test_while_everything_is_held_back_nobody_is_told_anything(world: World) -> None:
    await world.announce()
    await world.database.transact(lambda tx: hold.hold(tx, "restored from a backup"))
    assert await world.send() == 0 and not world.receiver.calls
    await world.database.transact(hold.release)
    assert await world.send() == 1


async def test_a_webhook_arrives_once_and_its_signature_can_be_checked(world: World) -> None:
    await world.announce()
    assert await world.send() == 1 and await world.send() == 0
    ((line, headers, body),) = world.receiver.calls
    assert line == "POST /hooks/holdback?from=shop HTTP/1.1" and headers["host"] == f"127.0.0.1:{world.receiver.port}"
    async with world.database.read() as tx:
        (endpoint,) = await endpoints.everyone(tx)
    secret = base64.b64decode(signing.secret_of(KEY, endpoint.uid).removeprefix("whsec_"))
    assert len(secret) == 32 and headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    assert (
        headers["webhook-signature"].split(",", 1)[1] == right.lower() or headers["webhook-signature"] == f"v1,{right}"
    )
    document = json.loads(body)
    assert document == {
        "type": "offer.granted",
        "timestamp": "2026-03-02T12:00:00Z",
        "data": {"offer": "sample", "named": "Zsófia"},
    }
    (row,) = await world.rows()
    assert (row.state, row.status, row.attempts) == ("delivered", 204, 1)


def test_the_signature_is_the_one_of_the_specification() -> None:
    headers = signing.headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_what_fails_is_tried_again_with_the_same_id_until_it_arrives(world: World) -> None:
    world.receiver.answers = ["500 Oops", "hang up", "302 Found\r\nLocation: http://127.0.0.1:1/"]
    await world.announce()
    for pause in (0, 5, 300, 1800):
        world.clock.advance(timedelta(seconds=max(pause, 0)))
        assert await world.send() == 1
    (row,) = await world.rows()
    assert (row.state, row.attempts) == ("delivered", 4)
    assert len({headers["webhook-id"] for _, headers, _ in world.receiver.calls}) == 1
    assert {line for line, _, _ in world.receiver.calls} == {"POST /hooks/holdback?from=shop HTTP/1.1"}


async def test_an_endpoint_that_is_gone_is_disabled_with_all_that_waits_for_it(world: World) -> None:
    world.receiver.answers = ["410 Gone"]
    await world.announce("1")
    assert await world.send() == 1
    await world.announce("2")
    assert await world.send() == 0 and {row.state for row in await world.rows()} == {"failed"}
    async with world.database.read() as tx:
        (endpoint,) = await endpoints.everyone(tx)
    assert endpoint.disabled_at == NOW


async def test_a_test_is_sent_at_once_and_says_how_it_went(world: World) -> None:
    world.receiver.answers = ["200 OK", "401 Unauthorized", "hang up"]
    async with world.database.read() as tx:
        (endpoint,) = await endpoints.everyone(tx)
    assert [await world.sender.test(endpoint.id) for _ in range(3)] == [200, 401, None]
    assert [row.state for row in await world.rows()] == ["delivered", "failed", "failed"]


async def test_nothing_is_sent_to_this_machine_unless_the_setting_says_so(world: World) -> None:
    strict = Sender(world.database, world.clock, KEY)
    async with world.database.read() as tx:
        (endpoint,) = await endpoints.everyone(tx)
    assert await strict.test(endpoint.id) == NO_SUCH_PLACE
    assert world.receiver.calls == []


@pytest.mark.parametrize("failing", [1, 7])
async def test_an_endpoint_that_fails_holds_up_nobody_else(world: World, failing: int) -> None:
    async with listening() as other:
        other.answers = ["500 Oops"] * failing
        now = world.clock.now()
        await world.database.transact(lambda tx: endpoints.add(tx, other.url, ["offer.granted"], "test", now))
        for number in range(7):
            await world.announce(str(number))
        assert await world.send() == 10 and await world.send() == 4
        assert len(world.receiver.calls) == len(other.calls) == 7
        states = [row.state for row in await world.rows()]
        assert states.count("ready") == failing


async def test_an_endpoint_that_hangs_holds_up_nobody_else(world: World) -> None:
    world.receiver.answering.clear()
    async with listening() as other:
        now = world.clock.now()
        await world.database.transact(lambda tx: endpoints.add(tx, other.url, ["offer.granted"], "test", now))
        for number in range(20):
            await world.announce(str(number))
        supervisor = Supervisor(world.clock)
        supervisor.run("webhooks", lambda: world.sender.run(supervisor))
        await other.called(20)
        async with world.database.read() as tx:
            _, hanging = await endpoints.everyone(tx)
        assert hanging.failing_since is None, "its first calls are still under way"
        assert len(world.receiver.calls) <= deliveries.AT_ONCE
        tried = [row for row in await world.rows() if row.endpoint_id == hanging.id and row.attempts]
        assert len(tried) == deliveries.AT_ONCE and {row.state for row in tried} == {"ready"}
        world.receiver.answering.set()
        await world.receiver.called(20)
        await supervisor.stop()
    assert {(row.state, row.attempts) for row in await world.rows()} == {("delivered", 1)}


async def test_however_many_endpoints_hang_no_more_calls_are_under_way_than_may_be(world: World) -> None:
    calls = dict.fromkeys(range(100, 109), deliveries.AT_ONCE)
    await world.announce()
    for number in range(deliveries.AT_ONCE):
        await world.announce(f"more {number}")
    now, (own,) = world.clock.now(), {row.endpoint_id for row in await world.rows()}
    busy = calls | {own: 2, 110: 1}
    claimed = await world.database.transact(lambda tx: deliveries.claim(tx, now, busy))
    assert len(claimed) == 2, "two of its own five places, and two of fifty, are left"
    full = calls | {own: 5}
    assert await world.database.transact(lambda tx: deliveries.claim(tx, now, full)) == []
    async with world.database.read() as tx:
        assert await deliveries.any_due(tx, now, [100]) and not await deliveries.any_due(tx, now, [own])


async def test_a_call_that_is_under_way_when_the_house_stops_is_ended_and_written_down(world: World) -> None:
    world.receiver.answering.clear()
    await world.announce()
    supervisor = Supervisor(world.clock)

    async def answer() -> None:
        await supervisor.stopping.wait()
        await asyncio.sleep(0.05)
        world.receiver.answering.set()

    supervisor.run("webhooks", lambda: world.sender.run(supervisor))
    await world.receiver.called(1)
    await asyncio.gather(supervisor.stop(), answer())
    (row,) = await world.rows()
    assert (row.state, row.attempts) == ("delivered", 1)


async def test_the_certificate_has_to_be_that_of_the_name(database: Database, certificate: Certificate) -> None:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=certificate.for_server())
    port = server.sockets[0].getsockname()[1]
    clock = VirtualClock(NOW)

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    sender = Sender(database, clock, KEY, private=True, look=here)
    trusting = httpx.AsyncClient(verify=certificate.for_client(), trust_env=False)
    async with server, trusting as client:
        for name in ("localhost", "crm.example.com"):
            url = f"https://{name}:{port}/in"
            await database.transact(lambda tx, to=url: endpoints.add(tx, to, ["offer.granted"], "test", NOW))  # type: ignore[misc]
        await database.transact(lambda tx: deliveries.announce(tx, "offer.granted", {}, None, "1", NOW))
        assert await sender.send_due(client, Supervisor(clock)) == 2
        await sender.all_over()
    assert [headers["host"] for _, headers, _ in receiver.calls] == [f"localhost:{port}"]
