"""An open question that looks different now: its messages are edited, with other labels on the same buttons."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from flows.codec import decode_message
from flows.effects import Say
from flows.messages import Prompt
from storage.database import Tx
from storage.ids import fingerprint
from storage.outbox import row_for
from storage.tables import outbox


async def repaint(
    tx: Tx, prompt: Prompt, *, prospect_id: int, conversation_id: int, turn: int, now: datetime
) -> list[dict[str, Any]]:
    """The outbox rows that edit every copy of this question that is seen in Telegram; a page shows it by itself."""
    query = select(outbox.c.id, outbox.c.message).where(
        outbox.c.conversation_id == conversation_id,
        outbox.c.visit == prompt.visit,
        outbox.c.edits.is_(None),
        outbox.c.channel == "telegram",
        outbox.c.state.in_(("sending", "sent", "unknown")),
    )
    edits = []
    for row in await tx.execute(query.order_by(outbox.c.id)):
        shown = Say(replace(decode_message(row.message), prompt=prompt), "telegram", proactive=False)
        blank = row_for(shown, prospect_id=prospect_id, conversation_id=conversation_id, number=0, turn=turn, now=now)
        edits.append(blank | {"kind": "edit", "edits": row.id, "dedupe_key": fingerprint(f"edit:{row.id}:{turn}")})
    return edits
