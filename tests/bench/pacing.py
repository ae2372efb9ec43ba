"""Sending at pace: messages a second to a Telegram that counts exactly and refuses the one that is too many."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
from pydantic import SecretStr

from bot.app import make_dispatcher
from bot.channels.telegram.client import connect
from bot.house import open_house
from bot.runtime import loops
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from tests.bench.measure import Goal, Part, Rounds, Sizes
from tests.bot.runtime.crowd import gather
from tests.edge.telegram import TOKEN

RATE, TAKEN, CORE = "paced", "paced, taken at once", "paced, share of a core"
FIRST = 5000
"""The number of the first chat."""

GOALS = (
    Goal("G8  messages a second to a Telegram that takes 30", RATE, None, 29, "messages/s"),
    Goal("G8  share that it takes at once, refusing none as too many", TAKEN, None, 1, ""),
    Goal("G8  share of a core that sending them takes", CORE, None, 0.05, "", at_most=True),
)


@asynccontextmanager
async def strict_telegram() -> AsyncIterator[str]:
    """A Telegram in a process of its own, and its address."""
    command = [sys.executable, "-m", "tests.edge.telegram", "--strict-limits"]
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert server.stdout is not None
    told = json.loads(await server.stdout.readline())
    try:
        yield told["url"]
    finally:
        server.kill()
        await server.wait()


async def measure(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """So many seconds of it, once."""
    async with strict_telegram() as url, httpx.AsyncClient(base_url=url, timeout=60) as control:
        chats = range(FIRST, FIRST + int(31 * sizes.seconds))
        for chat in chats:
            await control.post(f"/control/user/{chat}/start", content=b"{}")
        token = TOKEN
        settings = Settings(
            home_dir=folder, telegram_token=SecretStr(token), telegram_api_url=url, quiet_hours="", bind="127.0.0.1:1"
        )
        async with open_house(settings, server=True) as house, connect(token, url) as bot:
            await gather(house, chats)
            supervisor = Supervisor(house.clock)
            began, worked = time.monotonic(), time.process_time()
            supervisor.run(
                "send", partial(loops.send, make_dispatcher(house, bot, supervisor), house.bells, supervisor)
            )
            await asyncio.sleep(sizes.seconds)
            took, worked = time.monotonic() - began, time.process_time() - worked
            await supervisor.stop()
        calls = (await control.get("/control/ledger")).json()["calls"]
    codes = [call["code"] for call in calls if call["method"] == "sendMessage"]
    rounds.note(RATE, codes.count(200) / took)
    rounds.note(TAKEN, codes.count(200) / len(codes))
    rounds.note(CORE, worked / took)


PARTS = (Part("pacing", GOALS, measure),)
