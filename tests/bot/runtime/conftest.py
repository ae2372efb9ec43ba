"""What the tests of turns share: a whole house on a virtual clock."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from pydantic import SecretStr

from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.settings import Settings
from tests.bench.corridor import TOKEN
from tests.storage.world import NOW


@pytest_asyncio.fixture
async def house(sampled_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house with a Telegram bot and no quiet hours, on the sampled databases; its time stands at NOW."""
    settings = Settings(
        home_dir=tmp_path,
        database_url=SecretStr(sampled_database_url),
        telegram_token=SecretStr(TOKEN),
        quiet_hours="",
    )
    async with open_house(settings, server=True, clock=VirtualClock(NOW)) as opened:
        yield opened
