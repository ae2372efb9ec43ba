"""Telegram, in words that no channel owns: who it is, which conversation, which event."""

from datetime import datetime
from typing import assert_never

from bot.runtime.arrivals import (
    Blocked,
    GaveCommand,
    PressedButton,
    PressedStart,
    Sender,
    Spoke,
    Unblocked,
)
from bot.runtime.context import Context
from bot.runtime.enrol import open_for_visitor
from bot.runtime.receive import door
from bot.runtime.receive.step import Meaning, Step
from flows.codec import decode_message
from flows.events import Commanded, Opened, Said, Tapped, Unreachable
from storage import consents, conversations, joining, links, outbox, places, prospects, suppressions
from storage.database import Record, Tx

ChatArrival = PressedStart | Spoke | PressedButton | GaveCommand | Blocked | Unblocked


async def receive(tx: Tx, context: Context, arrival: ChatArrival, now: datetime) -> Meaning:
    """The meaning of what somebody did in a chat."""
    match arrival:
        case PressedStart():
            return await _started(tx, context, arrival, now)
        case PressedButton():
            return await _pressed(tx, arrival, now)
        case Spoke(sender=sender, text=text):
            return await _in_conversation(tx, sender, Said(text, "telegram"), text)
        case GaveCommand(sender=sender, name=name, argument=argument):
            return await _in_conversation(tx, sender, Commanded(name, "telegram", argument), f"/{name}")
        case Blocked(sender=sender):
            return await _blocked(tx, sender, now)
        case Unblocked(sender=sender):
            return await _unblocked(tx, sender, now)
        case _:
            assert_never(arrival)


async def _known(tx: Tx, sender: Sender) -> int | None:
    found = await prospects.find(tx, {sender.kind: sender.value})
    return found[0] if found else None


async def _in_conversation(tx: Tx, sender: Sender, event: Said | Commanded, said: str) -> Meaning:
    prospect_id = await _known(tx, sender)
    conversation_id = await conversations.latest(tx, prospect_id) if prospect_id is not None else None
    if conversation_id is None:
        return Meaning("ignored: nobody we know")
    return Meaning("said", (Step(conversation_id, event, event.channel, said),))


async def _started(tx: Tx, context: Context, arrival: PressedStart, now: datetime) -> Meaning:
    """/start is the prospect's own, explicit opening: it binds, it is consent, and it is answered at once."""
    sender = arrival.sender
    await suppressions.lift(tx, context.secret, sender.kind, sender.value)
    link = await links.find(tx, arrival.token, "start", now) if arrival.token else None
    place = await places.behind(tx, arrival.token) if arrival.token and link is None else None
    prospect_id = await _bind(tx, context, sender, link.prospect_id if link else None, place, now)
    if prospect_id is None:
        return Meaning("ignored: this link belongs to somebody else")
    way = "deep link" if link else "qr" if place else "start"
    await consents.record(tx, prospect_id, sender.kind, granted=True, way=way, now=now)
    conversation_id = link.conversation_id if link else None
    conversation_id = await conversations.live(tx, prospect_id) or conversation_id
    conversation_id = conversation_id or await open_for_visitor(tx, context, prospect_id, now)
    if conversation_id is None:
        return Meaning("no campaign is open")
    if arrival.token and link is None and place is None:
        return Meaning(
            "wrong link", (Step(conversation_id, Commanded("link-invalid", "telegram"), "telegram", "/start"),)
        )
    return Meaning("start", (Step(conversation_id, Opened("telegram"), "telegram", "/start"),))


async def _bind(
    tx: Tx, context: Context, sender: Sender, linked: int | None, place: Record | None, now: datetime
) -> int | None:
    """Whose chat this is from now on. A link that somebody else has used already binds nobody else."""
    known = await _known(tx, sender)
    if linked is None:
        if known is not None:
            await prospects.bind(tx, known, sender.kind, sender.value, via="start", now=now)
            if place is not None:
                await door.came_again(tx, context, known, place, now)
            return known
        linked = await _new(tx, context, sender, place, now)
    elif known is not None and known != linked:
        linked = await joining.join(tx, linked, known, now)
    elif known is None and (linked, sender.kind) in await prospects.addresses(tx, [linked]):
        return None
    await prospects.bind(tx, linked, sender.kind, sender.value, via="start", now=now)
    return linked


async def _new(tx: Tx, context: Context, sender: Sender, place: Record | None, now: datetime) -> int:
    """Somebody we did not know: they found the bot by themselves, or by a poster."""
    if place is not None:
        language = context.language(sender.language or place.language)
        return await door.newcomer(tx, place, now, language=language, first_name=sender.first_name)
    language = context.language(sender.language)
    return await prospects.create(
        tx, now, said_by="flow", first_name=sender.first_name, language=language, source="telegram"
    )


async def _pressed(tx: Tx, arrival: PressedButton, now: datetime) -> Meaning:
    """A button: its nonce names the row that knows prospect, visit and options. Somebody else's button does nothing."""
    row = await conversations.by_nonce(tx, arrival.nonce)
    prospect_id = await _known(tx, arrival.sender)
    if row is None or row.prospect_id != prospect_id:
        return Meaning("ignored: not their button")
    await outbox.prove_delivered(tx, row.id, now)
    prompt = decode_message(row.message).prompt
    if prompt is None or arrival.index >= len(prompt.buttons):
        return Meaning("ignored: no such option")
    button = prompt.buttons[arrival.index]
    event = Tapped(button.option, prompt.visit, "telegram")
    return Meaning(
        "tapped", (Step(row.conversation_id, event, "telegram", button.label, data={"option": button.option}),)
    )


async def _blocked(tx: Tx, sender: Sender, now: datetime) -> Meaning:
    prospect_id = await _known(tx, sender)
    if prospect_id is None:
        return Meaning("ignored: nobody we know")
    await prospects.close(tx, sender.kind, sender.value, reason="blocked", now=now)
    await consents.record(tx, prospect_id, sender.kind, granted=False, way="blocked", now=now)
    await outbox.cancel(tx, "blocked", prospect_id=prospect_id, channel=sender.kind)
    conversation_id = await conversations.live(tx, prospect_id)
    if conversation_id is None:
        return Meaning("blocked")
    return Meaning("blocked", (Step(conversation_id, Unreachable("telegram"), "telegram"),))


async def _unblocked(tx: Tx, sender: Sender, now: datetime) -> Meaning:
    """They let the bot in again. Consent comes back only with their own /start."""
    prospect_id = await _known(tx, sender)
    if prospect_id is not None:
        await prospects.bind(tx, prospect_id, sender.kind, sender.value, via="unblocked", now=now)
    return Meaning("unblocked")
