"""Recency, frequency and monetary value of customers, 1 to 5 each, and the name of the group these make."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from flows.audience.population import ENOUGH_CUSTOMERS, Population
from flows.audience.profile import Bought, Profile
from flows.audience.reading import amount, day, kept_orders

YEAR: Final = timedelta(days=365)
DAYS: Final = (30, 90, 180, 365)
"""Fixed bounds of recency: within so many days 5, 4, 3, 2, else 1."""
ORDERS: Final = (2, 3, 5, 10)
"""Fixed bounds of frequency: from so many orders in a year on 2, 3, 4, 5, else 1."""
MULTIPLES: Final = (1, 2, 4, 8)
"""Fixed bounds of volume: from so many median orders on 2, 3, 4, 5, else 1."""

Span = tuple[int, int]
SEGMENTS: Final[tuple[tuple[str, Span, Span, Span], ...]] = (
    ("champions", (5, 5), (5, 5), (5, 5)),
    ("potential_loyalist", (3, 5), (3, 5), (2, 5)),
    ("loyal", (2, 4), (2, 4), (2, 4)),
    ("promising", (3, 4), (1, 3), (3, 5)),
    ("new", (4, 5), (1, 3), (1, 5)),
    ("cant_lose", (1, 2), (3, 4), (4, 5)),
    ("at_risk", (1, 2), (2, 5), (4, 5)),
    ("need_attention", (1, 3), (3, 5), (3, 5)),
    ("about_to_sleep", (2, 3), (1, 3), (1, 4)),
    ("lost", (1, 1), (1, 5), (1, 5)),
)
"""The first that matches names the customer; EVIDENCE.md 3, after the documented example of the R package rfm."""

GROUPS: Final = (*(name for name, *_ in SEGMENTS), "other")
"""The names of all groups."""


@dataclass(frozen=True, slots=True)
class Buying:
    """What somebody bought, refunds taken out. Revenue is of orders with a known amount in the shop's currency."""

    orders_total: int
    orders_year: int
    revenue_year: Decimal
    unknown_amounts: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Rfm:
    """Each 1 to 5, or None without orders; `name` is None when the amounts are unknown."""

    recency: int | None = None
    frequency: int | None = None
    monetary: int | None = None
    name: str | None = None
    reasons: tuple[str, ...] = ()


def buying_of(profile: Profile, now: datetime) -> Buying:
    """Sums over all orders and those of the last 365 days."""
    orders = kept_orders(profile)
    year = [one for one in orders if now < one.at + YEAR]
    return Buying(
        orders_total=len(orders),
        orders_year=len(year),
        revenue_year=sum((one.amount for one in year if one.amount is not None), Decimal(0)),
        unknown_amounts=sum(one.amount is None for one in year),
        last=orders[-1].at if orders else None,
    )


def rfm_of(buying: Buying, population: Population, now: datetime) -> Rfm:
    """By quintiles of the shop's own customers from 50 of them on, else by fixed bounds."""
    if buying.last is None:
        return Rfm(reasons=("no order yet",))
    quintiles = population.customers >= ENOUGH_CUSTOMERS
    by = f"by quintiles of {population.customers} customers" if quintiles else "by fixed bounds"
    recency = _recency(buying.last, population.recency if quintiles else DAYS, now)
    frequency = _frequency(buying.orders_year, population.frequency if quintiles else ())
    monetary = _monetary(buying, population, quintiles=quintiles)
    lines = [
        f"last order on {day(buying.last)}: recency {recency} of 5, {by}",
        f"{buying.orders_year} orders in 365 days: frequency {frequency} of 5, {by}",
    ]
    if buying.unknown_amounts:
        lines.append(f"{buying.unknown_amounts} orders without an amount in the shop's currency are not counted")
    if monetary is None:
        return Rfm(recency, frequency, None, None, (*lines, "the amounts are not known: no group"))
    name = name_of(recency, frequency, monetary)
    lines.append(f"{amount(buying.revenue_year)} in 365 days: volume {monetary} of 5, {by}")
    return Rfm(recency, frequency, monetary, name, (*lines, f"group {name.replace('_', ' ')}"))


def name_of(recency: int, frequency: int, monetary: int) -> str:
    """The first group that all three lie in, else `other`."""
    for name, *spans in SEGMENTS:
        if all(low <= value <= high for value, (low, high) in zip((recency, frequency, monetary), spans, strict=True)):
            return name
    return "other"


def _recency(last: datetime, bounds: tuple[int, ...], now: datetime) -> int:
    return 5 - sum(now >= last + timedelta(days=bound) for bound in bounds)


def _frequency(orders: int, quintiles: tuple[int, ...]) -> int:
    return 1 + (bisect_left(quintiles, orders) if quintiles else sum(orders >= bound for bound in ORDERS))


def _monetary(buying: Buying, population: Population, *, quintiles: bool) -> int | None:
    if buying.orders_year and buying.unknown_amounts == buying.orders_year:
        return None
    if quintiles and population.volume:
        return 1 + bisect_left(population.volume, buying.revenue_year)
    if population.median_order is None:
        return None
    return 1 + sum(buying.revenue_year >= bound * population.median_order for bound in MULTIPLES)


def changes_of(orders: tuple[Bought, ...], population: Population) -> list[datetime]:
    """When time alone changes these figures: an order leaves the year, the last one passes a bound of recency."""
    if not orders:
        return []
    bounds = population.recency if population.customers >= ENOUGH_CUSTOMERS else DAYS
    return [*(one.at + YEAR for one in orders), *(orders[-1].at + timedelta(days=bound) for bound in bounds)]
