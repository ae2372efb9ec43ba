"""What a server on SQLite stands on, before and while it works: the disk, the file, the settings."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from bot.house import House
from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor
from storage import engines, filesystems, sound, wiping
from storage.database import Database

log = structlog.get_logger("footing")

QUIET: Final = 60.0
"""Seconds after a start in which a large file is not looked at yet: first of all people are answered."""

LOOK: Final = 5.0
"""Seconds between two looks at the log."""


def file_of(address: str) -> Path | None:
    """The SQLite file of this database, None for PostgreSQL. Raises DatabaseUrlInvalid, NetworkDisk."""
    file = engines.sqlite_file(engines.parse_url(address))
    if file is not None:
        filesystems.refuse_network(file)
    return file


async def before(file: Path) -> bool:
    """Before anything is written; this process alone has the file. Returns whether all of it was looked through.

    Raises DatabaseDamaged.
    """
    return await asyncio.to_thread(sound.examine, file)


async def opened(house: House, file: Path) -> None:
    """The database is open: say what it is, and refuse to go on without the settings that promises rest on.

    Raises SettingsNotKept.
    """
    await house.database.refuse_unless_set()
    log.info("SQLite", version=sound.VERSION, on=filesystems.file_system_of(file) or "unknown")


def watch(house: House, file: Path, supervisor: Supervisor, *, whole: bool) -> None:
    """While the server works: do what only it may do to the file, and look through one that was too large before."""
    supervisor.run("log", lambda: look_after_log(house.database, house.clock, supervisor))
    if not whole:
        supervisor.run("whole", lambda: look_through(house, file, supervisor))


async def look_after_log(database: Database, clock: Clock, supervisor: Supervisor) -> None:
    """Empty the log when a command has erased somebody; find out why it is long, and say so.

    Either somebody reads for long, or the disk fails when it is folded in: SQLite itself is silent about both.
    """
    long = False
    while not supervisor.stopping.is_set():
        await wiping.answer(database)
        was_long, long = long, database.log_size() > engines.LOG_LIMIT and not await database.fold()
        if long and not was_long:
            log.warning("something reads for long, so that the database's log grows", size=database.log_size())
        await supervisor.unless_stopping(clock.sleep(LOOK))


async def look_through(house: House, file: Path, supervisor: Supervisor) -> None:
    """Look through a file while others work, table by table; when one is damaged, the server stops."""
    await supervisor.unless_stopping(house.clock.sleep(QUIET))
    for table in sound.TABLES:
        if supervisor.stopping.is_set():
            return
        found = await asyncio.to_thread(sound.damage, file, table=table)
        if found is not None:
            log.error("the database is damaged", table=table)
            house.database.trust.lose(found)
            return
    log.info("the database was looked through and is whole")
