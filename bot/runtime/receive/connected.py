"""What a connected shop told: checkouts that may be abandoned, orders with what went back, customers, privacy.

Reports come twice and in any order; the end is the same.
"""

from datetime import datetime
from typing import Any, assert_never

from bot.runtime.arrivals import CheckoutReported, CustomerReported, OrderReported, PrivacyRequested, ShopReported
from bot.runtime.context import Context
from bot.runtime.failpoints import failpoint
from bot.runtime.receive import report, shop
from bot.runtime.receive.step import Meaning
from storage import audit, checkouts, consents, erasure, profiles, prospects, purchases
from storage.checkouts import Checkout
from storage.database import Tx

Arrival = CheckoutReported | OrderReported | CustomerReported | PrivacyRequested

DATA_REQUESTED = "data requested"
SHOP_ERASED = "shop data erased"
"""What the audit log says about privacy requests that a shop handed on."""


async def receive(tx: Tx, context: Context, arrival: Arrival, now: datetime) -> Meaning:
    """The meaning of what a connected shop told."""
    match arrival:
        case CheckoutReported():
            return await _checkout(tx, context, arrival, now)
        case OrderReported():
            return await _order(tx, arrival, now)
        case CustomerReported():
            return await _customer(tx, arrival, now)
        case PrivacyRequested():
            return await _privacy(tx, context, arrival, now)
        case _:
            assert_never(arrival)


async def _checkout(tx: Tx, context: Context, arrival: CheckoutReported, now: datetime) -> Meaning:
    """Keep it until it is silent long enough. Nobody is a prospect because of a checkout that may still be paid."""
    found = await prospects.find(tx, arrival.identities)
    bought = any([await purchases.bought_since(tx, one, arrival.at) for one in found])
    if arrival.done or bought:
        await checkouts.complete(tx, arrival.shop, arrival.key, arrival.at, now)
        return Meaning("checkout: bought already" if bought else "checkout: completed")
    heard = Checkout(arrival.shop, arrival.key, arrival.identities, report.written(arrival.data), arrival.at)
    kept = await checkouts.note(tx, heard, next(iter(found), None), now, silence=context.checkout_silence)
    failpoint("checkout.noted")
    return Meaning("checkout: waiting for it to be paid" if kept else "checkout: something newer is known")


async def _order(tx: Tx, arrival: OrderReported, now: datetime) -> Meaning:
    meaning = Meaning("an order: what went back is noted")
    if arrival.bought:
        if arrival.checkout is not None:
            await checkouts.complete(tx, arrival.shop, arrival.checkout, arrival.at, now)
        codes = [str(code) for code in arrival.data.get("codes", [])]
        code = await purchases.granted_among(tx, codes) or next(iter(codes), None)
        data = arrival.data | {"order_id": arrival.order_id, "code": code}
        meaning = await shop.receive(tx, ShopReported("purchase", arrival.identities, arrival.at, data), now)
    if arrival.stands_at is not None:
        await purchases.stands(tx, arrival.order_id, arrival.stands_at, now)
    for one in arrival.refunds:
        await purchases.refund(
            tx, arrival.order_id, now, key=one.key, amount=one.amount, currency=one.currency, at=one.at
        )
    return meaning


async def _customer(tx: Tx, arrival: CustomerReported, now: datetime) -> Meaning:
    """Facts and consent of somebody we know already. Somebody else's are not kept: they have asked for nothing yet."""
    found = await prospects.find(tx, arrival.identities)
    if not found:
        return Meaning("ignored: a customer nobody has told of before")
    prospect_id = found[0]
    facts: dict[str, Any] = {name: str(arrival.data[name]) for name in report.FACTS if arrival.data.get(name)}
    await prospects.change(tx, prospect_id, now, said_at=arrival.at, **facts)
    if arrival.data.get("consent_email") is False:
        said = (await consents.current(tx, [prospect_id])).get((prospect_id, "email"))
        if said is None or said[0]:
            await consents.record(tx, prospect_id, "email", granted=False, way="shop", now=now)
    else:
        await report.take_consents(tx, {prospect_id: arrival.data}, now)
    await profiles.mark_due(tx, [prospect_id], now)
    return Meaning("customer")


async def _privacy(tx: Tx, context: Context, arrival: PrivacyRequested, now: datetime) -> Meaning:
    """Requests of the law, handed on by the shop. Erasures are done; an export is made by staff, who are told."""
    if arrival.wish == "erase-shop":
        await erasure.forget_shop(tx, arrival.shop)
        await audit.note(tx, arrival.shop, SHOP_ERASED, arrival.shop, now)
        return Meaning("the shop's own data is erased", erased=True)
    found = await prospects.find(tx, arrival.identities)
    if arrival.wish == "export":
        for prospect_id in found:
            row = await prospects.get(tx, prospect_id)
            await audit.note(tx, arrival.shop, DATA_REQUESTED, row.uid if row is not None else "", now)
        return Meaning("data requested" if found else "data requested: nothing is known of them")
    for prospect_id in found:
        await erasure.erase(tx, prospect_id, now, context.secret)
    await erasure.forget(tx, list(arrival.identities.items()), now, context.secret)
    await audit.note(tx, arrival.shop, "erased on request", f"{len(found)} prospects", now)
    return Meaning("erased", erased=True)
