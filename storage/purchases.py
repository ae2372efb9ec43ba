"""Purchases: recorded once per order, matched to a code that was given, attributed to the conversation that helped.

Refunds are kept one by one, whatever comes first: a refund waits for its order, and is counted once however often it is
reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import and_, bindparam, func, select, update

from storage import profiles
from storage.database import Tx
from storage.dialects import insert
from storage.tables import conversations, grants, purchases, refunds

CANCELLED: Final = "cancelled"
"""The key of the refund that a cancellation is."""

STANDS: Final = "holdback:stands"
"""The key of what is no refund: the last time that the shop said an order stands."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as the shop reports it."""

    order_id: str
    bought_at: datetime
    amount: Decimal | None = None
    currency: str | None = None
    product_id: str | None = None
    code: str | None = None


async def record(tx: Tx, purchase: Purchase, prospect_id: int | None, now: datetime, *, window: timedelta) -> bool:
    """Keep a purchase. False when this order is known already.

    A code that was given counts as redeemed. The conversion belongs to the newest conversation in which the prospect
    was first written to before the purchase and at most `window` earlier; any purchase counts, with the code or
    without.
    """
    grant = await _redeem(tx, purchase)
    row = insert(tx, purchases).values(
        prospect_id=prospect_id,
        order_id=purchase.order_id,
        bought_at=purchase.bought_at,
        recorded_at=now,
        amount=purchase.amount,
        currency=purchase.currency,
        product_id=purchase.product_id,
        code=purchase.code,
        conversation_id=await _attributed(tx, purchase, prospect_id, window),
        grant_id=grant,
    )
    added = await tx.execute(row.on_conflict_do_nothing().returning(purchases.c.id))
    is_new = added.scalar_one_or_none() is not None
    if is_new:
        await _settle(tx, purchase.order_id)
        await profiles.mark_due(tx, [prospect_id] if prospect_id is not None else [], now)
    return is_new


async def conversation_of(tx: Tx, order_id: str) -> int | None:
    """The conversation that an order is attributed to."""
    query = select(purchases.c.conversation_id).where(purchases.c.order_id == order_id)
    found: int | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def buyer_of(tx: Tx, order_id: str) -> int | None:
    """The prospect whose order this is, as far as that is known."""
    query = select(purchases.c.prospect_id).where(purchases.c.order_id == order_id)
    found: int | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def bought_since(tx: Tx, prospect_id: int, moment: datetime) -> bool:
    """Whether this prospect bought something at that moment or later, and did not give it back."""
    query = select(purchases.c.id).where(
        purchases.c.prospect_id == prospect_id, purchases.c.bought_at >= moment, purchases.c.refunded_at.is_(None)
    )
    return (await tx.execute(query.limit(1))).scalar_one_or_none() is not None


async def bought_last(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these prospects bought something last that they did not give back; who never did is left out."""
    return {row.prospect_id: row.at for row in await tx.execute(_BOUGHT_LAST, {"people": list(prospect_ids)})}


_BOUGHT_LAST = (
    select(purchases.c.prospect_id, func.max(purchases.c.bought_at).label("at"))
    .where(purchases.c.prospect_id.in_(bindparam("people", expanding=True)), purchases.c.refunded_at.is_(None))
    .group_by(purchases.c.prospect_id)
)


async def owner_of_code(tx: Tx, code: str | None) -> int | None:
    """The prospect a code was given to: a purchase with it is theirs, whatever address they used."""
    if not code:
        return None
    owner: int | None = (
        await tx.execute(select(grants.c.prospect_id).where(grants.c.code == code))
    ).scalar_one_or_none()
    return owner


async def granted_among(tx: Tx, codes: Sequence[str]) -> str | None:
    """The first of these codes that was given to somebody, as it was given, or None. Shops may change small letters."""
    spelt = [spelling for code in codes for spelling in (code, code.upper(), code.lower())]
    if not spelt:
        return None
    found = set((await tx.execute(select(grants.c.code).where(grants.c.code.in_(spelt)))).scalars())
    return next((code for code in spelt if code in found), None)


async def refund(
    tx: Tx,
    order_id: str,
    now: datetime,
    *,
    key: str = "whole",
    amount: Decimal | None = None,
    currency: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Money of an order went back: `amount` of it, or all. Known ones (`key` within the order) change nothing.

    False when the order is unknown: then the refund is kept, and counts once the order is reported. A refund in another
    currency than the order's is kept and takes nothing off it: nobody knows the rate.
    """
    row = insert(tx, refunds).values(
        order_id=order_id, key=key, amount=amount, currency=currency, at=at or now, recorded_at=now
    )
    # An order may be taken up again and cancelled again: of cancellations, the last one counts.
    later = and_(refunds.c.key == CANCELLED, refunds.c.at < row.excluded.at)
    await tx.execute(
        row.on_conflict_do_update(index_elements=["order_id", "key"], set_={"at": row.excluded.at}, where=later)
    )
    known = await _settle(tx, order_id)
    buyer = await buyer_of(tx, order_id) if known else None
    await profiles.mark_due(tx, [buyer] if buyer is not None else [], now)
    return known


async def stands(tx: Tx, order_id: str, at: datetime, now: datetime) -> None:
    """The shop says that this order stood at that moment: a cancellation from before does not count (any more)."""
    row = insert(tx, refunds).values(order_id=order_id, key=STANDS, amount=0, at=at, recorded_at=now)
    newer = refunds.c.at < row.excluded.at
    await tx.execute(row.on_conflict_do_update(index_elements=["order_id", "key"], set_={"at": at}, where=newer))
    if await _settle(tx, order_id):
        buyer = await buyer_of(tx, order_id)
        await profiles.mark_due(tx, [buyer] if buyer is not None else [], now)


async def _settle(tx: Tx, order_id: str) -> bool:
    """What an order's refunds come to; False when there is no such order (yet)."""
    order = (
        await tx.execute(
            select(purchases.c.id, purchases.c.amount, purchases.c.currency, purchases.c.refunded_at)
            .where(purchases.c.order_id == order_id)
            .with_for_update()
        )
    ).one_or_none()
    if order is None:
        return False
    query = select(refunds).where(refunds.c.order_id == order_id).order_by(refunds.c.at, refunds.c.key)
    given = (await tx.execute(query)).all()
    stood = next((one.at for one in given if one.key == STANDS), None)
    back, whole_at = Decimal(0), order.refunded_at if stood is None else None
    for one in given:
        if one.key == CANCELLED and stood is not None and one.at < stood:
            continue
        if one.amount is None:
            back, whole_at = order.amount or back, whole_at or one.at
        elif one.currency in (None, order.currency):
            back += one.amount
            if order.amount is not None and back >= order.amount:
                whole_at = whole_at or one.at
    if given:
        back = back if order.amount is None else min(back, order.amount)
        values = {"refunded": back or None, "refunded_at": whole_at}
        await tx.execute(update(purchases).where(purchases.c.id == order.id).values(**values))
    return True


async def _redeem(tx: Tx, purchase: Purchase) -> int | None:
    if not purchase.code:
        return None
    found = await tx.execute(
        update(grants)
        .where(grants.c.code == purchase.code, grants.c.redeemed_at.is_(None))
        .values(redeemed_at=purchase.bought_at)
        .returning(grants.c.id)
    )
    grant_id: int | None = found.scalar_one_or_none()
    return grant_id


async def _attributed(tx: Tx, purchase: Purchase, prospect_id: int | None, window: timedelta) -> int | None:
    if prospect_id is None:
        return None
    query = (
        select(conversations.c.id)
        .where(
            conversations.c.prospect_id == prospect_id,
            conversations.c.first_contact_at <= purchase.bought_at,
            conversations.c.first_contact_at >= purchase.bought_at - window,
        )
        .order_by(conversations.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).scalar_one_or_none()
