"""When Telegram was heard last, and the questions that were open while it was not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

from storage import facts
from storage.database import Record, Tx
from storage.tables import conversations, outbox, timers

NAME: Final = "telegram_heard_until"
"""The fact that keeps the last moment at which updates could have come in."""


async def heard_until(tx: Tx) -> datetime | None:
    """Until when updates came in; None before the first one ever could."""
    kept = await facts.get(tx, NAME)
    return datetime.fromisoformat(kept) if kept else None


async def heard(tx: Tx, now: datetime) -> None:
    """Updates come in at this moment."""
    await facts.put(tx, NAME, now.isoformat())


async def asking(tx: Tx, after: int, limit: int) -> dict[int, str]:
    """Conversations that wait for an answer in Telegram, those behind this row id: id -> state.

    Locked until the transaction ends, so that nobody answers meanwhile.
    """
    query = (
        select(conversations.c.id, conversations.c.state)
        .where(conversations.c.id > after, conversations.c.status == "asking", conversations.c.channel == "telegram")
        .where(conversations.c.ended_at.is_(None))
        .order_by(conversations.c.id)
        .limit(limit)
        .with_for_update()
    )
    return {row.id: row.state for row in await tx.execute(query)}


async def copies(tx: Tx, conversation_ids: Sequence[int], since: datetime) -> Sequence[Record]:
    """Every copy of a question that was sent there before: id, prospect_id, conversation_id, visit, message."""
    query = (
        select(outbox.c.id, outbox.c.prospect_id, outbox.c.conversation_id, outbox.c.visit, outbox.c.message)
        .where(outbox.c.conversation_id.in_(conversation_ids), outbox.c.channel == "telegram")
        .where(outbox.c.visit.is_not(None), outbox.c.edits.is_(None), outbox.c.state.in_(("sent", "unknown")))
        .where(outbox.c.created_at <= since)
        .order_by(outbox.c.id)
    )
    return (await tx.execute(query)).all()


async def spoken_to(tx: Tx, conversation_ids: Sequence[int], since: datetime, now: datetime) -> set[int]:
    """Those of these to whom something was said since then, or is about to be."""
    said = exists().where(
        outbox.c.conversation_id == conversations.c.id, outbox.c.created_at > since, outbox.c.kind != "edit"
    )
    due = exists().where(timers.c.conversation_id == conversations.c.id, timers.c.due_at <= now)
    query = select(conversations.c.id).where(conversations.c.id.in_(conversation_ids), said | due)
    return set((await tx.execute(query)).scalars())
