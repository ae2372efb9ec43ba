"""Figures about all prospects together that the judgement of one of them needs."""

from dataclasses import dataclass
from decimal import Decimal

ENOUGH_CUSTOMERS = 50
"""From so many customers on, recency, frequency and volume are told by quintiles of the shop's own customers."""


@dataclass(frozen=True, slots=True)
class Population:
    """`median_cart` and `median_order` are in the shop's currency; None while nothing is known.

    `recency` (days since the last order), `frequency` (orders in a year) and `volume` (revenue in a year) are the
    bounds between quintiles of the customers, rising, four each; empty while there are too few customers.
    """

    customers: int = 0
    median_cart: Decimal | None = None
    median_order: Decimal | None = None
    recency: tuple[int, ...] = ()
    frequency: tuple[int, ...] = ()
    volume: tuple[Decimal, ...] = ()
