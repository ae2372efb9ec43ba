"""Who to look at when rules are tried out or checked: the newest prospects, in pages of row ids."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage.database import Record, Tx
from storage.tables import prospects


async def newest(tx: Tx, limit: int, *, below: int | None = None, known_at: datetime | None = None) -> list[int]:
    """Row ids of the newest prospects, the newest first: below an id, and of those known at a moment already."""
    query = select(prospects.c.id).order_by(prospects.c.id.desc()).limit(limit)
    if below is not None:
        query = query.where(prospects.c.id < below)
    if known_at is not None:
        query = query.where(prospects.c.created_at <= known_at)
    return list((await tx.execute(query)).scalars())


async def oldest(tx: Tx) -> datetime | None:
    """When the first prospect came; None when there is none."""
    query = select(prospects.c.created_at).order_by(prospects.c.id).limit(1)
    found: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def how_many(tx: Tx) -> int:
    """How many prospects there are."""
    return int((await tx.execute(select(func.count()).select_from(prospects))).scalar_one())


async def names(tx: Tx, ids: Sequence[int]) -> dict[int, Record]:
    """uid, first_name and last_name by row id."""
    columns = (prospects.c.id, prospects.c.uid, prospects.c.first_name, prospects.c.last_name)
    rows = await tx.execute(select(*columns).where(prospects.c.id.in_(ids)))
    return {row.id: row for row in rows}
