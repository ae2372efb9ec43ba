"""Profiles: what is computed about a prospect, kept up per event. A row that is due is computed again soon after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.dialects import Insert, prepared
from storage.many import many
from storage.profile_loading import load
from storage.tables import profiles, prospects

__all__ = ["learning_segments", "load", "mark_due", "mark_each_due"]


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


async def mark_each_due(tx: Tx, moments: Mapping[int, datetime]) -> None:
    """As `mark_due` for prospects who are there: something happened to each (row id) at a moment of their own."""
    await _MARK_EACH(tx, [{"prospect_id": one, "due_at": moments[one]} for one in sorted(moments)])


def _mark_each(insert: Insert) -> Any:
    row = insert(profiles)
    return row.on_conflict_do_update(index_elements=["prospect_id"], set_={"due_at": row.excluded.due_at})


_MARK_EACH = many(_mark_each)


async def learning_segments(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, str]:
    """The learning segments that were computed last for these prospects; who has none is left out."""
    found = await tx.execute(_SEGMENTS, {"people": list(prospect_ids)})
    return {row.prospect_id: row.learning_segment for row in found if row.learning_segment is not None}


_SEGMENTS = select(profiles.c.prospect_id, profiles.c.learning_segment).where(
    profiles.c.prospect_id.in_(bindparam("people", expanding=True))
)
