"""A database of a test, opened."""

from collections.abc import AsyncIterator

import pytest_asyncio

from storage.database import Database


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once SQLite and once PostgreSQL."""
    opened = Database(database_url)
    yield opened
    await opened.close()
