"""Several servers share a PostgreSQL: one dies or falls asleep in the middle of a call, and the others notice soon."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.edge.telegram import TOKEN, FakeTelegram
from tests.edge.wire import HOST
from tests.journeys.rig import free_port

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
SOON = 25.0
"""Real seconds until a dead server was noticed: 15 without a sign of life, and some on a busy machine."""


@dataclass
class Town:
    """Servers by their roles, one Telegram, one database."""

    url: str
    folder: Path
    telegram: FakeTelegram
    database: Database
    servers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    async def serve(self, roles: str) -> "subprocess.Popen[bytes]":
        """A process that does only this; returns when it is known to work."""
        settings = {
            "HOME_DIR": self.folder, "DATABASE_URL": self.url, "BIND": f"{HOST}:{free_port()}", "SECRET_KEY": "s" * 40,
            "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": self.telegram.url, "TELEGRAM_PER_CHAT_SECONDS": 0,
            "QUIET_HOURS": "", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        env = os.environ | {f"HOLDBACK_{name}": str(value) for name, value in settings.items()}
        command = [sys.executable, "-m", "bot", "serve", "--only", roles]
        server = await asyncio.to_thread(subprocess.Popen, command, cwd=ROOT, env=env)
        self.servers.append(server)
        await self.comes_to(
            f"SELECT count(*) FROM workers WHERE roles = '{roles}' AND seen_at > now() - interval '4 s'"
        )
        return server

    async def value(self, query: str) -> Any:
        async with self.database.read() as tx:
            return (await tx.execute(text(query))).scalar_one_or_none()

    async def comes_to(self, query: str, wanted: Any = 1) -> float:
        """Wait until the query says so; returns after how many seconds."""
        began = time.monotonic()
        while await self.value(query) != wanted:
            assert time.monotonic() - began < 2 * SOON, (query, await self.value(query))
            await asyncio.sleep(0.1)
        return time.monotonic() - began


@asynccontextmanager
async def open_town(url: str, folder: Path) -> AsyncIterator[Town]:
    async with FakeTelegram() as telegram:
        town = Town(url, folder, telegram, Database(url))
        try:
            yield town
        finally:
            for server in town.servers:
                server.send_signal(signal.SIGCONT)
                server.kill()
                await asyncio.to_thread(server.wait)
            await town.database.close()


STATE = "SELECT state FROM outbox ORDER BY id LIMIT 1"


@asynccontextmanager
async def in_the_middle_of_a_call(url: str, folder: Path) -> AsyncIterator[tuple[Town, "subprocess.Popen[bytes]"]]:
    """The question has reached somebody, and the server that sent it waits for Telegram's word."""
    async with open_town(url, folder) as town:
        await town.serve("web,intake,timers")
        sender = await town.serve("dispatch")
        town.telegram.fault("sendMessage", "delay", seconds=3)
        user = town.telegram.user()
        await user.start("")
        await town.comes_to(STATE, "sending")
        yield town, sender


async def test_what_a_killed_sender_had_in_a_call_is_known_as_unknown_soon_and_not_sent_again(
    postgres_url: str, tmp_path: Path
) -> None:
    async with in_the_middle_of_a_call(postgres_url, tmp_path) as (town, sender):
        sender.kill()
        assert 10 < await town.comes_to(STATE, "unknown") < SOON
        await town.serve("dispatch")
        await asyncio.sleep(2)
        assert await town.value(STATE) == "unknown" and not town.telegram.sent, "nothing is sent again"


async def test_a_sender_that_was_only_asleep_tells_the_truth_when_it_wakes_up(
    postgres_url: str, tmp_path: Path
) -> None:
    async with in_the_middle_of_a_call(postgres_url, tmp_path) as (town, sender):
        before = await town.value("SELECT max(id) FROM workers")
        sender.send_signal(signal.SIGSTOP)
        await town.comes_to(STATE, "unknown")
        sender.send_signal(signal.SIGCONT)
        await town.comes_to(STATE, "sent")
        assert len(town.telegram.sent) == 1
        assert await town.comes_to(f"SELECT count(*) FROM workers WHERE id > {before} AND roles = 'dispatch'") < SOON


async def test_who_is_stopped_in_order_ends_its_call_and_says_goodbye(postgres_url: str, tmp_path: Path) -> None:
    async with in_the_middle_of_a_call(postgres_url, tmp_path) as (town, sender):
        sender.terminate()
        await asyncio.to_thread(sender.wait, SOON)
        assert sender.returncode == 0 and await town.value(STATE) == "sent"
        assert await town.value("SELECT count(*) FROM workers") == 1
