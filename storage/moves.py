"""Whether an installation has moved to another database, and whether one is still being moved into: two small facts.

The old database names where everything went, and is used no more; the new one names the move that it belongs to, and
how far that has come.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection as Tx

from storage.dialects import insert
from storage.errors import MovedAway, MoveUnfinished
from storage.tables import facts

MOVED_TO: Final = "moved_to"
MOVED_IN: Final = "moved_in"
MARKS: Final = (MOVED_TO, MOVED_IN)
"""Names of facts that say something of this very database, and go nowhere with it."""


@dataclass(frozen=True, slots=True)
class MovedTo:
    """On the old database. `to` has no password in it; not `done`: the move was begun, and has to be finished."""

    id: str
    to: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class MovedIn:
    """On the new database: all tables before `table` are there, and of `table` all rows up to the key `after`."""

    id: str
    done: bool = False
    table: str = ""
    after: tuple[Any, ...] | None = None


def goes_along(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether a row is the installation's, and not a word on this very database."""
    return table is not facts or row["name"] not in MARKS


async def moved_to(tx: Tx) -> MovedTo | None:
    """Where this database's installation has gone, or is going."""
    return _as_moved_to((await _marks(tx)).get(MOVED_TO))


async def moved_in(tx: Tx) -> MovedIn | None:
    """Which move has filled this database, or is filling it."""
    return _as_moved_in((await _marks(tx)).get(MOVED_IN))


async def note(tx: Tx, mark: MovedTo | MovedIn) -> None:
    """Write it down, in the transaction that makes it true."""
    name, value = MOVED_TO if isinstance(mark, MovedTo) else MOVED_IN, json.dumps(asdict(mark))
    row = insert(tx, facts).values(name=name, value=value)
    await tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def stay(tx: Tx) -> MovedTo | None:
    """This database is in use again; returns where its installation had gone, or was going."""
    mark = await moved_to(tx)
    await tx.execute(delete(facts).where(facts.c.name == MOVED_TO))
    return mark


async def refuse_unless_home(tx: Tx) -> None:
    """Whoever works on a database looks first whether the installation lives there.

    Raises MovedAway, MoveUnfinished.
    """
    found = await _marks(tx)
    away, coming = _as_moved_to(found.get(MOVED_TO)), _as_moved_in(found.get(MOVED_IN))
    if away is not None:
        raise MovedAway(away.to, done=away.done)
    if coming is not None and not coming.done:
        raise MoveUnfinished


async def _marks(tx: Tx) -> dict[str, str]:
    found = await tx.execute(select(facts.c.name, facts.c.value).where(facts.c.name.in_(MARKS)))
    return {row.name: row.value for row in found}


def _as_moved_to(kept: str | None) -> MovedTo | None:
    return None if kept is None else MovedTo(**json.loads(kept))


def _as_moved_in(kept: str | None) -> MovedIn | None:
    if kept is None:
        return None
    read = json.loads(kept)
    return MovedIn(**read | {"after": None if read["after"] is None else tuple(read["after"])})
