"""The newest of something."""

from sqlalchemy import select

from storage.database import Record, Tx
from storage.tables import outbox


async def latest_prompt(tx: Tx, conversation_id: int, visit: int) -> Record | None:
    """The newest message that shows the question of this visit with buttons (id, nonce, message), or None."""
    query = (
        select(outbox.c.id, outbox.c.nonce, outbox.c.message)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.visit == visit, outbox.c.nonce.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()
