"""Calling staff to a conversation because of how it goes, where no turn of it does."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from storage.database import Tx
from storage.tables import conversations


async def call_staff(tx: Tx, conversation_ids: Collection[int], reason: str, now: datetime) -> None:
    """Staff should look at those of these that are not over, in nobody's hands, and wait for nobody yet."""
    if conversation_ids:
        await tx.execute(
            update(conversations)
            .where(conversations.c.id.in_(conversation_ids), conversations.c.ended_at.is_(None))
            .where(conversations.c.needs_person.is_(None), conversations.c.held_by.is_(None))
            .values(needs_person=reason, needs_since=now)
        )
