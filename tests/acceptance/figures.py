"""The figures of EVIDENCE.md 2.3 that learning, budget and guards answer for, each with its target."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from tests.acceptance.harm import harmful
from tests.acceptance.money import need, spend
from tests.acceptance.world import captured, make_world, told


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure, its target in words, and whether it is met."""

    name: str
    came: str
    target: str
    met: bool


def small(runs: int) -> Iterator[Figure]:
    """3,000 people."""
    pooled, chance, book = (
        captured("pooled", 3000, runs),
        captured("random", 3000, runs),
        captured("playbook", 3000, runs),
    )
    share = fmean(pooled)
    yield Figure("3,000 people: value captured, pooled", told(pooled), ">= 0.45", share >= 0.45)
    ratio = share / fmean(chance)
    yield Figure("3,000 people: against random", f"{ratio:.2f} (random {told(chance)})", ">= 1.25", ratio >= 1.25)
    yield Figure("3,000 people: fixed playbook, to compare", told(book), "none", met=True)


def large(runs: int) -> Iterator[Figure]:
    """20,000 people."""
    pooled, apart = captured("pooled", 20_000, runs), captured("apart", 20_000, runs)
    yield Figure("20,000 people: value captured, pooled", told(pooled), ">= 0.65", fmean(pooled) >= 0.65)
    better = fmean(pooled) > fmean(apart)
    yield Figure("20,000 people: above no pooling", f"no pooling {told(apart)}", "pooled above it", better)


def budgets(runs: int, people: int = 3000) -> Iterator[Figure]:
    """A budget of 60 % of what would be needed."""
    over, shares = 0, []
    for seed in range(runs):
        world = make_world(seed)
        amount = (need(world, people, seed) * Decimal("0.6")).quantize(Decimal("0.01"))
        run = spend(world, people, seed, amount)
        over += run.most > run.amount or run.spent > run.amount
        shares.append(float(run.spent / run.amount))
    spent = f"{over} of {runs} runs; {fmean(shares):.0%} of the budget was spent"
    yield Figure(f"strict budget, {people:,} people: overspent", spent, "0", over == 0)


def harms(runs: int) -> Iterator[Figure]:
    """An offer that does harm."""
    found = [harmful(seed) for seed in range(runs)]
    late = sum(not one.in_time for one in found)
    days = [one.pulled for one in found if one.pulled is not None]
    before = sum(one.known is None for one in found)
    came = f"{late} of {runs} runs late; pulled on day {fmean(days):.0f} on average, {before} before it could be known"
    yield Figure("harmful offer pulled within two weeks of when it could be known", came, "0 late", late == 0)
