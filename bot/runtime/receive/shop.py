"""What the shop reports: interest that enrols, purchases that end everything, refunds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.runtime.arrivals import ShopReported
from bot.runtime.context import Context
from bot.runtime.enrol import enrol
from bot.runtime.receive.step import Meaning, Step
from flows.definition.campaign import CampaignDefinition
from flows.events import Bought
from storage import campaigns, consents, conversations, joining, prospects, purchases
from storage.database import Tx
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
            known = await purchases.refund(tx, str(arrival.data.get("order_id", "")), now)
            return Meaning("refunded" if known else "ignored: a refund of an unknown order")
        case _:
            return await _interest(tx, context, arrival, now)


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
    prospect_id = await _who(tx, arrival.identities, now)
    facts: dict[str, Any] = {
        name: str(arrival.data[name]) for name in FACTS if arrival.data.get(name) not in (None, "")
    }
    for name in ("price", "cart_value"):
        amount = _amount(arrival.data.get(name))
        if amount is not None:
            facts[name] = amount
    if prospect_id is None:
        if not any(arrival.identities.values()):
            return Meaning("ignored: nobody is named")
        prospect_id = await prospects.create(tx, now, **facts)
    else:
        await prospects.change(tx, prospect_id, now, **facts)
    for kind, value in arrival.identities.items():
        await prospects.bind(tx, prospect_id, kind, value, via="shop", now=now)
    await _consents(tx, prospect_id, arrival, now)
    await prospects.note_event(tx, prospect_id, arrival.kind, arrival.at, arrival.data)
    enrolled = [await _enrol(tx, context, prospect_id, arrival, row, now) for row in await campaigns.all_campaigns(tx)]
    return Meaning(f"{arrival.kind}: enrolled" if any(enrolled) else arrival.kind)


async def _enrol(
    tx: Tx, context: Context, prospect_id: int, arrival: ShopReported, campaign: Any, now: datetime
) -> int | None:
    wait = CampaignDefinition.model_validate(campaign.definition).triggers.get(arrival.kind)  # type: ignore[call-overload]
    if campaign.state != "running" or wait is None:
        return None
    since = max(timedelta(0), wait - max(timedelta(0), now - arrival.at))
    return await enrol(tx, context, prospect_id, campaign, now, wait=since)


async def _consents(tx: Tx, prospect_id: int, arrival: ShopReported, now: datetime) -> None:
    """Consent comes only with the shop's own word that it was given.

    A withdrawal by the prospect is never undone by the shop.
    """
    agreed = await consents.current(tx, [prospect_id])
    for channel in ("email", "telegram"):
        given = arrival.data.get(f"consent_{channel}")
        if given is True and (prospect_id, channel) not in agreed:
            text = str(arrival.data.get("consent_text") or "") or None
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
    if not await purchases.record(tx, purchase, prospect_id, now, window=timedelta(days=days)):
        return Meaning("known purchase")
    if conversation_id is None:
        return Meaning("purchase by nobody we asked")
    return Meaning("purchase", (Step(conversation_id, Bought(purchase.order_id)),))


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
