"""/start without a link from people we do not know: after a post in a channel, many at the same moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.runtime.arrivals import PressedStart
from bot.runtime.context import Context
from bot.runtime.enrol import Visitor, open_for_newcomers
from bot.runtime.failpoints import failpoint
from bot.runtime.receive.step import Meaning, Step
from flows.events import Opened
from storage import newcomers, prospects
from storage.database import Tx
from storage.newcomers import Newcomer

Identity = tuple[str, str]
"""(kind, value) of a sender."""


async def receive(
    tx: Tx, context: Context, starts: Sequence[PressedStart], now: datetime
) -> Mapping[Identity, Meaning]:
    """What the starts of newcomers mean, by sender, each of whom is there once.

    Whoever is known, or comes by a link, is left out (bot/runtime/receive/chat.py).
    """
    bare = {(one.sender.kind, one.sender.value): one.sender for one in starts if not one.token}
    known = await prospects.known_by(tx, bare) if bare else {}
    new = {who: sender for who, sender in bare.items() if who not in known}
    if not new:
        return {}
    people = [
        Newcomer(*who, first_name=one.first_name, language=context.language(one.language)) for who, one in new.items()
    ]
    made = await newcomers.welcome(tx, context.secret, people, now)
    visitors = [Visitor(one.id, one.uid, who.language, who.kind) for one, who in zip(made, people, strict=True)]
    talks = await open_for_newcomers(tx, context, visitors, now)
    failpoint("newcomers.opened")
    return {who: _meaning(talk) for who, talk in zip(new, talks, strict=True)}


def _meaning(conversation_id: int | None) -> Meaning:
    if conversation_id is None:
        return Meaning("no campaign is open")
    return Meaning("start", (Step(conversation_id, Opened("telegram"), "telegram", "/start"),))
