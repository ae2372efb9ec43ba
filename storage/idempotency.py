"""Answers already given to an Idempotency-Key: the first request is carried out, all others get its answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, or_, update

from storage.database import Tx
from storage.dialects import insert
from storage.tables import idempotency

UNFINISHED: Final = 0
"""The status of a request that is still being carried out."""

PATIENCE: Final = timedelta(seconds=60)
"""A request that has not been finished by then was interrupted: the next one with its key carries it out."""

LIFETIME: Final = timedelta(hours=24)
"""How long answers are kept."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known about a key: which request it came with, and its answer (status 0 while there is none)."""

    request_hash: str
    status: int
    body: str


async def claim(tx: Tx, key: str, request_hash: str, now: datetime) -> Given | None:
    """Take a key for a request. None: carry it out. Else somebody did, or does, with what is returned."""
    values = {"request_hash": request_hash, "status": UNFINISHED, "body": "", "at": now}
    stale = or_(
        and_(idempotency.c.status == UNFINISHED, idempotency.c.at < now - PATIENCE), idempotency.c.at < now - LIFETIME
    )
    row = insert(tx, idempotency).values(key=key, **values)
    taken = await tx.execute(
        row.on_conflict_do_update(index_elements=["key"], set_=values, where=stale).returning(idempotency.c.key)
    )
    if taken.scalar_one_or_none() is not None:
        return None
    found = (await tx.execute(idempotency.select().where(idempotency.c.key == key))).one()
    return Given(found.request_hash, found.status, found.body)


async def finish(tx: Tx, key: str, status: int, body: str) -> None:
    """Keep the answer."""
    await tx.execute(update(idempotency).where(idempotency.c.key == key).values(status=status, body=body))


async def give_up(tx: Tx, key: str) -> None:
    """The request was not carried out: its key may be used again."""
    await tx.execute(delete(idempotency).where(idempotency.c.key == key, idempotency.c.status == UNFINISHED))


async def prune(tx: Tx, now: datetime) -> None:
    """Forget answers that are too old to be asked for again."""
    await tx.execute(delete(idempotency).where(idempotency.c.at < now - LIFETIME))
