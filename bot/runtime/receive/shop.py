"""What the shop reports: interest that enrols, purchases that end everything, refunds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.data.purchases import DECLARED
from bot.data.writing import plain
from bot.runtime.arrivals import ShopReported
from bot.runtime.context import Context
from bot.runtime.enrol import enrol
from bot.runtime.failpoints import failpoint
from bot.runtime.receive.step import Meaning, Step
from flows.audience.attributes import Written
from flows.definition.campaign import CampaignDefinition
from flows.events import Bought, Happened
from flows.words import SHOP_EVENTS
from storage import (
    campaigns,
    checkouts,
    consents,
    conversations,
    deliveries,
    joining,
    prospect_facts,
    prospects,
    purchases,
    suppressions,
)
from storage.database import Tx
from storage.prospect_facts import NewFact
from storage.purchases import Purchase

FACTS = (
    "first_name",
    "last_name",
    "language",
    "timezone",
    "country",
    "city",
    "source",
    "medium",
    "campaign",
    "product_id",
    "product_name",
    "product_url",
    "currency",
    "interest",
)
"""Fields of a report that are kept as facts about the prospect."""


async def receive(tx: Tx, context: Context, arrival: ShopReported, now: datetime) -> Meaning:
    """The meaning of a report."""
    match arrival.kind:
        case "purchase":
            return await _purchase(tx, arrival, now)
        case "refund":
            return await _refund(tx, arrival, now)
        case _:
            return await _interest(tx, context, arrival, now)


async def _refund(tx: Tx, arrival: ShopReported, now: datetime) -> Meaning:
    data = arrival.data
    known = await purchases.refund(
        tx,
        str(data.get("order_id", "")),
        now,
        key=str(data.get("refund_id") or "whole"),
        amount=_amount(data.get("amount")),
        currency=str(data["currency"]) if data.get("currency") else None,
        at=arrival.at,
    )
    return Meaning("refunded" if known else "a refund of an order not known yet: kept until it is")


async def _who(tx: Tx, identities: Mapping[str, str], now: datetime) -> int | None:
    """The prospect behind these identities; if they belong to several, these are one person, and are joined."""
    found = await prospects.find(tx, identities)
    if not found:
        return None
    person = found[0]
    for other in found[1:]:
        person = await joining.join(tx, person, other, now)
    return person


async def _interest(tx: Tx, context: Context, arrival: ShopReported, now: datetime) -> Meaning:
    checkout = _checkout_of(arrival.data)
    if checkout is not None and await checkouts.is_completed(tx, *checkout):
        return Meaning("ignored: this checkout was paid meanwhile")
    prospect_id, facts = await _who(tx, arrival.identities, now), _facts(arrival.data)
    if prospect_id is None:
        if not any(arrival.identities.values()):
            return Meaning("ignored: nobody is named")
        prospect_id = await prospects.create(tx, now, said_by="shop", said_at=arrival.at, **facts)
    else:
        await prospects.change(tx, prospect_id, now, said_by="shop", said_at=arrival.at, **facts)
    await prospect_facts.put(tx, _declared(context, prospect_id, arrival), now)
    for kind, value in arrival.identities.items():
        await prospects.bind(tx, prospect_id, kind, value, via="shop", now=now)
    await suppressions.close_known(tx, context.secret, list(arrival.identities.items()), now)
    await take_consents(tx, prospect_id, arrival.data, now)
    await prospects.note_event(tx, prospect_id, arrival.kind, arrival.at, arrival.data)
    if checkout is not None:
        await checkouts.belongs_to(tx, *checkout, prospect_id)
    if await purchases.bought_since(tx, prospect_id, arrival.at):
        return Meaning(f"{arrival.kind}: they have bought since")
    enrolled = [await _enrol(tx, context, prospect_id, arrival, row, now) for row in await campaigns.all_campaigns(tx)]
    failpoint("shop.enrolled")
    note = f"{arrival.kind}: enrolled" if any(enrolled) else arrival.kind
    return Meaning(note, await _waited_for(tx, prospect_id, arrival.kind))


async def _waited_for(tx: Tx, prospect_id: int, kind: str) -> tuple[Step, ...]:
    """The turn of a conversation that stands at a step which waits: it may wait for just this."""
    conversation_id = await conversations.live(tx, prospect_id)
    row = await conversations.get(tx, conversation_id) if conversation_id is not None else None
    known = next((event for event in SHOP_EVENTS if event == kind), None)
    if conversation_id is None or row is None or known is None or row.status != "resting":
        return ()
    return (Step(conversation_id, Happened(known)),)


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: str(data[name]) for name in FACTS if data.get(name) not in (None, "")}
    for name in ("price", "cart_value"):
        amount = _amount(data.get(name))
        if amount is not None:
            facts[name] = amount
    return facts


def _checkout_of(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """Shop and key of the checkout that a report is about (bot/runtime/abandoned.py writes it there)."""
    match data.get("checkout"):
        case {"shop": str(name), "key": str(key)}:
            return name, key
        case _:
            return None


def _declared(context: Context, prospect_id: int, arrival: ShopReported) -> list[NewFact]:
    """Declared attributes that came with a report, as they were read when it was taken in."""
    found = arrival.data.get(DECLARED)
    pairs = found.items() if isinstance(found, dict) else ()
    return [
        NewFact(prospect_id, name, Written(str(pair[0]), _amount(pair[1])), "shop", arrival.at, arrival.kind)
        for name, pair in pairs
        if name in context.attributes.declared and isinstance(pair, list) and len(pair) == 2
    ]


async def _enrol(
    tx: Tx, context: Context, prospect_id: int, arrival: ShopReported, campaign: Any, now: datetime
) -> int | None:
    wait = CampaignDefinition.model_validate(campaign.definition).triggers.get(arrival.kind)  # type: ignore[call-overload]
    if campaign.state != "running" or wait is None:
        return None
    since = max(timedelta(0), wait - max(timedelta(0), now - arrival.at))
    return await enrol(tx, context, prospect_id, campaign, now, wait=since)


def written(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a report as JSON has them: moments and money as text."""
    return {str(name): plain(value) for name, value in data.items()}


async def take_consents(tx: Tx, prospect_id: int, data: Mapping[str, Any], now: datetime) -> None:
    """Consent comes only with the shop's own word that it was given.

    A withdrawal by the prospect is never undone by the shop.
    """
    agreed = await consents.current(tx, [prospect_id])
    for channel in ("email", "telegram"):
        given = data.get(f"consent_{channel}")
        if given is True and (prospect_id, channel) not in agreed:
            text = str(data.get("consent_text") or "") or None
            await consents.record(tx, prospect_id, channel, granted=True, way="shop", now=now, text=text)


async def _purchase(tx: Tx, arrival: ShopReported, now: datetime) -> Meaning:
    data = arrival.data
    code = str(data["code"]) if data.get("code") else None
    purchase = Purchase(
        order_id=str(data["order_id"]),
        bought_at=arrival.at,
        amount=_amount(data.get("amount")),
        currency=str(data["currency"]) if data.get("currency") else None,
        product_id=str(data["product_id"]) if data.get("product_id") else None,
        code=code,
    )
    prospect_id = await _who(tx, arrival.identities, now) or await purchases.owner_of_code(tx, code)
    conversation_id = await conversations.latest(tx, prospect_id) if prospect_id is not None else None
    days = await _window_days(tx, conversation_id)
    await checkouts.complete_of(tx, arrival.identities, arrival.at, now)
    if not await purchases.record(tx, purchase, prospect_id, now, window=timedelta(days=days)):
        return Meaning("known purchase")
    failpoint("purchase.recorded")
    await _announce(tx, purchase, prospect_id, now)
    if conversation_id is None:
        return Meaning("purchase by nobody we asked")
    return Meaning("purchase", (Step(conversation_id, Bought(purchase.order_id)),))


async def _announce(tx: Tx, purchase: Purchase, prospect_id: int | None, now: datetime) -> None:
    """Tell whoever listens that a conversation was followed by a purchase."""
    conversation_id = await purchases.conversation_of(tx, purchase.order_id)
    if conversation_id is None:
        return
    row = await conversations.get(tx, conversation_id)
    data = {
        "order_id": purchase.order_id,
        "bought_at": plain(purchase.bought_at),
        "amount": plain(purchase.amount),
        "currency": purchase.currency,
        "conversation": row.uid if row is not None else None,
        "campaign": row.campaign if row is not None else None,
    }
    await deliveries.announce(tx, "purchase.attributed", data, prospect_id, purchase.order_id, now)


async def _window_days(tx: Tx, conversation_id: int | None) -> int:
    row = await conversations.get(tx, conversation_id) if conversation_id is not None else None
    campaign = await campaigns.get(tx, row.campaign) if row is not None else None
    return CampaignDefinition.model_validate(campaign.definition).attribution_days if campaign is not None else 7


def _amount(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 12 else None
