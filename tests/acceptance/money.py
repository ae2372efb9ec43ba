"""The same world with a budget: codes that are given, used or run out, and what was spent by then."""

import random
from dataclasses import dataclass
from decimal import Decimal

from flows.offers.budget import SETTLES, Spending, committed, fits, pace, usual_share
from flows.offers.learning import Cell, Count, tabulate, winner
from flows.offers.strategy import Budget
from tests.acceptance.world import BARRIERS, DAYS, DELAY, MARGIN, POOLED, SEGMENTS, SHARES, WEIGHTS, WINDOW, World

VALID = 3
"""Days a code is valid (EVIDENCE.md 2.1: 7 days waste budget)."""
RETURNED = VALID + SETTLES.days
"""Days after which the value of a code that was not used is free again."""


@dataclass(slots=True)
class Spent:
    """What became of a budget: spent in all, the most that ever stood against it, and the value of the offers made."""

    amount: Decimal
    spent: Decimal
    most: Decimal
    value: float


def need(world: World, people: int, seed: int) -> Decimal:
    """What codes would cost without any budget."""
    return spend(world, people, seed, Decimal(10**8)).spent


def spend(world: World, people: int, seed: int, amount: Decimal, mode: str = "strict") -> Spent:
    """Live through 90 days under a budget, offers drawn by pooled learning and paced by the price of budget."""
    dice = random.Random(seed)
    budget = Budget.model_validate({"amount": amount, "currency": "EUR", "mode": mode})
    counts: dict[Cell, Count] = {}
    pending: list[list[tuple[Cell, bool]]] = [[] for _ in range(DAYS + WINDOW + 2)]
    used: list[list[Decimal]] = [[] for _ in range(DAYS + RETURNED + 2)]
    lost: list[list[Decimal]] = [[] for _ in range(DAYS + RETURNED + 2)]
    book, price, value, most = Spending(), 0.0, 0.0, Decimal(0)
    for day in range(DAYS):
        for cell, bought in pending[day]:
            counts[cell] = counts.get(cell, Count()) + Count(1, int(bought))
        table, promised = tabulate(counts), Decimal(0)
        book = settle(book, used[day], lost[day])
        for _ in range(people * (day + 1) // DAYS - people * day // DAYS):
            barrier, segment = dice.choices(BARRIERS, WEIGHTS)[0], dice.choices(SEGMENTS, SHARES)[0]
            cost = {offer: Decimal(str(round(world.costs[offer], 2))) for offer in world.fitting[barrier]}
            able = [offer for offer in cost if fits(budget, book, cost[offer])]
            arms = [table.arm(barrier, segment, one, margin=MARGIN, cost=world.costs[one]) for one in able]
            offer = winner(arms, table.usual_rate(barrier), POOLED, price, dice) if arms else "none"
            delay = dice.expovariate(1 / DELAY)
            bought = dice.random() < world.rates[barrier, segment, offer] and delay <= WINDOW
            pending[day + WINDOW + 1].append(((barrier, segment, offer), bought))
            value += world.value(barrier, segment, offer)
            if (face := cost.get(offer, Decimal(0))) > 0:
                book, promised = book.plus(face), promised + face
                in_time = bought and delay <= VALID
                (used if in_time else lost)[day + (int(delay) + 1 if in_time else RETURNED)].append(face)
            most = max(most, committed(budget, book))
        left = max(Decimal(0), amount - committed(budget, book)) / (DAYS - day)
        price = pace(price, float(promised) * usual_share(book), float(left))
    for day in range(DAYS, DAYS + RETURNED + 2):
        book = settle(book, used[day], lost[day])
    return Spent(amount, book.spent, most, value)


def settle(book: Spending, used: list[Decimal], lost: list[Decimal]) -> Spending:
    """The day's codes that were used, and those whose time is over."""
    spent, gone = sum(used, Decimal(0)), sum(used, Decimal(0)) + sum(lost, Decimal(0))
    squares = sum((value * value for value in (*used, *lost)), Decimal(0))
    return Spending(
        book.spent + spent,
        book.live - gone,
        book.squares - squares,
        book.ended + len(used) + len(lost),
        book.used + len(used),
    )
