"""Profiles: what is computed about a prospect, kept up per event. A row that is due is computed again soon after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.dialects import Insert, prepared
from storage.profile_loading import load
from storage.tables import profiles, prospects

__all__ = ["learning_segment", "load", "mark_due"]


async def mark_due(tx: Tx, prospect_ids: Sequence[int], now: datetime) -> None:
    """Something happened to these prospects: their profiles are to be computed again (made, when there is none).

    One statement, whatever the number of prospects; called in the transaction in which it happened. Ids that nobody
    has any more are left out.
    """
    ids = sorted(set(prospect_ids))
    if not ids:
        return
    await tx.execute(_MARK(tx), {"ids": ids, "now": now})


def _mark(insert: Insert) -> Any:
    known = (
        select(prospects.c.id, bindparam("now", type_=profiles.c.due_at.type))
        .where(prospects.c.id.in_(bindparam("ids", expanding=True)))
        .order_by(prospects.c.id)
    )
    row = insert(profiles).from_select(["prospect_id", "due_at"], known)
    return row.on_conflict_do_update(index_elements=["prospect_id"], set_={"due_at": row.excluded.due_at})


_MARK = prepared(_mark)


async def learning_segment(tx: Tx, prospect_id: int) -> str | None:
    """The learning segment that was computed last for this prospect; None when none was yet."""
    return (await tx.execute(_SEGMENT, {"prospect": prospect_id})).scalar_one_or_none()


_SEGMENT = select(profiles.c.learning_segment).where(profiles.c.prospect_id == bindparam("prospect"))
