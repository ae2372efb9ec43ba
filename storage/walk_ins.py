"""What people said in the shop, noted by staff. Counted apart from what they answered themselves.

Of somebody we know, it is one more word of theirs on what holds them back: profiles and segments read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, func, insert, select, update

from storage import journeys, profiles, stage_counts
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.reads.common import Window, within
from storage.tables import conversations, places, prospects, walk_ins

NEWEST: Final = 1000
"""So many people are asked what is known best."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said in the shop. `prospect_id` only when they wanted to be known; `staff` noted it."""

    barrier: str
    staff: str
    prospect_id: int | None = None
    place: str | None = None
    product: str | None = None
    sub_code: str | None = None
    said: str | None = None
    language: str | None = None


async def note(tx: Tx, said: Said, now: datetime, *, uid: str | None = None) -> str:
    """Keep it; returns its public id. A prospect who said it is judged again: it counts as their word."""
    values = {name: getattr(said, name) for name in Said.__slots__}
    number = uid or new_uid()
    await tx.execute(insert(walk_ins).values(uid=number, at=now, **values))
    await profiles.mark_due(tx, [said.prospect_id] if said.prospect_id is not None else [], now)
    return number


async def get(tx: Tx, uid: str) -> Record | None:
    """What was noted under this public id, with the person's `first_name`."""
    query = (
        select(walk_ins, prospects.c.first_name)
        .outerjoin(prospects, prospects.c.id == walk_ins.c.prospect_id)
        .where(walk_ins.c.uid == uid)
    )
    return (await tx.execute(query)).one_or_none()


async def undo(tx: Tx, uid: str, now: datetime) -> bool:
    """It was noted by mistake: it does not count any more, and a person who came into being with it goes.

    Somebody who was known before, or who has been enrolled since, stays. False when it is undone already, or unknown.
    """
    row = await get(tx, uid)
    if row is None or row.undone_at is not None:
        return False
    await tx.execute(update(walk_ins).where(walk_ins.c.id == row.id).values(undone_at=now, prospect_id=None))
    talks = exists().where(conversations.c.prospect_id == row.prospect_id)
    made_here = (prospects.c.id == row.prospect_id, prospects.c.created_at == row.at, ~talks)
    gone = (await tx.execute(select(prospects.c.id).where(*made_here).with_for_update())).scalar_one_or_none()
    if gone is not None:
        await stage_counts.forget(tx, [gone])
        await journeys.forget(tx, [gone])
        await tx.execute(delete(prospects).where(prospects.c.id == gone))
    await profiles.mark_due(tx, [row.prospect_id] if row.prospect_id is not None else [], now)
    return True


async def latest(tx: Tx, since: datetime, limit: int) -> Sequence[Record]:
    """What was noted since then and counts, newest first."""
    query = select(walk_ins).where(walk_ins.c.at >= since, walk_ins.c.undone_at.is_(None))
    return (await tx.execute(query.order_by(walk_ins.c.id.desc()).limit(limit))).all()


async def count(tx: Tx, since: datetime) -> int:
    """How many were noted since then, and count."""
    query = select(func.count()).select_from(walk_ins).where(walk_ins.c.at >= since, walk_ins.c.undone_at.is_(None))
    return int((await tx.execute(query)).scalar_one())


async def recent_products(tx: Tx, limit: int) -> list[str]:
    """What one press should choose: the products that were noted last, then those of posters, then the best known.

    The best known are those that most of the newest thousand people left in a cart or looked at.
    """
    newest = func.max(walk_ins.c.id)
    noted = select(walk_ins.c.product).where(walk_ins.c.product.is_not(None), walk_ins.c.undone_at.is_(None))
    found = list((await tx.execute(noted.group_by(walk_ins.c.product).order_by(newest.desc()).limit(limit))).scalars())
    hung = select(places.c.product_name).where(places.c.product_name.is_not(None), places.c.closed_at.is_(None))
    found += list((await tx.execute(hung.order_by(places.c.id.desc()).limit(limit))).scalars())
    found = list(dict.fromkeys(found))
    return found[:limit] if len(found) >= limit else await _with_best_known(tx, found, limit)


async def _with_best_known(tx: Tx, found: list[str], limit: int) -> list[str]:
    some = select(prospects.c.product_name).order_by(prospects.c.id.desc()).limit(NEWEST).subquery()
    named = select(some.c.product_name).where(some.c.product_name.is_not(None)).group_by(some.c.product_name)
    known = (await tx.execute(named.order_by(func.count().desc(), some.c.product_name).limit(limit))).scalars()
    return list(dict.fromkeys((*found, *known)))[:limit]


async def by_barrier(tx: Tx, window: Window, product: str = "", language: str = "") -> dict[str, int]:
    """Barrier -> how many people said so in the shop in this window."""
    query = select(walk_ins.c.barrier, func.count().label("people")).where(
        within(walk_ins.c.at, window), walk_ins.c.undone_at.is_(None)
    )
    if product:
        query = query.where(walk_ins.c.product == product)
    if language:
        query = query.where(walk_ins.c.language == language)
    rows = await tx.execute(query.group_by(walk_ins.c.barrier))
    return {row.barrier: row.people for row in rows}
