"""What the shop reports of orders: purchases, which end everything, and refunds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.data.writing import plain
from bot.runtime.arrivals import ShopReported
from bot.runtime.failpoints import failpoint
from bot.runtime.receive.report import amount
from bot.runtime.receive.step import Meaning, Step
from flows.definition.campaign import CampaignDefinition
from flows.events import Bought
from storage import campaigns, checkouts, conversations, deliveries, joining, prospects, purchases
from storage.database import Tx
from storage.purchases import Purchase

ABOUT_ORDERS: Final = ("purchase", "refund")
"""Kinds of reports that are about an order; all others are interest (bot/runtime/receive/interest.py)."""


async def receive(tx: Tx, arrival: ShopReported, now: datetime) -> Meaning:
    """The meaning of a report about an order."""
    return await (_refund if arrival.kind == "refund" else _purchase)(tx, arrival, now)


async def _refund(tx: Tx, arrival: ShopReported, now: datetime) -> Meaning:
    data = arrival.data
    known = await purchases.refund(
        tx,
        str(data.get("order_id", "")),
        now,
        key=str(data.get("refund_id") or "whole"),
        amount=amount(data.get("amount")),
        currency=str(data["currency"]) if data.get("currency") else None,
        at=arrival.at,
    )
    return Meaning("refunded" if known else "a refund of an order not known yet: kept until it is")


async def who(tx: Tx, identities: Mapping[str, str], now: datetime) -> int | None:
    """The prospect behind these identities; if they belong to several, these are one person, and are joined."""
    found = await prospects.find(tx, identities)
    if not found:
        return None
    person = found[0]
    for other in found[1:]:
        person = await joining.join(tx, person, other, now)
    return person


async def _purchase(tx: Tx, arrival: ShopReported, now: datetime) -> Meaning:
    data = arrival.data
    code = str(data["code"]) if data.get("code") else None
    purchase = Purchase(
        order_id=str(data["order_id"]),
        bought_at=arrival.at,
        amount=amount(data.get("amount")),
        currency=str(data["currency"]) if data.get("currency") else None,
        product_id=str(data["product_id"]) if data.get("product_id") else None,
        code=code,
    )
    prospect_id = await who(tx, arrival.identities, now) or await purchases.owner_of_code(tx, code)
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
