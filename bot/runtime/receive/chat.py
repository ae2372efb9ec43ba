"""Telegram, in words that no channel owns: who it is, which conversation, which event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from bot.runtime.failpoints import failpoint
from bot.runtime.receive import door
from bot.runtime.receive.step import Meaning, Step
from flows.codec import decode_message
from flows.events import Commanded, Opened, Said, Tapped, Unreachable
from storage import consents, conversations, joining, links, outbox, places, prospects, suppressions
from storage.database import Record, Tx

ChatArrival = PressedStart | Blocked | Unblocked
Talk = Spoke | PressedButton | GaveCommand
"""What people do in a conversation: most of what comes in, and nothing has to be written to know what it means."""


async def receive(tx: Tx, context: Context, arrival: ChatArrival, now: datetime) -> Meaning:
    """The meaning of what somebody did with the chat itself."""
    match arrival:
        case PressedStart():
            return await _started(tx, context, arrival, now)
        case Blocked(sender=sender):
            return await _blocked(tx, sender, now)
        case Unblocked(sender=sender):
            return await _unblocked(tx, sender, now)
        case _:
            assert_never(arrival)


async def _known(tx: Tx, sender: Sender) -> int | None:
    who = (sender.kind, sender.value)
    return (await prospects.known_by(tx, [who])).get(who)


@dataclass(frozen=True, slots=True)
class Known:
    """What the meaning of talk depends on: people by identity, their conversations, and rows of the outbox by nonce."""

    people: Mapping[tuple[str, str], int]
    talks: Mapping[int, int]
    buttons: Mapping[str, Record]

    def prospect(self, sender: Sender) -> int | None:
        """The prospect who sent it, if we know them."""
        return self.people.get((sender.kind, sender.value))


async def look_up(tx: Tx, arrivals: Sequence[Talk], now: datetime) -> Known:
    """Everything that the meaning of these depends on, for all of them at once. A tap proves that its message came."""
    if not arrivals:
        return Known({}, {}, {})
    people = await prospects.known_by(tx, [(one.sender.kind, one.sender.value) for one in arrivals])
    talking = [one for one in arrivals if not isinstance(one, PressedButton)]
    speakers = [people[who] for one in talking if (who := (one.sender.kind, one.sender.value)) in people]
    talks = await conversations.latest_of(tx, speakers) if speakers else {}
    nonces = [one.nonce for one in arrivals if isinstance(one, PressedButton)]
    known = Known(people, talks, await conversations.by_nonces(tx, nonces) if nonces else {})
    taps = [_button(known, one) for one in arrivals if isinstance(one, PressedButton)]
    await outbox.prove_delivered(tx, [row.id for row in taps if row is not None], now)
    failpoint("taps.proved")
    return known


def meaning(known: Known, arrival: Talk) -> Meaning:
    """What somebody's talk means."""
    match arrival:
        case PressedButton():
            return _pressed(known, arrival)
        case Spoke(sender=sender, text=text):
            return _in_conversation(known, sender, Said(text, "telegram"), text)
        case GaveCommand(sender=sender, name=name, argument=argument):
            return _in_conversation(known, sender, Commanded(name, "telegram", argument), f"/{name}")
        case _:
            assert_never(arrival)


def _in_conversation(known: Known, sender: Sender, event: Said | Commanded, said: str) -> Meaning:
    prospect_id = known.prospect(sender)
    conversation_id = known.talks.get(prospect_id) if prospect_id is not None else None
    if conversation_id is None:
        return Meaning("ignored: nobody we know")
    return Meaning("said", (Step(conversation_id, event, event.channel, said),))


def _button(known: Known, arrival: PressedButton) -> Record | None:
    """The row with the button, which knows prospect, visit and options. Somebody else's button is none."""
    row = known.buttons.get(arrival.nonce)
    return row if row is not None and row.prospect_id == known.prospect(arrival.sender) else None


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
    failpoint("start.bound")
    newest = await conversations.newest(tx, prospect_id)
    live = newest.id if newest is not None and newest.ended_at is None else None
    conversation_id = live or (link.conversation_id if link else None)
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


def _pressed(known: Known, arrival: PressedButton) -> Meaning:
    row = _button(known, arrival)
    if row is None:
        return Meaning("ignored: not their button")
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
