"""When a connected shop was last heard, and last refused: for the people who look why nothing arrives."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage import facts
from storage.database import Tx

What = Literal["heard", "refused"]


@dataclass(frozen=True, slots=True)
class News:
    """That something happened, and in words what."""

    at: datetime
    words: str


async def note(tx: Tx, shop: str, what: What, words: str, now: datetime) -> None:
    """A shop was heard (`words`: the topic) or refused (`words`: why)."""
    await facts.put(tx, _name(shop, what), json.dumps({"at": now.isoformat(), "words": words}))


async def last(tx: Tx, shop: str, what: What) -> News | None:
    """The last time, or None when it never was."""
    found = await facts.get(tx, _name(shop, what))
    if found is None:
        return None
    document = json.loads(found)
    return News(datetime.fromisoformat(document["at"]), str(document["words"]))


def _name(shop: str, what: What) -> str:
    return f"shop {shop} {what}"
