"""Connections are used again, each by one mail at a time, and a stale one costs nobody their mail."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.channels.email import EmailChannel, lines
from bot.runtime.ports import Deferred, Delivered, Refused, Unknown
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from tests.bot.channels.email.samples import NOW, SHOP, TEXTS, outgoing
from tests.bot.runtime.test_picking import Still
from tests.edge.smtp import ScriptedSMTP

IDLE = 15.0


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ScriptedSMTP]:
    async with ScriptedSMTP() as scripted:
        yield scripted


@pytest_asyncio.fixture
async def channel(server: ScriptedSMTP) -> AsyncIterator[EmailChannel]:
    settings = Settings(smtp_url=SecretStr(server.url), mail_from="hello@hill.example", shop_name=SHOP.name)
    made = EmailChannel(settings, SHOP, TEXTS, Still(NOW), command_timeout=0.5, dot_timeout=0.5, idle=IDLE)
    yield made
    made.lines.close()


def later(channel: EmailChannel, seconds: float) -> None:
    clock = channel._clock
    assert isinstance(clock, Still)
    clock.pass_seconds(seconds)


async def test_one_connection_serves_mail_after_mail(server: ScriptedSMTP, channel: EmailChannel) -> None:
    for _ in range(5):
        assert isinstance(await channel.send(outgoing()), Delivered)
    assert server.connections == 1 and len(server.accepted) == 5
    assert not [line for line in server.dialogue if line.startswith("NOOP")]


async def test_mails_at_the_same_time_never_share_one(server: ScriptedSMTP, channel: EmailChannel) -> None:
    receipts = await asyncio.gather(*(channel.send(outgoing()) for _ in range(8)))
    assert all(isinstance(receipt, Delivered) for receipt in receipts)
    assert server.connections == 8 and len(server.accepted) == 8
    await asyncio.gather(*(channel.send(outgoing()) for _ in range(8)))
    assert server.connections == 8


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("what", ["drop", "421 4.4.2 idle for too long"])
async def test_a_connection_that_has_come_to_its_end_is_replaced_at_once(
    server: ScriptedSMTP, channel: EmailChannel, stage: Any, what: str
) -> None:
    await channel.send(outgoing())
    server.at(stage, what)
    assert isinstance(await channel.send(outgoing()), Delivered)
    assert server.connections == 2 and len(server.accepted) == 2


async def test_a_break_after_the_body_is_never_tried_again(server: ScriptedSMTP, channel: EmailChannel) -> None:
    await channel.send(outgoing())
    server.at("dot", "drop", accepts=True)
    assert isinstance(await channel.send(outgoing()), Unknown)
    assert len(server.accepted) == 2


async def test_a_new_connection_that_breaks_is_not_replaced(server: ScriptedSMTP, channel: EmailChannel) -> None:
    server.at("mail", "drop")
    assert isinstance(await channel.send(outgoing()), Deferred)
    assert server.connections == 1


async def test_after_a_refusal_the_next_mail_gets_a_connection_of_its_own(
    server: ScriptedSMTP, channel: EmailChannel
) -> None:
    server.at("rcpt", "550 5.1.1 no such user")
    assert isinstance(await channel.send(outgoing()), Refused)
    assert isinstance(await channel.send(outgoing()), Delivered)
    assert server.connections == 2


@pytest.mark.parametrize("what", ["drop", "421 4.4.2 gone", "250 2.0.0 still here"])
async def test_after_a_rest_the_server_is_asked_first(server: ScriptedSMTP, channel: EmailChannel, what: str) -> None:
    await channel.send(outgoing())
    later(channel, lines.FRESH + 1)
    server.at("noop", what)
    assert isinstance(await channel.send(outgoing()), Delivered)
    assert server.connections == (1 if what.startswith("250") else 2)


async def test_a_connection_is_not_used_for_ever(
    server: ScriptedSMTP, channel: EmailChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST", 2)
    for _ in range(4):
        await channel.send(outgoing())
    later(channel, IDLE + 1)
    await channel.send(outgoing())
    assert server.connections == 3


async def test_all_are_hung_up_in_the_end(server: ScriptedSMTP, channel: EmailChannel) -> None:
    supervisor = Supervisor(channel._clock)
    supervisor.run("lines", lambda: channel.lines.watch(supervisor))
    await channel.send(outgoing())
    await supervisor.stop()
    await channel.send(outgoing())
    assert channel.lines._resting == []
    await asyncio.sleep(0.1)
    assert server.dialogue.count("QUIT") == 2
