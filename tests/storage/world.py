"""Rows to test storage with, made by storage itself."""

from datetime import UTC, datetime
from functools import cache

from sqlalchemy import insert

import flows
from bot.library import Library, build_flow
from flows.codec import encode_message
from flows.definition.flow import Flow
from flows.messages import Message
from storage import campaigns, conversations, prospects
from storage.conversations import Opening
from storage.database import Database, Tx
from storage.ids import new_uid
from storage.tables import outbox

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIBRARY = Library(None)


@cache
def shipped_flow() -> Flow:
    """The shipped flow."""
    return build_flow(LIBRARY.load_flow("barriers"), 1)


async def open_conversations(database: Database, count: int, flow: Flow) -> list[tuple[int, int]]:
    """So many prospects with a conversation each: (prospect id, conversation id)."""

    async def work(tx: Tx) -> list[tuple[int, int]]:
        await campaigns.put(tx, LIBRARY.campaigns()["barriers"], NOW)
        found = []
        for _ in range(count):
            prospect_id = await prospects.create(tx, NOW, language="en")
            state = flows.begin(flow, language="en", seed=1)
            conversation_id = await conversations.open_new(tx, Opening(prospect_id, "barriers", state), NOW)
            found.append((prospect_id, conversation_id))
        return found

    return await database.transact(work)


async def put_message(tx: Tx, prospect_id: int, conversation_id: int, text: str = "Hello", **columns: object) -> None:
    """A message that is ready to be sent."""
    row = {
        "prospect_id": prospect_id,
        "conversation_id": conversation_id,
        "lane": f"prospect:{prospect_id}",
        "channel": "telegram",
        "kind": "reply",
        "message": encode_message(Message("reply", "en", (text,))),
        "proactive": False,
        "dedupe_key": new_uid(),
        "state": "ready",
        "attempts": 0,
        "not_before": NOW,
        "fence": 0,
        "created_at": NOW,
    }
    await tx.execute(insert(outbox).values(**{**row, **columns}))
