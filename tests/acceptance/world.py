"""A shop whose truth is known: what each offer really does, so that a policy's value can be measured (EVIDENCE.md 2.2).

11 barriers x 4 segments x 16 offers, about 4 of which fit a barrier; about 5.5 % buy without an offer; an offer adds
0.55 +- 0.45 log-odds for a barrier and a little more or less in a segment; a sale brings 30; 90 days; people count when
7 days have passed; buyers take 1.7 days on average. Offers are drawn by the very code of flows/offers/learning.py.
"""

import random
from dataclasses import dataclass, field
from math import exp, log
from statistics import fmean

from flows.offers.learning import Arm, Cell, Count, Prior, Table, tabulate, winner

BARRIERS = tuple(f"b{number}" for number in range(11))
SEGMENTS = ("b2b", "returning", "new_high", "new_other")
OFFERS = tuple(f"o{number}" for number in range(16))
WEIGHTS = tuple(1 / (place + 1) ** 0.7 for place in range(11))
SHARES = (0.1, 0.2, 0.25, 0.45)
MARGIN, DAYS, WINDOW, DELAY, FLOOR = 30.0, 90, 7, 1.7, 0.02
POOLED, APART = Prior(50, 400), Prior(1e9, 20)


@dataclass(frozen=True, slots=True)
class World:
    """The truth: rates by cell (`none` for no offer), what offers cost when used, and which fit each barrier."""

    rates: dict[Cell, float]
    costs: dict[str, float]
    fitting: dict[str, tuple[str, ...]]

    def value(self, barrier: str, segment: str, offer: str) -> float:
        """What an offer is worth on average for one person."""
        return self.rates[barrier, segment, offer] * (MARGIN - self.costs[offer])

    def best(self, barrier: str, segment: str) -> str:
        """What somebody who knows the truth would offer."""
        return max((*self.fitting[barrier], "none"), key=lambda offer: self.value(barrier, segment, offer))


def make_world(seed: int, *, effect: float = 0.55, spread: float = 0.45) -> World:
    """One world. About a third of its offers cost nothing."""
    dice = random.Random(seed)
    costs = {offer: dice.choice([0.0, dice.uniform(2, 8), dice.uniform(2, 8)]) for offer in OFFERS} | {"none": 0.0}
    fitting = {barrier: tuple(dice.sample(OFFERS, dice.choice([3, 4, 4, 5]))) for barrier in BARRIERS}
    rates: dict[Cell, float] = {}
    for barrier in BARRIERS:
        base = log(0.055 / 0.945) + dice.gauss(0, 0.2)
        lifts = {offer: dice.gauss(effect, spread) for offer in fitting[barrier]} | {"none": 0.0}
        for segment in SEGMENTS:
            own = base + dice.gauss(0, 0.15)
            for offer, lift in lifts.items():
                odds = own + lift + (dice.gauss(0, 0.15) if offer != "none" else 0.0)
                rates[barrier, segment, offer] = 1 / (1 + exp(-odds))
    return World(rates, costs, fitting)


@dataclass(slots=True)
class Run:
    """One policy in one world: its value for what it did, that of no offer, and that of who knows the truth."""

    value: float = 0.0
    nothing: float = 0.0
    oracle: float = 0.0
    counts: dict[Cell, Count] = field(default_factory=dict)

    @property
    def captured(self) -> float:
        """The share of what could have been won that was won."""
        return (self.value - self.nothing) / (self.oracle - self.nothing)


Policy = str
"""`random`, `playbook` (always the same offer for a barrier), `greedy`, `apart` (no pooling) or `pooled`."""


def live_through(world: World, policy: Policy, people: int, seed: int) -> Run:
    """So many people over 90 days. Counts are seen the day after the window of 7 days has closed, not before."""
    dice, run = random.Random(seed), Run()
    pending: list[list[tuple[Cell, bool]]] = [[] for _ in range(DAYS + WINDOW + 2)]
    for day in range(DAYS):
        for cell, bought in pending[day]:
            run.counts[cell] = run.counts.get(cell, Count()) + Count(1, int(bought))
        table = tabulate(run.counts)
        for _ in range(people * (day + 1) // DAYS - people * day // DAYS):
            barrier, segment = dice.choices(BARRIERS, WEIGHTS)[0], dice.choices(SEGMENTS, SHARES)[0]
            offer = choose(world, policy, table, barrier, segment, dice)
            rate = world.rates[barrier, segment, offer]
            bought = dice.random() < rate and dice.expovariate(1 / DELAY) <= WINDOW
            pending[day + WINDOW + 1].append(((barrier, segment, offer), bought))
            run.value += world.value(barrier, segment, offer)
            run.nothing += world.value(barrier, segment, "none")
            run.oracle += world.value(barrier, segment, world.best(barrier, segment))
    return run


def choose(world: World, policy: Policy, table: Table, barrier: str, segment: str, dice: random.Random) -> str:
    """The offer a policy makes. One draw for a person is what a day's shares of 1,000 draws are on average."""
    fitting = world.fitting[barrier]
    if policy == "random" or (policy in ("pooled", "apart") and dice.random() < FLOOR * len(fitting)):
        return dice.choice(fitting)
    if policy == "playbook":
        return fitting[0]
    arms = [table.arm(barrier, segment, offer, margin=MARGIN, cost=world.costs[offer]) for offer in fitting]
    if policy == "greedy":
        return max(arms, key=lambda arm: _mean(arm, table, barrier)).offer
    if policy == "apart":
        alone = [Arm(arm.offer, arm.cell, Count(), arm.margin, arm.cost) for arm in arms]
        return winner(alone, 0.05, APART, 0.0, dice)
    return winner(arms, table.usual_rate(barrier), POOLED, 0.0, dice)


def _mean(arm: Arm, table: Table, barrier: str) -> float:
    seen = arm.cell + arm.elsewhere
    rate = (50 * table.usual_rate(barrier) + seen.bought) / (50 + seen.people)
    return rate * (arm.margin - arm.cost)


def captured(policy: Policy, people: int, runs: int, first: int = 0) -> list[float]:
    """What a policy captured, in as many worlds."""
    return [live_through(make_world(seed), policy, people, seed + 1000).captured for seed in range(first, first + runs)]


def told(values: list[float]) -> str:
    """Mean and the middle nine tenths."""
    ordered = sorted(values)
    low, high = ordered[int(0.05 * len(ordered))], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{fmean(values):.2f} [{low:.2f}-{high:.2f}] in {len(values)} runs"
