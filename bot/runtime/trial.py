"""Trying rules out before they hold, and checking once a day whether those that hold put people in the right order."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.runtime.clock import Clock
from bot.runtime.keeper import Keeper
from bot.runtime.supervisor import Supervisor
from flows.audience.moves import Cell, Moves, bought_between, order_cell
from flows.audience.past import as_of
from flows.audience.scoring import Rules
from storage import facts
from storage.database import Database, Tx
from storage.reads import grades

MOST: Final = 2000
"""So many prospects are looked at for a preview: everybody in a shop of no more, else so many drawn by lot."""
SHOWN: Final = 50
"""So many of those who would move are shown by name."""

CHECKED: Final = 5000
"""So many prospects that are old enough are looked at for the daily check, drawn by lot when there are more."""
AT_A_TIME: Final = 100
LONGEST: Final = timedelta(days=30)
DAILY: Final = timedelta(days=1)
FACT: Final = "order_check"
HOUR: Final = 3600.0


async def would_move(database: Database, keeper: Keeper, rules: Rules) -> Moves:
    """What would change for prospects, drawn by lot, if these rules held. Writes nothing."""
    moves = Moves()
    following: str | None = ""
    while following is not None and moves.looked_at < MOST:
        async with database.read() as tx:
            some, following = await grades.by_lot(tx, AT_A_TIME, after=following)
            pairs = await keeper.compare(tx, some, rules)
        for row, (is_now, would_be) in pairs.items():
            moves.add(row, is_now, would_be, keep=SHOWN)
    return moves


@dataclass(frozen=True, slots=True)
class OrderCheck:
    """By grade and level at the time: how many people there were, and how many of them bought in the days after."""

    at: datetime
    days: int
    cells: dict[Cell, tuple[int, int]]

    @property
    def people(self) -> int:
        """How many people were looked at."""
        return sum(n for n, _ in self.cells.values())


async def last_check(tx: Tx) -> OrderCheck | None:
    """What was found last; None before the first time."""
    text = await facts.get(tx, FACT)
    if text is None:
        return None
    kept = json.loads(text)
    cells = {(name[:-1], int(name[-1])): (n, bought) for name, (n, bought) in kept["cells"].items()}
    return OrderCheck(datetime.fromisoformat(kept["at"]), kept["days"], cells)


async def check_order(database: Database, clock: Clock, keeper: Keeper) -> OrderCheck | None:
    """Judge people as they were known some days ago, count who bought since, and keep it.

    The days are 30; half its age in a young shop. None when nobody is known for two days yet.
    """
    now = clock.now()
    async with database.read() as tx:
        oldest = await grades.oldest(tx)
    days = min(LONGEST, (now - oldest) / 2) // timedelta(days=1) if oldest is not None else 0
    if days < 1:
        return None
    then, found = now - timedelta(days=days), Counter[tuple[Cell, bool]]()
    population = await keeper.population()
    following: str | None = ""
    while following is not None and found.total() < CHECKED:
        async with database.read() as tx:
            some, following = await grades.by_lot(tx, AT_A_TIME, after=following, known_at=then)
            rules, histories = await keeper.rules(tx), await keeper.histories(tx, some)
        for one in histories.values():
            cell = order_cell(as_of(one, then).profile, rules, population, then)
            found[cell, bought_between(one.profile, then, now)] += 1
    cells = {cell: (found[cell, True] + found[cell, False], found[cell, True]) for cell, _ in found}
    document = {
        "at": now.isoformat(),
        "days": days,
        "cells": {f"{grade}{level}": counts for (grade, level), counts in cells.items()},
    }
    await database.transact(lambda tx: facts.put(tx, FACT, json.dumps(document)))
    return OrderCheck(now, days, cells)


async def watch(database: Database, clock: Clock, keeper: Keeper, supervisor: Supervisor) -> None:
    """Check the order once a day until the house stops."""
    while not supervisor.stopping.is_set():
        async with database.read() as tx:
            last = await last_check(tx)
        if last is None or clock.now() >= last.at + DAILY:
            await check_order(database, clock, keeper)
        await supervisor.unless_stopping(clock.sleep(HOUR))
