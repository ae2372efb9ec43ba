"""Two processes send to a Telegram that counts exactly: as fast as it allows, and not once faster."""

import asyncio
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import make_dispatcher
from bot.channels.telegram.client import connect
from bot.house import open_house
from bot.runtime import loops
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from tests.bot.runtime.crowd import all_started, gather
from tests.edge.telegram import FakeTelegram

CHATS = range(1000, 1150)
AT_LEAST = 10
"""Messages a second on a machine where everything else runs too; alone it is 29 (`make bench ARGS=pacing`)."""


@pytest.mark.slow
@pytest.mark.postgres
async def test_two_processes_send_as_fast_as_telegram_allows_and_never_faster(
    postgres_url: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeTelegram(strict_limits=True))
        settings = Settings(
            home_dir=tmp_path,
            database_url=SecretStr(postgres_url),
            telegram_token=SecretStr(fake.token),
            telegram_api_url=fake.url,
            quiet_hours="",
        )
        houses = [await stack.enter_async_context(open_house(settings, server=True)) for _ in range(2)]
        await all_started(fake, CHATS)
        await gather(houses[0], CHATS)
        supervisor = Supervisor(houses[0].clock)
        began = time.monotonic()
        for number, house in enumerate(houses):
            bot = await stack.enter_async_context(connect(fake.token, fake.url))
            supervisor.run(
                f"send {number}", partial(loops.send, make_dispatcher(house, bot, supervisor), house.bells, supervisor)
            )
        while len(fake.sent) < len(CHATS):
            assert time.monotonic() - began < 60
            await asyncio.sleep(0.02)
        took = time.monotonic() - began
        await supervisor.stop()
    calls = [call for call in fake.ledger.calls if call.method == "sendMessage"]
    assert {call.code for call in calls} == {200}
    assert len(calls) == len(CHATS)
    assert len(CHATS) / took >= AT_LEAST, took
