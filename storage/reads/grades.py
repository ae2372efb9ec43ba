"""Who to look at when rules are tried out or checked: prospects in an order drawn by lot, in pages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage.database import Record, Tx
from storage.tables import prospects


async def by_lot(
    tx: Tx, limit: int, *, after: str = "", known_at: datetime | None = None
) -> tuple[list[int], str | None]:
    """(row ids of so many prospects, where to go on or None): behind a place, and of those known at a moment already.

    Public ids are drawn at random, so the first ones in their order are a sample of everybody: the same people each
    time, so that two looks can be compared.
    """
    query = select(prospects.c.id, prospects.c.uid).where(prospects.c.uid > after)
    if known_at is not None:
        query = query.where(prospects.c.created_at <= known_at)
    rows = (await tx.execute(query.order_by(prospects.c.uid).limit(limit))).all()
    return [row.id for row in rows], rows[-1].uid if len(rows) == limit else None


async def oldest(tx: Tx) -> datetime | None:
    """When the first prospect came; None when there is none."""
    query = select(prospects.c.created_at).order_by(prospects.c.id).limit(1)
    found: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def how_many(tx: Tx) -> int:
    """How many prospects there are."""
    return int((await tx.execute(select(func.count()).select_from(prospects))).scalar_one())


async def names(tx: Tx, ids: Sequence[int]) -> dict[int, Record]:
    """uid, first_name, last_name and language by row id."""
    columns = (
        prospects.c.id, prospects.c.uid, prospects.c.first_name, prospects.c.last_name, prospects.c.language,
    )  # fmt: skip
    rows = await tx.execute(select(*columns).where(prospects.c.id.in_(ids)))
    return {row.id: row for row in rows}
