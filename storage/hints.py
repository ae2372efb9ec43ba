"""Hints between the processes that share a PostgreSQL: "there may be work", said by NOTIFY and heard by LISTEN.

A hint is worth nothing by itself: it may be lost, come late or come twice, and whoever waits looks by itself as well.
So it never stands in a transaction with anything else (the commits of all transactions with a NOTIFY wait for each
other, in the whole instance), has a connection of its own, and is not waited for until it is on the disk. It names
bells, nobody and nothing else.
"""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import Database

CHANNEL: Final = "holdback"
"""The name under which the processes of one database hear each other."""

SETTINGS: Final = {"synchronous_commit": "off", "application_name": "holdback hints"}
PATIENCE: Final = {"timeout": 10, "command_timeout": 10}
"""Seconds until whoever does not answer is taken for away."""


class Line:
    """A connection on which hints are given and heard, until it is `lost`."""

    def __init__(self, driver: Any) -> None:
        """`driver` is asyncpg's connection; nothing is heard yet."""
        self._driver, self._me = driver, 0
        self.lost = False

    async def listen(self, heard: Callable[[Collection[str]], None], gone: Callable[[], None]) -> None:
        """From now on tell what others hint at, but not what is hinted here; and when the line is lost."""

        def hear(_driver: Any, sender: int, _channel: str, names: str) -> None:
            if sender != self._me:
                heard(names.split())

        def end(_driver: Any) -> None:
            self.lost = True
            gone()

        # Asked, not taken from the handshake: a pooler has numbers of its own there.
        self._me = await self._driver.fetchval("SELECT pg_backend_pid()")
        self._driver.add_termination_listener(end)
        await self._driver.add_listener(CHANNEL, hear)

    async def hint(self, names: Collection[str]) -> None:
        """Let the others know that these bells were rung; without any, only try whether the line holds."""
        told = " ".join(sorted(names))
        await self._driver.execute(f"NOTIFY {CHANNEL}, '{told}'" if told else "SELECT 1")


@asynccontextmanager
async def line(
    database: Database, heard: Callable[[Collection[str]], None], gone: Callable[[], None]
) -> AsyncIterator[Line]:
    """A line of this PostgreSQL that tells what others hint at (`heard`), and that it was lost (`gone`).

    Raises whatever keeps it from being opened.
    """
    asked = {**PATIENCE, "server_settings": SETTINGS}
    engine = create_async_engine(database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=asked)
    connection = await engine.connect()
    try:
        opened = Line((await connection.get_raw_connection()).driver_connection)
        await opened.listen(heard, gone)
        yield opened
    finally:
        await connection.invalidate()  # closes it, or gives up after 2 s where nobody answers any more
        await connection.close()
        await engine.dispose()
