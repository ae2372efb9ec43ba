"""What a strategy says of one person, for every barrier they may name: the row that holds, and each offer judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flows.offers.budget import Spending, fits
from flows.offers.catalogue import Catalogue
from flows.offers.eligibility import Circumstances, refusal
from flows.offers.policy import face_value
from flows.offers.strategy import ANYBODY, Row, StrategyDefinition
from flows.scene import Weighed

Shares = Mapping[str, Mapping[str, Decimal]]
"""Today's shares of one learning segment: barrier -> offer -> share."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a strategy is asked about: their circumstances, the saved segments they are in, and their learning segment.

    `spending` is how the budget stands; `shares` today's shares of the learning segment.
    """

    who: Circumstances
    segment: str
    saved: frozenset[str] = frozenset()
    spending: Spending = field(default_factory=Spending)
    shares: Shares = field(default_factory=dict)


def row_of(strategy: StrategyDefinition, barrier: str, subject: Subject) -> Row | None:
    """The first row of this barrier whose segment the person is in."""
    known = {ANYBODY, subject.segment} | subject.saved
    return next((row for row in strategy.rows_for(barrier) if row.segment in known), None)


def weigh(strategy: StrategyDefinition, catalogue: Catalogue, subject: Subject, barrier: str) -> tuple[Weighed, ...]:
    """The offers of the row that holds, in its order, each with the reason why it may not be made or with its share.

    An offer that the catalogue no longer has is left out. Without a row nothing is offered.
    """
    row = row_of(strategy, barrier, subject)
    shares = subject.shares.get(barrier, {}) if strategy.learning.on else {}
    found = []
    for name in row.offers if row is not None else ():
        offer = catalogue.offer(name)
        if offer is None:
            continue
        reason = refusal(offer, barrier, strategy.guards, subject.who)
        if reason is None and strategy.budget is not None and offer.costs_money:
            value = face_value(offer, subject.who.person, catalogue.currency) or Decimal(0)
            reason = None if fits(strategy.budget, subject.spending, value) else "budget"
        found.append(Weighed(name, reason, shares.get(name)))
    return tuple(found)


def weigh_all(strategy: StrategyDefinition, catalogue: Catalogue, subject: Subject) -> dict[str, tuple[Weighed, ...]]:
    """Every barrier that the strategy has a row for."""
    return {barrier: weigh(strategy, catalogue, subject, barrier) for barrier in {row.barrier for row in strategy.rows}}
