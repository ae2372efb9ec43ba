"""Offers that learn: pooled Thompson sampling with shares that are frozen for a day (EVIDENCE.md 2.1).

Two steps borrow strength: an offer for a barrier starts at the barrier's own rate (weight `k1`), an offer in one
segment at the offer's rate for that barrier (weight `k2`). In the exact form, as here, the cell's own counts are left
out of the level above, so that nobody is counted twice. `random.Random` comes as an argument: the same seed and counts
give the same shares, so that a log of both rebuilds them.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

DRAWS: Final = 1000
"""Draws of a cell each night."""

Cell = tuple[str, str, str]
"""Barrier, learning segment, offer."""


@dataclass(frozen=True, slots=True)
class Count:
    """People whose attribution window has closed, and those of them who bought, whether or not they used a code."""

    people: int = 0
    bought: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.people + other.people, self.bought + other.bought)

    def __sub__(self, other: "Count") -> "Count":
        return Count(self.people - other.people, self.bought - other.bought)


@dataclass(frozen=True, slots=True)
class Prior:
    """The weights of the two levels (EVIDENCE.md 2.1: 50 and 400). Small weights mean little borrowing."""

    k1: float = 50
    k2: float = 400


@dataclass(frozen=True, slots=True)
class Arm:
    """An offer in one cell: its counts there, those for the barrier in the other segments, margin and cost of a sale.

    Both in money; `cost` is what the offer costs when it is used.
    """

    offer: str
    cell: Count
    elsewhere: Count
    margin: float
    cost: float


@dataclass(frozen=True, slots=True)
class Table:
    """All counts of a campaign, with the sums that the levels need."""

    cells: Mapping[Cell, Count]
    offers: Mapping[tuple[str, str], Count]
    barriers: Mapping[str, Count]
    whole: Count

    def arm(self, barrier: str, segment: str, offer: str, *, margin: float, cost: float) -> Arm:
        """The arm of this offer in this cell."""
        own = self.cells.get((barrier, segment, offer), Count())
        return Arm(offer, own, self.offers.get((barrier, offer), Count()) - own, margin, cost)

    def usual_rate(self, barrier: str) -> float:
        """The barrier's own rate, held to the campaign's while few are known, and that to 5 % in an empty campaign."""
        overall = (self.whole.bought + 0.5) / (self.whole.people + 10)
        known = self.barriers.get(barrier, Count())
        return (known.bought + 10 * overall) / (known.people + 10)


def tabulate(cells: Mapping[Cell, Count]) -> Table:
    """The table of these counts."""
    offers: dict[tuple[str, str], Count] = {}
    barriers: dict[str, Count] = {}
    whole = Count()
    for (barrier, _, offer), count in cells.items():
        offers[barrier, offer] = offers.get((barrier, offer), Count()) + count
        barriers[barrier] = barriers.get(barrier, Count()) + count
        whole += count
    return Table(dict(cells), offers, barriers, whole)


def score(arm: Arm, usual: float, prior: Prior, price: float, rng: random.Random) -> float:
    """What one draw says an offer is worth: rate x (margin - cost) - price of budget x rate x cost."""
    rate = _draw(prior.k1, usual, arm.elsewhere, rng)
    rate = _draw(prior.k2, rate, arm.cell, rng)
    return rate * (arm.margin - arm.cost) - price * rate * arm.cost


def _draw(weight: float, rate: float, seen: Count, rng: random.Random) -> float:
    """One draw of Beta(weight x rate + bought, weight x (1 - rate) + people - bought)."""
    bought, not_bought = weight * rate + seen.bought, weight * (1 - rate) + seen.people - seen.bought
    return rng.betavariate(max(bought, 1e-9), max(not_bought, 1e-9))


def winner(arms: Sequence[Arm], usual: float, prior: Prior, price: float, rng: random.Random) -> str:
    """The offer that one draw prefers. `arms` must not be empty."""
    return max(arms, key=lambda arm: score(arm, usual, prior, price, rng)).offer


def daily_shares(
    arms: Sequence[Arm], usual: float, prior: Prior, price: float, floor: float, rng: random.Random
) -> dict[str, Decimal]:
    """The share of draws that each offer wins, in thousandths, at least `floor` each; they add up to 1.

    With so many offers that the floor would take everything, all shares are equal.
    """
    wins = dict.fromkeys((arm.offer for arm in arms), 0)
    if len(arms) > 1:
        for _ in range(DRAWS):
            wins[winner(arms, usual, prior, price, rng)] += 1
    least = min(floor, 1 / max(1, len(arms)))
    raw = {offer: max(won / DRAWS, least) for offer, won in wins.items()}
    rich = {offer: share for offer, share in raw.items() if share > least}
    excess = sum(raw.values()) - 1
    room = sum(share - least for share in rich.values())
    if rich and room > 0:
        raw |= {offer: share - excess * (share - least) / room for offer, share in rich.items()}
    return _whole(raw)


def _whole(shares: Mapping[str, float]) -> dict[str, Decimal]:
    """In thousandths that add up to exactly 1; what rounding leaves goes to the largest."""
    total = sum(shares.values()) or 1.0
    cut = {offer: Decimal(str(share / total)).quantize(Decimal("0.001"), ROUND_DOWN) for offer, share in shares.items()}
    largest = max(cut, key=lambda offer: cut[offer], default=None)
    if largest is not None:
        cut[largest] += 1 - sum(cut.values())
    return cut
