"""What a sale usually brings and what offers really cost: what learning weighs against each other."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, func, select, type_coerce

from storage.database import Tx
from storage.tables import grants, prospects, purchases

LOOK_BACK: Final = timedelta(days=180)
"""Purchases and grants of so many days tell what is usual."""


async def usual_sale(tx: Tx, currency: str, now: datetime) -> float | None:
    """The mean purchase in this currency, else the mean cart or price of prospects; None: nothing is known."""
    amount = func.avg(type_coerce(purchases.c.amount, BigInteger))
    bought = select(amount).where(
        purchases.c.currency == currency, purchases.c.bought_at > now - LOOK_BACK, purchases.c.refunded_at.is_(None)
    )
    found = (await tx.execute(bought)).scalar_one()
    if found is None:
        wanted = func.coalesce(prospects.c.cart_value, prospects.c.price)
        cart = select(func.avg(type_coerce(wanted, BigInteger))).where(prospects.c.currency == currency)
        found = (await tx.execute(cart)).scalar_one()
    return float(found) / 1000 if found else None


async def usual_costs(tx: Tx, campaign: str, currency: str, now: datetime) -> dict[str, float]:
    """The mean value of each offer's grants in this campaign; offers that were never given are not among them."""
    query = (
        select(grants.c.offer, func.avg(type_coerce(grants.c.value, BigInteger)))
        .where(grants.c.campaign == campaign, grants.c.currency == currency, grants.c.granted_at > now - LOOK_BACK)
        .group_by(grants.c.offer)
    )
    return {offer: float(value) / 1000 for offer, value in await tx.execute(query) if value is not None}


async def promised(tx: Tx, campaign: str, currency: str, since: datetime) -> Decimal:
    """Face value of what was granted since then."""
    query = select(func.coalesce(func.sum(type_coerce(grants.c.value, BigInteger)), 0)).where(
        grants.c.campaign == campaign, grants.c.currency == currency, grants.c.granted_at >= since
    )
    return Decimal(int((await tx.execute(query)).scalar_one())) / 1000
