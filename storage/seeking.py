"""Raw input about somebody who is to be erased: sought before, in small looks for which nobody waits, and deleted.

Nothing tells whose input it is but what it says, so that all of it has to be looked through. Only what came in since it
was sought is looked through by the transaction that erases, which keeps everybody else from writing on SQLite.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select

from storage.database import Database, Tx
from storage.reads import lanes
from storage.reads.lanes import Names
from storage.tables import inbox

UNDER_WAY: Final = 1000
"""So many rows before the newest are looked through again: PostgreSQL numbers a row before others can see it."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The rows (ids) that these names fit, among all up to the row `last` (id, source, natural key; None: no rows)."""

    names: Names
    rows: tuple[int, ...]
    last: tuple[Any, ...] | None


async def seek(database: Database, prospect_id: int) -> Sought:
    """Seek what came in about a prospect. It may take as long as it takes; nothing is locked."""
    async with database.read() as tx:
        names = await lanes.of_person(tx, prospect_id)
        last = (await tx.execute(_LAST)).one_or_none()
    about = names.condition()
    found: list[int] = []
    for piece in lanes.pieces(last.id if last is not None else 0):
        async with database.read() as tx:
            found += (await tx.execute(select(inbox.c.id).where(piece, about))).scalars()
    return Sought(names, tuple(found), tuple(last) if last is not None else None)


_LAST = select(inbox.c.id, inbox.c.source, inbox.c.natural_key).order_by(inbox.c.id.desc()).limit(1)


async def remove(tx: Tx, names: Names, sought: Sought | None = None) -> int:
    """Delete the input that these names fit; returns how many rows. What was sought before is looked up."""
    about, after, count = names.condition(), 0, 0
    if sought is not None and sought.last is not None and names.are_among(sought.names) and await _holds(tx, sought):
        after = max(0, sought.last[0] - UNDER_WAY)
        for start in range(0, len(sought.rows), lanes.PIECE):
            rows = sought.rows[start : start + lanes.PIECE]
            count += (await tx.execute(delete(inbox).where(inbox.c.id.in_(rows), about))).rowcount
    for piece in lanes.pieces(await lanes.newest(tx), after):
        count += (await tx.execute(delete(inbox).where(piece, about))).rowcount
    return count


async def _holds(tx: Tx, sought: Sought) -> bool:
    """Whether the last row is there still. If not, SQLite may have given its number, and those before it, anew."""
    assert sought.last is not None  # noqa: S101 - whoever asks has looked
    known = _LAST.where(inbox.c.id == sought.last[0])
    return (await tx.execute(known)).one_or_none() == sought.last
