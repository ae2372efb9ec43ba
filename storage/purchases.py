"""Purchases: recorded once per order, matched to a code that was given, attributed to the conversation that helped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from storage.database import Tx
from storage.dialects import insert
from storage.tables import conversations, grants, purchases


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
    return added.scalar_one_or_none() is not None


async def owner_of_code(tx: Tx, code: str | None) -> int | None:
    """The prospect a code was given to: a purchase with it is theirs, whatever address they used."""
    if not code:
        return None
    owner: int | None = (
        await tx.execute(select(grants.c.prospect_id).where(grants.c.code == code))
    ).scalar_one_or_none()
    return owner


async def refund(tx: Tx, order_id: str, now: datetime) -> bool:
    """An order was refunded. False when it is unknown."""
    result = await tx.execute(
        update(purchases)
        .where(purchases.c.order_id == order_id, purchases.c.refunded_at.is_(None))
        .values(refunded_at=now)
    )
    return result.rowcount == 1


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
