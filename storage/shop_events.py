"""What the shop told us that people did: left a cart, looked at something, asked for a quote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from storage import profiles
from storage.database import Tx
from storage.many import many
from storage.tables import shop_events


@dataclass(frozen=True, slots=True)
class Did:
    """Something a prospect did: which event, when, and the rest of the report."""

    prospect_id: int
    kind: str
    at: datetime
    data: Mapping[str, Any]


async def note(tx: Tx, prospect_id: int, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
    """Keep what the shop told us this prospect did."""
    await note_all(tx, [Did(prospect_id, kind, at, data)])


async def note_all(tx: Tx, done: Sequence[Did]) -> None:
    """As `note` for each of these, with two statements. No prospect is in it twice."""
    rows = [{"prospect_id": one.prospect_id, "kind": one.kind, "at": one.at, "data": dict(one.data)} for one in done]
    await _NOTE(tx, rows)
    await profiles.mark_each_due(tx, {one.prospect_id: one.at for one in done})


_NOTE = many(lambda _: insert(shop_events))
