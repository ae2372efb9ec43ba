"""The survey page and the preferences page: what was posted there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.runtime import confirming
from bot.runtime.arrivals import AnsweredOnPage, CommandedOnPage
from bot.runtime.context import Context
from bot.runtime.enrol import open_for_visitor
from bot.runtime.failpoints import failpoint
from bot.runtime.receive import preferences
from bot.runtime.receive.mail import about
from bot.runtime.receive.step import Meaning, Step
from bot.runtime.tokens import MailToken
from flows.codec import decode_state
from flows.events import Cancelled, Commanded, Said, Started, Tapped
from storage import confirmations, consents, conversations, erasure, links, outbox, prospects, timers
from storage.database import Tx
from storage.saving import ERASE_AFTER


async def receive(tx: Tx, context: Context, arrival: AnsweredOnPage | CommandedOnPage, now: datetime) -> Meaning:
    """The meaning of a posted page. A link that was revoked since changes nothing."""
    link = await links.get(tx, arrival.link_id)
    if link is None or link.revoked_at is not None:
        return Meaning("ignored: the link is gone")
    conversation_id = await conversations.live(tx, link.prospect_id) or link.conversation_id
    if isinstance(arrival, CommandedOnPage):
        if (meaning := await preferences.chosen(tx, context, arrival, link.prospect_id, now)) is not None:
            return meaning
        conversation_id = conversation_id or await conversations.latest(tx, link.prospect_id)
        return await _commanded(tx, context, arrival, link.prospect_id, conversation_id, now)
    await _came_from(tx, link.prospect_id, arrival.origin, now)
    await _came_by(tx, context, link.prospect_id, arrival.mail, now)
    conversation_id = conversation_id or await open_for_visitor(tx, context, link.prospect_id, now)
    row = await conversations.get(tx, conversation_id) if conversation_id is not None else None
    failpoint("page.answered")
    if conversation_id is None or row is None:
        return Meaning("no campaign is open")
    return Meaning("posted", _steps(arrival, conversation_id, row.status == "waiting", row.state))


async def _came_from(tx: Tx, prospect_id: int, origin: Mapping[str, str], now: datetime) -> None:
    """Who sent them, as the address said, when nothing about that is known yet: the first word about it stays."""
    prospect = await prospects.get(tx, prospect_id) if origin else None
    if prospect is None or any((prospect.source, prospect.medium, prospect.campaign)):
        return
    known: dict[str, Any] = {name.removeprefix("utm_"): value for name, value in origin.items()}
    await prospects.change(tx, prospect_id, now, **known)


async def _came_by(tx: Tx, context: Context, prospect_id: int, token: MailToken | None, now: datetime) -> None:
    """An answer by the link in a mail proves that the mail came."""
    sent = await about(tx, context, [token]) if token is not None else None
    if sent is not None and sent.prospect_id == prospect_id:
        await outbox.prove_delivered(tx, [sent.id], now)


def _steps(arrival: AnsweredOnPage, conversation_id: int, waiting: bool, state: str) -> tuple[Step, ...]:  # noqa: FBT001
    """An answer to the first question starts the conversation.

    The page shows that question before anything is recorded.
    """
    first = (Step(conversation_id, Started("web"), "web"),) if waiting else ()
    if arrival.option is not None:
        prompt, label = decode_state(state).prompt, arrival.label
        if prompt is not None and prompt.visit == arrival.visit:
            label = prompt.label_of(arrival.option)
        event = Tapped(arrival.option, arrival.visit, arrival.channel)
        return (
            *first,
            Step(conversation_id, event, arrival.channel, label or arrival.option, data={"option": arrival.option}),
        )
    if arrival.text:
        return (*first, Step(conversation_id, Said(arrival.text, arrival.channel), arrival.channel, arrival.text))
    return first


async def _confirmed(tx: Tx, context: Context, prospect_id: int, now: datetime) -> Meaning:
    """The owner of an address has confirmed it; on the page to which they are led the question waits."""
    address = (await prospects.addresses(tx, [prospect_id])).get((prospect_id, "email"))
    if address is None:
        return Meaning("ignored: there is no address to confirm")
    prospect = await prospects.get(tx, prospect_id)
    language = context.language(prospect.language if prospect is not None else None)
    words = context.texts.say(language, "confirm-text", None, shop=context.shop.name)
    await confirmations.confirm(tx, context.secret, prospect_id, address[0], words, now)
    await confirmations.release(tx, prospect_id, confirming.UNCONFIRMED, now + confirming.ON_THE_PAGE)
    return Meaning("confirmed")


async def _commanded(
    tx: Tx,
    context: Context,
    arrival: CommandedOnPage,
    prospect_id: int,
    conversation_id: int | None,
    now: datetime,
) -> Meaning:
    """Stop, language, confirming and erasure work with and without a conversation."""
    if arrival.name == "confirm":
        return await _confirmed(tx, context, prospect_id, now)
    if arrival.name == "language" and arrival.argument:
        await prospects.change(tx, prospect_id, now, said_by="flow", language=arrival.argument)
    if arrival.name in ("stop", "forget"):
        for channel in ("telegram", "email"):
            await consents.record(tx, prospect_id, channel, granted=False, way=f"page: {arrival.name}", now=now)
        await outbox.cancel(tx, "consent withdrawn", prospect_id=prospect_id)
    failpoint("page.commanded")
    if conversation_id is None:
        if arrival.name == "forget":
            await erasure.erase(tx, prospect_id, now, context.secret)
        return Meaning(arrival.name, erased=arrival.name == "forget")
    if arrival.name == "forget":
        await timers.set_timer(tx, conversation_id, "erase", 0, now + ERASE_AFTER)
        return Meaning("forget", (Step(conversation_id, Cancelled("erased"), "web", "/forget"),))
    event = Commanded(arrival.name, "web", arrival.argument)
    return Meaning(arrival.name, (Step(conversation_id, event, "web", f"/{arrival.name}"),))
