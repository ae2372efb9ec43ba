"""The prospect's own addresses, for messages and for people of the shop."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.runtime.context import Context
from bot.runtime.failpoints import failpoint
from storage import links
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where links lead: `base_url` is this server without a slash at the end.

    `bot_name` the bot's user name once it is known.
    """

    base_url: str
    bot_name: str | None


Whose = tuple[int, int | None]
"""A prospect, and their conversation if there is one."""


async def make_links(
    tx: Tx,
    context: Context,
    addresses: Addresses,
    whose: Sequence[Whose],
    now: datetime,
    *,
    to_confirm: Collection[Whose] = (),
) -> dict[Whose, dict[str, str]]:
    """Addresses by purpose: `survey`, `preferences`, `unsubscribe`, `privacy`, and `telegram` with a bot.

    And `confirm` for those `to_confirm` their address. Made once, then kept.
    """
    wanted = [one for who in whose for one in _wanted(who, addresses)]
    wanted += [(prospect_id, "confirm", conversation_id) for prospect_id, conversation_id in to_confirm]
    tokens = await links.tokens_for(tx, context.secret, wanted, now)
    failpoint("links.minted")
    return {who: _addresses(who, tokens, addresses) for who in whose}


def _wanted(whose: Whose, addresses: Addresses) -> list[links.Wanted]:
    prospect_id, conversation_id = whose
    wanted: list[links.Wanted] = [(prospect_id, "survey", conversation_id), (prospect_id, "preferences", None)]
    return [*wanted, (prospect_id, "start", None)] if addresses.bot_name else wanted


def _addresses(whose: Whose, tokens: Mapping[links.Wanted, str], addresses: Addresses) -> dict[str, str]:
    prospect_id, conversation_id = whose
    survey, preferences = tokens[prospect_id, "survey", conversation_id], tokens[prospect_id, "preferences", None]
    found = {
        "survey": f"{addresses.base_url}/s/{survey}",
        "preferences": f"{addresses.base_url}/u/{preferences}",
        "unsubscribe": f"{addresses.base_url}/u/{preferences}",
        "privacy": f"{addresses.base_url}/privacy",
    }
    confirm = tokens.get((prospect_id, "confirm", conversation_id))
    if confirm is not None:
        found["confirm"] = f"{addresses.base_url}/c/{confirm}"
    if addresses.bot_name:
        found["telegram"] = f"https://t.me/{addresses.bot_name}?start={tokens[prospect_id, 'start', None]}"
    return found
