"""An installation moves from SQLite to PostgreSQL: every row, some at a time, and compared on both sides at the end.

It may be killed at any moment: how far it came stands in the new database, in the transactions that brought it there.
Until everything is compared, the old database is the one that counts; from then on it only says where everything went.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Table, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import arriving, dialects, engines, inbox, moves, outbox
from storage.arriving import answering, place_of
from storage.database import Database, Tx
from storage.digests import tally
from storage.errors import MovedAway, MoveRefused
from storage.fitting import misfit
from storage.ids import new_uid
from storage.moves import MARKS, MovedIn, MovedTo, goes_along
from storage.rows import KEPT, key_of, page, put
from storage.tables import facts

CHUNK: Final = 1000
"""Rows that are brought over in one transaction."""

Told = Callable[[int, int], None]
"""Is told after each piece how many rows were copied and compared by now, of how many."""


def untold(_done: int, _all: int) -> None:
    """For whoever does not watch."""


async def relocate(old: str, new: str, told: Told = untold) -> dict[str, int]:
    """Move everything from a SQLite file that nobody serves to an empty PostgreSQL database. Returns table -> rows.

    Both as their addresses.

    Run again after it was stopped, it goes on where it was. Raises MoveRefused, MovedAway, SchemaOutdated; what is said
    holds no password.
    """
    where = place_of(new)
    known = await _look_home(old, where)
    await arriving.make_ready(new, known)
    mark = await _leave_home(old, known or MovedTo(new_uid(), where))
    source = engines.make_engine(engines.parse_url(old), writer=True, checkpoints=False)
    target = engines.make_patient_engine(engines.parse_url(new))
    try:
        # Held to the end, with SQLite's one lock for writing: nobody changes what is being copied.
        async with source.connect() as here, here.begin():
            async with answering(where, "run the same command again: it goes on where it was"):
                progress = _Progress(told, 2 * sum([await _size(here, table) for table in KEPT]))
                await _copy_all(here, target, mark, progress)
                counts = await _compare_all(here, target, progress)
                await _arrive(target, mark)
            await moves.note(here, replace(mark, done=True))
    except OperationalError:
        raise MoveRefused(
            "another command is at work on the old database; let it end, then run the same command again"
        ) from None
    finally:
        await target.dispose()
        await source.dispose()
    return counts


async def stay(old: str) -> MovedTo | None:
    """The old database is in use again; returns where its installation had gone, None when it had not."""
    database = Database(old, checkpoints=False)
    try:
        return await database.transact(moves.stay)
    finally:
        await database.close()


async def _look_home(old: str, where: str) -> MovedTo | None:
    """The move that was begun and goes on; None for a new one. Raises MovedAway for any other."""
    database = Database(old, checkpoints=False)
    try:
        await database.check()
    except MovedAway:
        async with database.read() as tx:
            known = await moves.moved_to(tx)
        if known is None or known.done or known.to != where:
            raise
        return known
    finally:
        await database.close()
    return None


async def _leave_home(old: str, mark: MovedTo) -> MovedTo:
    """Say in the old database that it is being left; what a server had in hand when it was killed is laid down."""

    async def work(tx: Tx) -> None:
        await moves.note(tx, mark)
        await inbox.release_leases(tx)
        await outbox.park_interrupted(tx)

    database = Database(old, checkpoints=False)
    try:
        await database.transact(work)
    finally:
        await database.close()
    return mark


class _Progress:
    """How many rows are done, copied or compared."""

    def __init__(self, told: Told, total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def add(self, rows: int) -> None:
        self._done += rows
        self._told(self._done, self._total)


async def _copy_all(here: Tx, target: AsyncEngine, mark: MovedTo, progress: _Progress) -> None:
    async with target.connect() as there:
        so_far = await moves.moved_in(there) or MovedIn(mark.id)
    reached = next((number for number, table in enumerate(KEPT) if table.name == so_far.table), 0)
    for number, table in enumerate(KEPT):
        if so_far.done or number < reached:
            progress.add(await _size(here, table))
            continue
        after = so_far.after if table.name == so_far.table else None
        while rows := await page(here, table, after, CHUNK):
            after = key_of(table, rows[-1])
            moving = [row for row in rows if goes_along(table, row)]
            _refuse_misfits(table, moving)
            async with target.begin() as there:
                if moving:
                    await put(there, table, moving)
                await moves.note(there, MovedIn(mark.id, table=table.name, after=after))
            progress.add(len(moving))


async def _size(tx: Tx, table: Table) -> int:
    """How many rows of a table go."""
    query = select(func.count()).select_from(table)
    going = query.where(facts.c.name.not_in(MARKS)) if table is facts else query
    return int((await tx.execute(going)).scalar_one())


def _refuse_misfits(table: Table, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        why = misfit(table, row)
        if why is not None:
            key = ", ".join(str(part) for part in key_of(table, row))
            raise MoveRefused(
                f"{table.name} {key}: {why}; mend this row in the old database, then run the same command again"
            )


async def _compare_all(here: Tx, target: AsyncEngine, progress: _Progress) -> dict[str, int]:
    """Every table, read on both sides. Raises MoveRefused for the first one that is not the same."""
    counts = {}
    for table in KEPT:
        goes = partial(goes_along, table)
        left = await tally(here, table, counts=goes)
        async with target.connect() as there, there.begin():
            right = await tally(there, table, counts=goes)
        if left != right:
            found = f"{left.rows} rows here, {right.rows} there" if left.rows != right.rows else "its rows differ"
            raise MoveRefused(
                f"{table.name} is not the same on both sides ({found}); the old database is whole: empty the new one "
                "(DROP DATABASE, CREATE DATABASE) and run the same command again"
            )
        counts[table.name] = left.rows
        progress.add(left.rows)
    return counts


async def _arrive(target: AsyncEngine, mark: MovedTo) -> None:
    """Everything is there and the same: from here on the new database may be served."""
    async with target.begin() as there:
        await dialects.count_on(there, KEPT)
        await moves.note(there, MovedIn(mark.id, done=True))
    async with target.begin() as there:
        await dialects.learn(there)
