"""A database of a test, opened, and closed at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio

from storage.database import Database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database with this address."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once SQLite and once PostgreSQL; a module that says otherwise has its own `database_url`."""
    async with opened(database_url) as database:
        yield database
