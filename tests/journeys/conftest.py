"""The house of a journey: on both databases, or on SQLite alone where the database makes no difference."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.journeys.rig import Rig, open_rig


@pytest_asyncio.fixture
async def rig(database_url: str, tmp_path: Path) -> AsyncIterator[Rig]:
    """A running house with codes in its pools, once on SQLite and once on PostgreSQL."""
    async with open_rig(database_url, tmp_path) as opened:
        await opened.import_codes()
        yield opened


@pytest_asyncio.fixture
async def sqlite_rig(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Rig]:
    """A running house with codes in its pools, on SQLite."""
    async with open_rig(sqlite_url, tmp_path) as opened:
        await opened.import_codes()
        yield opened
