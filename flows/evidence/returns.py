"""What each move was worth: what it cost, what came in after it, and which one was best, as far as that can be told.

A move is an offer given for a barrier. Its figures describe: who gets which offer is not decided by lot alone, so they
do not prove that the offer caused the purchases. Proof is the comparison of groups (verdicts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flows.evidence.intervals import Interval, Sums, mean_difference, wilson

FEW: Final = 20
"""A move made to fewer people is not ranked."""


@dataclass(frozen=True, slots=True)
class Move:
    """An offer given for a barrier (and to a segment, when told apart): people whose window has closed.

    Money in the shop's currency. `unknown` counts orders without a known amount in it, `refunded` orders given back,
    `open` people whose window has not closed yet: they are in no other figure.
    """

    offer: str
    barrier: str | None
    segment: str | None
    people: int
    bought: int
    revenue: Decimal
    cost: Decimal
    squares: float = 0.0
    unknown: int = 0
    refunded: int = 0
    open: int = 0

    @property
    def brought(self) -> Decimal:
        """Revenue less what the offer cost."""
        return self.revenue - self.cost

    @property
    def per_person(self) -> Decimal | None:
        """What was brought for each person the move was made to."""
        return (self.brought / self.people).quantize(Decimal("0.01")) if self.people else None

    @property
    def back(self) -> Decimal | None:
        """Revenue for each 1 of cost; None when it cost nothing."""
        return (self.revenue / self.cost).quantize(Decimal("0.1")) if self.cost else None

    @property
    def rate(self) -> float | None:
        """The share who bought."""
        return self.bought / self.people if self.people else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval of the share."""
        if not self.people:
            return None
        low, high = wilson(self.bought, self.people)
        return Interval(low, self.bought / self.people, high)

    @property
    def sums(self) -> Sums:
        """What was brought, over people."""
        return Sums(self.people, float(self.brought), self.squares)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best and the worst move by what they brought for each person.

    `apart`: they can be told apart, at 95 % over all pairs together.
    """

    best: Move
    worst: Move
    apart: bool


def rank(moves: Sequence[Move]) -> Ranking | None:
    """The best and worst of the moves made to at least FEW people; None with fewer than two such."""
    ranked = sorted((one for one in moves if one.people >= FEW), key=lambda one: (one.sums.mean, one.people))
    if len(ranked) < 2:
        return None
    worst, best = ranked[0], ranked[-1]
    # The furthest two of many look far apart by chance alone: as wide as all pairs together need.
    pairs = len(ranked) * (len(ranked) - 1) / 2
    difference = mean_difference(best.sums, worst.sums, 1 - 0.05 / pairs)
    return Ranking(best, worst, apart=difference is not None and difference.excludes_zero)


def together(moves: Sequence[Move], *, by_barrier: bool = False) -> list[Move]:
    """The same moves without segments, and without barriers unless `by_barrier`; the largest first."""
    groups: dict[tuple[str, str | None], list[Move]] = {}
    for one in moves:
        groups.setdefault((one.offer, one.barrier if by_barrier else None), []).append(one)
    return sorted((_sum(key, group) for key, group in groups.items()), key=lambda one: (-one.people, one.offer))


def _sum(key: tuple[str, str | None], group: Sequence[Move]) -> Move:
    return Move(
        offer=key[0],
        barrier=key[1],
        segment=None,
        people=sum(one.people for one in group),
        bought=sum(one.bought for one in group),
        revenue=sum((one.revenue for one in group), Decimal(0)),
        cost=sum((one.cost for one in group), Decimal(0)),
        squares=sum(one.squares for one in group),
        unknown=sum(one.unknown for one in group),
        refunded=sum(one.refunded for one in group),
        open=sum(one.open for one in group),
    )
