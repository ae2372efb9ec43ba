"""A database of a test, opened."""

from collections.abc import AsyncIterator

import pytest_asyncio

from storage.database import Database, Tx
from storage.engines import make_engine


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once SQLite and once PostgreSQL."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def tx(database: Database) -> AsyncIterator[Tx]:
    """A writing transaction that is taken back at the end."""
    engine = make_engine(database.url, writer=True)
    async with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        await transaction.rollback()
    await engine.dispose()
