"""What a prospect chooses on their own page: where they may be written to, and a pause in what is sent first."""

from collections.abc import Collection
from datetime import datetime

from bot.runtime.arrivals import CommandedOnPage
from bot.runtime.context import Context
from bot.runtime.receive.step import Meaning, Step
from flows.engine.replies import pause_length
from flows.events import Cancelled, Commanded, Unreachable
from flows.words import Channel
from storage import consents, conversations, outbox, pauses, prospects
from storage.consents import Agreed
from storage.database import Tx

CHANNELS: tuple[Channel, ...] = ("email", "telegram")
"""Where somebody can be written to first."""


async def chosen(tx: Tx, context: Context, arrival: CommandedOnPage, prospect_id: int, now: datetime) -> Meaning | None:
    """What one of these choices came to; None for what is none of them."""
    match arrival.name:
        case "channels":
            return await _channels(tx, context, prospect_id, (arrival.argument or "").split(","), now)
        case "pause":
            return await _pause(tx, prospect_id, arrival.argument, now)
        case "resume":
            return await _resume(tx, prospect_id, now)
        case _:
            return None


async def _channels(tx: Tx, context: Context, prospect_id: int, wanted: Collection[str], now: datetime) -> Meaning:
    """They may be written to on the channels that are `wanted`, and on no other. The open question moves along.

    Wanting none of them is a stop, which is not for here.
    """
    known = await prospects.addresses(tx, [prospect_id])
    agreed = await consents.current(tx, [prospect_id])
    theirs = [one for one in CHANNELS if known.get((prospect_id, one), ("", False))[1]]
    left = [one for one in theirs if one not in wanted and agreed.get((prospect_id, one), (False,))[0]]
    prospect = await prospects.get(tx, prospect_id)
    language = context.language(prospect.language if prospect is not None else None)
    words = context.texts.say(language, "prefs-where", None)
    said = [Agreed(prospect_id, one, consents.CHOSEN, granted=False) for one in left]
    said += [Agreed(prospect_id, one, consents.CHOSEN, text=words) for one in theirs if one in wanted]
    await consents.record_all(tx, said, now)
    for one in left:
        await outbox.cancel(tx, "consent withdrawn", prospect_id=prospect_id, channel=one)
    live = await conversations.live(tx, prospect_id)
    steps = tuple(Step(live, Unreachable(one), one) for one in left) if live is not None else ()
    return Meaning("channels chosen", steps)


async def _pause(tx: Tx, prospect_id: int, days: str | None, now: datetime) -> Meaning:
    """For so many days nothing is sent first. What nobody has asked yet is let go, an open question is put off."""
    await pauses.pause(tx, prospect_id, now + pause_length(days))
    live = await conversations.live(tx, prospect_id)
    row = await conversations.get(tx, live) if live is not None else None
    if live is None or row is None:
        return Meaning("paused")
    if row.status == "waiting":
        return Meaning("paused", (Step(live, Cancelled("cancelled")),))
    return Meaning("paused", (Step(live, Commanded("pause", "web", days), "web", "/pause"),))


async def _resume(tx: Tx, prospect_id: int, now: datetime) -> Meaning:
    """The pause is over, also for the question that it has put off."""
    await pauses.resume(tx, prospect_id, now)
    live = await conversations.live(tx, prospect_id)
    row = await conversations.get(tx, live) if live is not None else None
    if live is None or row is None or row.status not in {"asking", "snoozed"}:
        return Meaning("resumed")
    return Meaning("resumed", (Step(live, Commanded("resume", "web"), "web", "/resume"),))
