"""The processes that share a PostgreSQL database: who is at work, and taking back what those held who are gone.

A SQLite file has one server, which takes back everything when it starts; nobody is written down there.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, exists, func, insert, select, update

from storage import inbox, outbox
from storage.database import Record, Tx
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from storage.tables import workers

LOST: Final = timedelta(seconds=15)
"""Who has not been seen for so long is taken for dead. All times are the database's."""


async def join(tx: Tx, roles: Sequence[str]) -> int:
    """A process begins to work; returns the number that it is known by, which nobody had before."""
    row = {"roles": ",".join(roles), "started_at": func.now(), "seen_at": func.now()}
    return int((await tx.execute(insert(workers).values(row).returning(workers.c.id))).scalar_one())


async def beat(tx: Tx, worker: int) -> bool:
    """It is still there. False: it was taken for dead, and what it had in hand was taken back; let it join again."""
    seen = update(workers).where(workers.c.id == worker).values(seen_at=func.now())
    return (await tx.execute(seen)).rowcount == 1


async def live(tx: Tx) -> Sequence[Record]:
    """Who is at work now: id, roles, started_at, seen_at; the eldest first."""
    rows = await tx.execute(select(workers).where(workers.c.seen_at > func.now() - LOST).order_by(workers.c.id))
    return rows.all()


async def alone(tx: Tx, worker: int) -> bool:
    """Whether nobody else is at work now."""
    others = exists().where(workers.c.id != worker, workers.c.seen_at > func.now() - LOST)
    return not (await tx.execute(select(others))).scalar_one()


async def take_back_from_lost(tx: Tx) -> int:
    """What those had in hand who have not been seen for too long; see `take_back`."""
    lost = (await tx.execute(select(workers.c.id).where(workers.c.seen_at <= func.now() - LOST))).scalars().all()
    return await take_back(tx, lost) if lost else 0


async def take_back(tx: Tx, gone: Sequence[int]) -> int:
    """What these had in hand is free again, and they are forgotten.

    Input is handed out anew. What stood in a call is `unknown`, never sent again; what did not get so far waits as
    before. Whoever of them wakes up finds that nothing is theirs any more. Rows that an unfinished transaction of
    theirs has locked are left for the next time, and their names with them. Returns how many messages are `unknown`.
    """
    await inbox.take_back(tx, gone)
    parked = await outbox.take_back(tx, gone)
    held = inbox_table.c.worker == workers.c.id, inbox_table.c.state == "new", inbox_table.c.lease_until.is_not(None)
    sends = outbox_table.c.worker == workers.c.id, outbox_table.c.state.in_(outbox.IN_HAND)
    await tx.execute(
        delete(workers).where(workers.c.id.in_(gone), ~exists().where(*held), ~exists().where(*sends)),
    )
    return parked


async def leave(tx: Tx, worker: int) -> int:
    """A process says goodbye, and lays down what it has in hand; returns how many messages are `unknown` by that."""
    await tx.execute(update(workers).where(workers.c.id == worker).values(seen_at=func.now() - 2 * LOST))
    return await take_back(tx, [worker])
