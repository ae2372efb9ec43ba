"""What several tasks ask of the database at the same time is done in one transaction, with one set of statements."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from storage.database import Database, Tx
from storage.engines import is_away

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 64
"""So many are done together."""


@dataclass(eq=False, slots=True)
class _Asked(Generic[Item, Result]):
    item: Item
    told: "asyncio.Future[Result]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together(Generic[Item, Result]):
    """Gathers what is asked while the transaction before is under way, and does it in the next one."""

    def __init__(self, database: Database, work: Callable[[Tx, Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        """`work` does them all in one transaction, and gives a result for each in the same order."""
        self._database, self._work = database, work
        self._waiting: list[_Asked[Item, Result]] = []
        self._lock = asyncio.Lock()

    async def ask(self, item: Item) -> Result:
        """Have it done with whatever else waits. Raises what it raises alone, too, or that the database is away."""
        mine: _Asked[Item, Result] = _Asked(item)
        self._waiting.append(mine)
        await asyncio.sleep(0)  # whoever is about to ask as well does so first
        async with self._lock:
            while mine in self._waiting:  # the eldest first
                group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await asyncio.shield(self._do(group))  # the others' too: whoever leads may be called off
        return await mine.told

    async def _do(self, group: Sequence[_Asked[Item, Result]]) -> None:
        try:
            results = await self._database.transact(lambda tx: self._work(tx, [one.item for one in group]))
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            if len(group) == 1 or is_away(error):
                for one in group:
                    if not one.told.done():
                        one.told.set_exception(error)
            else:
                for one in group:  # whichever it was: each gets a transaction of its own
                    await self._do([one])
            return
        for one, result in zip(group, results, strict=True):
            if not one.told.done():  # who was called off meanwhile is told nothing
                one.told.set_result(result)
