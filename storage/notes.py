"""Private notes of staff beside a conversation. The prospect never sees them."""

from datetime import datetime

from sqlalchemy import insert

from storage.database import Tx
from storage.tables import notes


async def add(tx: Tx, conversation_id: int, staff: str, text: str, now: datetime) -> None:
    """Keep a note."""
    await tx.execute(insert(notes).values(conversation_id=conversation_id, staff=staff, at=now, text=text))
