"""The database that an installation moves to: whether it can be reached, is empty and can keep everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
from sqlalchemy import Connection, Table, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import dialects, engines, moves, workers
from storage.database import Tx, upgrade
from storage.errors import MoveRefused
from storage.moves import MovedTo
from storage.rows import KEPT
from storage.schema import newest_version, schema_version

CURES: Final = {
    "28P01": "does not let this user in; check user and password, or name them in ~/.pgpass",
    "28000": "does not let this user in; check user and password, and who may enter by pg_hba.conf",
    "3D000": "is no database yet; create it: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0",
    "42501": "does not let this user make tables; let it own the database",
}
"""What PostgreSQL says by its codes, with the cure."""


def place_of(address: str) -> str:
    """Where a database is, without whoever may enter and how."""
    url: URL = engines.parse_url(address)
    host = url.host or url.query.get("host") or "localhost"
    return f"{host}{f':{url.port}' if url.port else ''}/{url.database}"


@asynccontextmanager
async def answering(where: str, cure: str) -> AsyncIterator[None]:
    """What the new database fails to do within is told in one sentence, without a value of any row."""
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        driver = getattr(cause, "__cause__", None) or cause
        if type(driver).__module__.startswith("sqlite3"):
            raise  # the old one's own trouble
        known = CURES.get(getattr(driver, "sqlstate", None) or "")
        if known is not None:
            raise MoveRefused(f"{where} {known}") from None
        if isinstance(error, IntegrityError):
            rule = getattr(driver, "constraint_name", None)
            raise MoveRefused(
                f"a row of the old database breaks the rule {rule} of {getattr(driver, 'table_name', None)}; "
                "mend it there, empty the new database and run the same command again"
            ) from None
        raise MoveRefused(f"{where} does not answer ({type(driver).__name__}); {cure}") from None


async def make_ready(new: str, known: MovedTo | None) -> None:
    """Have all tables there, empty or filled by this very move (`known`) so far. Raises MoveRefused."""
    where, engine = place_of(new), engines.make_patient_engine(engines.parse_url(new))
    try:
        async with answering(where, "check the address, and that the server runs"):
            async with engine.connect() as tx:
                version = await _version(tx, where)
            if version is None:
                await upgrade(new)
            async with engine.connect() as tx:
                await _refuse_unless_free(tx, where, known)
    finally:
        await engine.dispose()


async def _version(tx: Tx, where: str) -> str | None:
    """The version of the tables there, None when there are none."""
    if not await dialects.keeps_every_sign(tx):
        raise MoveRefused(f"{where} cannot keep every language; create it with ENCODING 'UTF8' TEMPLATE template0")
    found = await tx.run_sync(schema_version)
    if found is None and await tx.run_sync(_has_tables):
        raise MoveRefused(f"{where} has tables of something else; give Holdback a database of its own")
    if found not in (None, newest_version()):
        raise MoveRefused(
            f"{where} is at version {found}, this program needs {newest_version()}; give an empty database"
        )
    return found


def _has_tables(connection: Connection) -> bool:
    return bool(inspect(connection).get_table_names())


async def _refuse_unless_free(tx: Tx, where: str, known: MovedTo | None) -> None:
    mark = await moves.moved_in(tx)
    if mark is not None and known is not None and mark.id == known.id:
        return
    if await workers.live(tx):
        raise MoveRefused(f"a Holdback is at work on {where}; give an empty database")
    full = [table.name for table in KEPT if await _any(tx, table)]
    if full:
        what = "an unfinished move from elsewhere" if mark is not None and not mark.done else "rows"
        raise MoveRefused(
            f"{where} is not empty: it has {what} (in {', '.join(full[:3])}); give an empty database, "
            "or empty this one (DROP DATABASE, CREATE DATABASE)"
        )


async def _any(tx: Tx, table: Table) -> bool:
    return (await tx.execute(select(table).limit(1))).first() is not None
