"""The place where these tests happen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.bot.channels.web.place import Place, open_place


@pytest_asyncio.fixture
async def place(published_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with open_place(tmp_path) as opened:
        yield opened
