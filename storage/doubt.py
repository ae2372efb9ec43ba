"""Codes in doubt: a backup restored where nothing is known of what has happened since may hold codes that went out.

A database that the backup was made of, or that has had one of its backups, knows (storage/lasting.py). Anywhere else
the codes that were free are set aside: no code goes to two people. A person who knows better gives them back.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, update

from storage import facts
from storage.database import Tx
from storage.ids import new_uid
from storage.tables import codes

INSTALLATION: Final = "installation"
SET_ASIDE: Final = "codes_set_aside_at"


async def installation(tx: Tx) -> str | None:
    """What this installation is called in its backups; None when none was ever made."""
    return await facts.get(tx, INSTALLATION)


async def name_installation(tx: Tx) -> str:
    """The same, named now when it never was."""
    known = await installation(tx)
    if known is None:
        known = new_uid()
        await facts.put(tx, INSTALLATION, known)
    return known


async def set_aside(tx: Tx, now: datetime) -> None:
    """Let no code go out that is free now."""
    await tx.execute(update(codes).where(codes.c.used_at.is_(None)).values(used_at=now))
    await facts.put(tx, SET_ASIDE, now.isoformat())


async def waiting(tx: Tx) -> int:
    """How many codes are set aside, and may be given back."""
    since = await facts.get(tx, SET_ASIDE)
    return int((await tx.execute(select(func.count()).where(_aside(since)))).scalar_one()) if since else 0


async def give_back(tx: Tx) -> int:
    """They have not gone out: let them. Returns how many."""
    since = await facts.get(tx, SET_ASIDE)
    if not since:
        return 0
    back = await tx.execute(update(codes).where(_aside(since)).values(used_at=None))
    await facts.put(tx, SET_ASIDE, "")
    return back.rowcount


def _aside(since: str) -> ColumnElement[bool]:
    return and_(codes.c.used_at == datetime.fromisoformat(since), codes.c.grant_id.is_(None))
