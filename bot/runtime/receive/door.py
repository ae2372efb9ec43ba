"""A poster in the shop: whoever answers on the page behind it, or starts the bot from it, is a new prospect."""

from datetime import datetime
from typing import Any

from bot.runtime.arrivals import CameThrough
from bot.runtime.context import Context
from bot.runtime.enrol import campaign_for, open_conversation, open_for_visitor
from bot.runtime.failpoints import failpoint
from bot.runtime.receive.step import Meaning, Step
from flows.events import Said, Started, Tapped
from storage import conversations, links, places, prospects
from storage.database import Record, Tx

VISITOR = "visitor"
"""The kind of identity by which the page behind a poster finds its prospect again."""

PRODUCT = ("product_id", "product_name", "product_url", "price", "currency")


def facts_of(place: Record) -> dict[str, Any]:
    """What is known of somebody because of the poster they came by."""
    facts = {name: getattr(place, name) for name in ("source", "campaign", *PRODUCT)}
    return {name: value for name, value in facts.items() if value is not None} | {"medium": places.MEDIUM}


async def newcomer(tx: Tx, place: Record, now: datetime, *, language: str, first_name: str | None = None) -> int:
    """A new prospect who came through this door; returns the row id."""
    await places.came_through(tx, place.id)
    return await prospects.create(tx, now, language=language, first_name=first_name, **facts_of(place))


async def receive(tx: Tx, context: Context, arrival: CameThrough, now: datetime) -> Meaning:
    """The first answer of a visitor. They agreed to nothing but this page, so no consent is noted."""
    place = await places.behind(tx, arrival.place)
    if place is None:
        return Meaning("ignored: the poster is closed")
    if await prospects.find(tx, {VISITOR: arrival.visitor}):
        return Meaning("known visitor")
    language = context.language(arrival.language)
    prospect_id = await newcomer(tx, place, now, language=language)
    await prospects.bind(tx, prospect_id, VISITOR, arrival.visitor, via="qr", now=now)
    conversation_id = await open_for_visitor(tx, context, prospect_id, now)
    await links.token_for(tx, context.secret, "survey", prospect_id, conversation_id, now)
    failpoint("door.opened")
    if conversation_id is None:
        return Meaning("no campaign is open")
    return Meaning("came through", (Step(conversation_id, Started("web"), "web"), _answer(arrival, conversation_id)))


def _answer(arrival: CameThrough, conversation_id: int) -> Step:
    if arrival.option is not None:
        event = Tapped(arrival.option, arrival.visit, "web")
        return Step(conversation_id, event, "web", arrival.option, data={"option": arrival.option})
    text = arrival.text or ""
    return Step(conversation_id, Said(text, "web"), "web", text)


async def came_again(tx: Tx, context: Context, prospect_id: int, place: Record, now: datetime) -> None:
    """Somebody we know scans the poster of another product, and nothing is open: they are asked about this one."""
    talk = await conversations.latest(tx, prospect_id)
    row = await conversations.get(tx, talk) if talk is not None else None
    if row is None or row.ended_at is None or place.product_name in (None, row.product):
        return
    product = {name: getattr(place, name) for name in PRODUCT}
    await prospects.change(tx, prospect_id, now, **product)
    prospect = await prospects.get(tx, prospect_id)
    campaign = await campaign_for(tx, prospect) if prospect is not None else None
    if prospect is not None and campaign is not None:
        await open_conversation(tx, context, prospect, campaign, now)
