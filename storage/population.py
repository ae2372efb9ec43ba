"""Figures about all prospects together, measured at most once an hour and kept between."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from flows.audience.population import ENOUGH_CUSTOMERS, Population
from storage import facts
from storage.database import Tx
from storage.tables import prospects, purchases

FACT: Final = "population"
EVERY: Final = timedelta(hours=1)
YOUNG: Final = timedelta(minutes=1)
"""While the medians are not known, a young shop is measured again so soon."""

YEAR: Final = timedelta(days=365)


async def known(tx: Tx, now: datetime, currency: str) -> Population | None:
    """What was measured last; None when it is too old (or of another currency) and has to be measured again."""
    text = await facts.get(tx, FACT)
    if text is None:
        return None
    kept = json.loads(text)
    population = _read(kept)
    unknown = population.median_cart is None or population.median_order is None
    fresh = now < datetime.fromisoformat(kept["at"]) + (YOUNG if unknown else EVERY)
    return population if fresh and kept["currency"] == currency else None


async def keep(tx: Tx, population: Population, now: datetime, currency: str) -> None:
    """Keep what was measured."""
    document = {
        "at": now.isoformat(),
        "currency": currency,
        "customers": population.customers,
        "median_cart": _written(population.median_cart),
        "median_order": _written(population.median_order),
        "recency": list(population.recency),
        "frequency": list(population.frequency),
        "volume": [_written(one) for one in population.volume],
    }
    await facts.put(tx, FACT, json.dumps(document))


async def measure(tx: Tx, now: datetime, currency: str) -> Population:
    """Count and sort everybody; refunded orders and amounts in other currencies are left out."""
    ours = or_(purchases.c.currency.is_(None), purchases.c.currency == currency)
    kept = [purchases.c.prospect_id.is_not(None), purchases.c.refunded_at.is_(None), purchases.c.bought_at <= now]
    in_year = purchases.c.bought_at > now - YEAR
    customers = select(func.count(purchases.c.prospect_id.distinct())).where(*kept)
    count = int((await tx.execute(customers)).scalar_one())
    cart = [prospects.c.cart_value > 0, or_(prospects.c.currency.is_(None), prospects.c.currency == currency)]
    money = func.sum(purchases.c.amount - func.coalesce(purchases.c.refunded, 0))
    bounds: dict[str, tuple[Any, ...]] = {"recency": (), "frequency": (), "volume": ()}
    if count >= ENOUGH_CUSTOMERS:
        last = await _bounds(tx, _per_customer(func.max(purchases.c.bought_at), *kept), 5, newest_first=True)
        bounds["recency"] = tuple((now - at) // timedelta(days=1) + 1 for at in last)
        bounds["frequency"] = await _bounds(tx, _per_customer(func.count(), *kept, in_year), 5)
        bounds["volume"] = await _bounds(tx, _per_customer(money, *kept, in_year, ours, purchases.c.amount > 0), 5)
    median_order = await _bounds(
        tx, select(purchases.c.amount.label("v")).where(*kept, ours, purchases.c.amount > 0), 2
    )
    median_cart = await _bounds(tx, select(prospects.c.cart_value.label("v")).where(*cart), 2)
    return Population(count, next(iter(median_cart), None), next(iter(median_order), None), **bounds)


def _per_customer(value: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    return select(value.label("v")).where(*where).group_by(purchases.c.prospect_id)


async def _bounds(tx: Tx, values: Select[Any], parts: int, *, newest_first: bool = False) -> tuple[Any, ...]:
    """The last value of each of so many equal parts, but of the last part; fewer when there are fewer values."""
    of = values.subquery()
    order = of.c.v.desc() if newest_first else of.c.v
    numbered = select(of.c.v, func.ntile(parts).over(order_by=order).label("part")).subquery()
    edge = func.min(numbered.c.v) if newest_first else func.max(numbered.c.v)
    rows = await tx.execute(
        select(edge.label("edge"))
        .where(numbered.c.part < max(parts, 2))
        .group_by(numbered.c.part)
        .order_by(numbered.c.part)
    )
    return tuple(rows.scalars())


def _read(kept: dict[str, Any]) -> Population:
    return Population(
        customers=kept["customers"],
        median_cart=_decimal(kept["median_cart"]),
        median_order=_decimal(kept["median_order"]),
        recency=tuple(kept["recency"]),
        frequency=tuple(kept["frequency"]),
        volume=tuple(Decimal(one) for one in kept["volume"]),
    )


def _written(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
