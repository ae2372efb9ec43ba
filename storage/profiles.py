"""Profiles: what is computed about a prospect, kept up per event. A row that is due is computed again soon after."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert as plain_insert
from sqlalchemy import literal, select, update

from storage.database import Tx
from storage.tables import profiles, prospects


async def mark_due(tx: Tx, prospect_ids: Sequence[int], now: datetime) -> None:
    """Something happened to these prospects: their profiles are to be computed again (made, when there is none).

    Two statements, whatever the number of prospects; called in the transaction in which it happened.
    """
    ids = sorted(set(prospect_ids))
    if not ids:
        return
    await tx.execute(update(profiles).where(profiles.c.prospect_id.in_(ids)).values(due_at=now))
    known = select(profiles.c.prospect_id).where(profiles.c.prospect_id.in_(ids))
    missing = select(prospects.c.id, literal(now, profiles.c.due_at.type)).where(
        prospects.c.id.in_(ids), prospects.c.id.not_in(known)
    )
    await tx.execute(plain_insert(profiles).from_select(["prospect_id", "due_at"], missing))
