"""What the tests of the storage share: a transaction that leaves nothing behind."""

from collections.abc import AsyncIterator

import pytest_asyncio

from storage.database import Database, Tx
from storage.engines import make_engine
from tests.opened import database

__all__ = ["database", "tx"]


@pytest_asyncio.fixture
async def tx(database: Database) -> AsyncIterator[Tx]:
    """A writing transaction that is taken back at the end."""
    engine = make_engine(database.url, writer=True)
    async with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        await transaction.rollback()
    await engine.dispose()
