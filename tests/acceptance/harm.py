"""A world in which one offer does harm, and how long after it could be known it is still made.

"Could be known" is what the weekly rule of EVIDENCE.md 2.1 may say: a look each week with the level of 13 looks, and at
least 10 purchases in both groups.
"""

import random
from dataclasses import dataclass
from math import exp, log

from flows.evidence.intervals import newcombe
from flows.offers.learning import Cell, Count, daily_shares, tabulate
from tests.acceptance.world import DAYS, FLOOR, MARGIN, POOLED, WINDOW

OFFERS = ("good", "fair", "plain", "harmful")
LIFTS = {"good": 0.6, "fair": 0.3, "plain": 0.0, "harmful": -1.2}
LEVEL = 1 - 0.05 / 13
PULLED = 0.05
"""An offer with at most this share has been pulled: the floor is 0.02."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The day on which the weekly rule first showed the harm, and the first day on which the offer was pulled."""

    known: int | None
    pulled: int | None

    @property
    def in_time(self) -> bool:
        """Within two weeks of the day on which it could be known, or before."""
        return self.known is None or (self.pulled is not None and self.pulled <= self.known + 14)


def harmful(seed: int, people: int = 6000) -> Pulled:
    """One barrier, one segment, four offers, shares frozen each day as in production."""
    dice = random.Random(seed)
    counts: dict[Cell, Count] = {}
    pending: list[list[tuple[str, bool]]] = [[] for _ in range(DAYS + WINDOW + 2)]
    known = pulled = None
    for day in range(DAYS):
        for offer, bought in pending[day]:
            cell = ("price", "new_other", offer)
            counts[cell] = counts.get(cell, Count()) + Count(1, int(bought))
        table = tabulate(counts)
        arms = [table.arm("price", "new_other", offer, margin=MARGIN, cost=0.0) for offer in OFFERS]
        shares = daily_shares(arms, table.usual_rate("price"), POOLED, 0.0, FLOOR, random.Random(seed * 1000 + day))
        if pulled is None and float(shares["harmful"]) <= PULLED:
            pulled = day
        known = day if known is None and day % 7 == 0 and _shows(counts) else known
        if pulled is not None:
            break
        for _ in range(people * (day + 1) // DAYS - people * day // DAYS):
            offer = dice.choices(OFFERS, [float(shares[one]) for one in OFFERS])[0]
            rate = 1 / (1 + exp(-(log(0.055 / 0.945) + LIFTS[offer])))
            pending[day + WINDOW + 1].append((offer, dice.random() < rate))
    return Pulled(known, pulled)


def _shows(counts: dict[Cell, Count]) -> bool:
    bad = counts.get(("price", "new_other", "harmful"), Count())
    rest = sum((count for cell, count in counts.items() if cell[2] != "harmful"), Count())
    if min(bad.bought, rest.bought) < 10:
        return False
    return newcombe(bad.bought, bad.people, rest.bought, rest.people, LEVEL).high < 0
