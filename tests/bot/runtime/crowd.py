"""A crowd to write to: people in Telegram, with a message each that waits for them."""

from typing import Any

from bot.house import House
from storage import consents, prospects
from storage.database import Tx
from tests.edge.telegram import FakeTelegram
from tests.storage.world import open_conversations, put_message, shipped_flow


async def gather(house: House, chats: range, **columns: Any) -> None:
    """So many people with a chat of this number each, and a message that waits for each of them."""
    people, now = await open_conversations(house.database, len(chats), shipped_flow()), house.clock.now()

    async def know(tx: Tx) -> None:
        for chat, who in zip(chats, people, strict=True):
            await prospects.bind(tx, who[0], "telegram", str(chat), via="start", now=now)
            await consents.record(tx, who[0], "telegram", granted=True, way="start", now=now)
            await put_message(tx, *who, created_at=now, not_before=now, **columns)

    await house.database.transact(know)


async def all_started(fake: FakeTelegram, chats: range) -> None:
    """Each of them has pressed start, so that they may be written to."""
    for chat in chats:
        await fake.user(chat).start()
