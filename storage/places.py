"""Doors in the shop: where a QR poster hangs, and what is known of whoever comes through it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage.database import Record, Tx
from storage.dialects import insert
from storage.ids import new_readable
from storage.tables import places

MEDIUM = "qr"
"""The medium of everybody who came by a poster."""


async def create(tx: Tx, *, name: str, source: str, by: str, now: datetime, **fields: Any) -> str | None:
    """A new place; returns its public id, which is also the token on the poster. None when the name is taken.

    `fields`: campaign, product_id, product_name, product_url, price, currency, language.
    """
    row = insert(tx, places).values(
        uid=new_readable(), name=name, source=source, created_by=by, created_at=now, **fields
    )
    made = await tx.execute(row.on_conflict_do_nothing(index_elements=["name"]).returning(places.c.uid))
    uid: str | None = made.scalar_one_or_none()
    return uid


def source_of(name: str) -> str:
    """What people who come by a place have as source, when nobody says otherwise: its name in small letters."""
    return re.sub(r"\W+", "-", name.lower()).strip("-") or "shop"


async def get(tx: Tx, uid: str) -> Record | None:
    """The place with this public id, open or closed."""
    return (await tx.execute(select(places).where(places.c.uid == uid))).one_or_none()


async def behind(tx: Tx, token: str) -> Record | None:
    """The place that this poster's token opens, or None: unknown, or closed. It may be typed by hand."""
    here = (places.c.uid == token.lower(), places.c.closed_at.is_(None))
    return (await tx.execute(select(places).where(*here))).one_or_none()


async def everywhere(tx: Tx) -> Sequence[Record]:
    """Every place, the open ones first, by name."""
    return (await tx.execute(select(places).order_by(places.c.closed_at.is_not(None), places.c.name))).all()


async def came_through(tx: Tx, place_id: int) -> None:
    """One more prospect came through this door."""
    await tx.execute(update(places).where(places.c.id == place_id).values(came=places.c.came + 1))


async def close(tx: Tx, uid: str, now: datetime) -> bool:
    """Nobody comes through this door any more. False when it is closed, or unknown."""
    gone = await tx.execute(
        update(places).where(places.c.uid == uid, places.c.closed_at.is_(None)).values(closed_at=now)
    )
    return gone.rowcount == 1


async def reopen(tx: Tx, uid: str) -> bool:
    """Let people through again. False when it is open, or unknown."""
    back = await tx.execute(
        update(places).where(places.c.uid == uid, places.c.closed_at.is_not(None)).values(closed_at=None)
    )
    return back.rowcount == 1
