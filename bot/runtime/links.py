"""The prospect's own addresses, for messages and for people of the shop."""

from dataclasses import dataclass
from datetime import datetime

from bot.runtime.context import Context
from storage import links
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where links lead: `base_url` is this server without a slash at the end.

    `bot_name` the bot's user name once it is known.
    """

    base_url: str
    bot_name: str | None


async def make_links(
    tx: Tx, context: Context, addresses: Addresses, prospect_id: int, conversation_id: int | None, now: datetime
) -> dict[str, str]:
    """Addresses by purpose: `survey`, `preferences`, `unsubscribe`, `privacy`, and `telegram` with a bot.

    Made once, then kept.
    """
    wanted: list[links.Wanted] = [("survey", conversation_id), ("preferences", None)]
    wanted += [("start", None)] if addresses.bot_name else []
    tokens = await links.tokens_for(tx, context.secret, prospect_id, wanted, now)
    survey, preferences = tokens["survey", conversation_id], tokens["preferences", None]
    found = {
        "survey": f"{addresses.base_url}/s/{survey}",
        "preferences": f"{addresses.base_url}/u/{preferences}",
        "unsubscribe": f"{addresses.base_url}/u/{preferences}",
        "privacy": f"{addresses.base_url}/privacy",
    }
    if addresses.bot_name:
        found["telegram"] = f"https://t.me/{addresses.bot_name}?start={tokens['start', None]}"
    return found
