"""The shares of a day, for every cell of a campaign, with all that they are made from: the log alone rebuilds them."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flows.audience.profile import LEARNING_SEGMENTS
from flows.offers.catalogue import Catalogue, OfferDefinition
from flows.offers.learning import Arm, Cell, Count, Prior, Table, daily_shares, tabulate
from flows.offers.strategy import StrategyDefinition

WHOLE: Final = "*"
"""The cell that stands for the whole campaign: price of budget and pace of the day."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One cell's shares of a day, and the inputs as plain JSON values."""

    cell: str
    shares: Mapping[str, Decimal]
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Economy:
    """What a sale brings and offers cost, in the catalogue's currency.

    `sale`: what is usually paid; `costs`: what an offer usually costs when it is used, by offer; `price`: the price of
    budget (0 while spending is on pace).
    """

    sale: float
    costs: Mapping[str, float]
    price: float = 0.0


def nightly(
    strategy: StrategyDefinition, catalogue: Catalogue, day: str, counts: Mapping[Cell, Count], economy: Economy
) -> tuple[Sheet, ...]:
    """The day's shares of every cell in which there is more than one offer to choose from.

    `day` is an ISO date of the shop; with the campaign and the cell it gives the seed.
    """
    table = tabulate(counts)
    margin = economy.sale * (strategy.guards.margin or 100) / 100
    sheets = []
    for barrier, offers in _candidates(strategy, catalogue):
        for segment in LEARNING_SEGMENTS:
            cell = f"{barrier}:{segment}"
            arms = [
                table.arm(barrier, segment, offer.id, margin=margin, cost=economy.costs.get(offer.id, 0.0))
                for offer in offers
            ]
            inputs = _inputs(strategy, table, barrier, arms, economy.price) | {
                "seed": seed_of(strategy.campaign, day, cell)
            }
            sheets.append(Sheet(cell, rebuild(inputs), inputs))
    return tuple(sheets)


def rebuild(inputs: Mapping[str, Any]) -> dict[str, Decimal]:
    """The shares that these inputs give: what a log is checked with."""
    arms = [
        Arm(one["offer"], Count(*one["cell"]), Count(*one["elsewhere"]), one["margin"], one["cost"])
        for one in inputs["arms"]
    ]
    return daily_shares(
        arms,
        inputs["usual"],
        Prior(inputs["k1"], inputs["k2"]),
        inputs["price"],
        inputs["floor"],
        random.Random(inputs["seed"]),  # noqa: S311 - repeatable on purpose, and no secret
    )


def seed_of(campaign: str, day: str, cell: str) -> int:
    """The seed of a cell's draws on a day."""
    return int.from_bytes(hashlib.sha256(f"{campaign}:{day}:{cell}".encode()).digest()[:6])


def usual_cost(offer: OfferDefinition, sale: float) -> float:
    """What an offer costs when it is used, before any was: its value, or its percentage of the usual sale."""
    if offer.percent is None:
        return float(offer.value or 0)
    cost = sale * offer.percent / 100
    return min(cost, float(offer.at_most)) if offer.at_most is not None else cost


def _candidates(
    strategy: StrategyDefinition, catalogue: Catalogue
) -> Iterator[tuple[str, tuple[OfferDefinition, ...]]]:
    """Barriers with the offers that are drawn against each other there: all that their rows name, but `nothing`."""
    for barrier in dict.fromkeys(row.barrier for row in strategy.rows):
        names = dict.fromkeys(name for row in strategy.rows_for(barrier) for name in row.offers)
        offers = [offer for name in names if (offer := catalogue.offer(name)) is not None and offer.kind != "nothing"]
        allowed = tuple(offer for offer in offers if _may_be_drawn(strategy, barrier, offer))
        if len(allowed) > 1:
            yield barrier, allowed


def _may_be_drawn(strategy: StrategyDefinition, barrier: str, offer: OfferDefinition) -> bool:
    """Guards come before learning: what may never be made for this barrier takes no share."""
    return barrier in offer.removes and (offer.kind != "discount" or barrier in strategy.guards.money_for)


def _inputs(strategy: StrategyDefinition, table: Table, barrier: str, arms: list[Arm], price: float) -> dict[str, Any]:
    return {
        "usual": table.usual_rate(barrier),
        "k1": strategy.learning.k1,
        "k2": strategy.learning.k2,
        "floor": float(strategy.learning.floor),
        "price": price,
        "arms": [
            {
                "offer": arm.offer,
                "cell": [arm.cell.people, arm.cell.bought],
                "elsewhere": [arm.elsewhere.people, arm.elsewhere.bought],
                "margin": arm.margin,
                "cost": arm.cost,
            }
            for arm in arms
        ],
    }
