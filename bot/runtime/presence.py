"""That this process is at work: several that share a PostgreSQL see each other, and take up what a dead one left.

On SQLite there is one server, kept alone by a lock: nobody is written down there, and it is never taken for dead.
"""

from collections.abc import Sequence
from typing import Final

import structlog

from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor
from storage import workers
from storage.database import Database, Tx

log = structlog.get_logger("presence")

BEAT: Final = 3.0
"""Seconds between two signs of life."""

LOST: Final = workers.LOST.total_seconds()
"""Seconds without one after which a process is taken for dead."""


class Presence:
    """The sign of life of one process. Until it has come, and on SQLite, `worker` is None.

    `alone`: at its last sign of life nobody else was at work.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        """Nothing is written yet: a command that runs beside the servers is none of them."""
        self._database, self._clock = database, clock
        self._roles: Sequence[str] = ()
        self._seen = self._judges_from = clock.monotonic()
        self.worker: int | None = None
        self.alone = True

    def holds(self) -> bool:
        """Whether what is in our hands is ours for certain: nobody can have taken us for dead."""
        return self.worker is None or self._clock.monotonic() - self._seen < LOST

    async def come(self, roles: Sequence[str]) -> None:
        """Begin to work, and take up what the dead have left."""
        if self._database.is_sqlite:
            return
        self._roles = roles
        await self._join()
        await self._take_back()

    async def watch(self, supervisor: Supervisor) -> None:
        """Give a sign of life and look for those who give none, until the house stops."""
        while not supervisor.stopping.is_set():
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 - the database is away: it is tried again as soon as the next is due
                log.warning("no sign of life could be given", error=type(error).__name__)
            await supervisor.unless_stopping(self._clock.sleep(BEAT))

    async def beat(self) -> None:
        """Give a sign of life, and take back what those held who have given none for too long."""
        if self.worker is None:
            return
        began, me = self._clock.monotonic(), self.worker
        if began - self._seen >= LOST:
            # Perhaps the database was away, for the others as for us: they get the time to say that they live.
            self._judges_from = began + LOST
        if await self._database.transact(lambda tx: self._give_sign(tx, me)):
            self._seen = began
        else:
            log.warning("this process was taken for dead; what it had in hand is no longer its own", worker=me)
            await self._join()
        if began >= self._judges_from:
            await self._take_back()

    async def go(self) -> None:
        """Say goodbye: what is still in hand is taken up by the others at once, or soon, when nobody can be told."""
        if self.worker is None:
            return
        me, self.worker = self.worker, None
        try:
            _tell(await self._database.transact(lambda tx: workers.leave(tx, me)))
        except Exception as error:  # noqa: BLE001 - the database is away; the others will miss us
            log.warning("nobody could be told goodbye", error=type(error).__name__)

    async def _join(self) -> None:
        began = self._clock.monotonic()
        self.worker = await self._database.transact(self._begin)
        self._seen = began

    async def _begin(self, tx: Tx) -> int:
        worker = await workers.join(tx, self._roles)
        self.alone = await workers.alone(tx, worker)
        return worker

    async def _give_sign(self, tx: Tx, worker: int) -> bool:
        self.alone = await workers.alone(tx, worker)
        return await workers.beat(tx, worker)

    async def _take_back(self) -> None:
        _tell(await self._database.transact(workers.take_back_from_lost))


def _tell(parked: int) -> None:
    if parked:
        log.warning("messages of unknown fate were parked; see the console", count=parked)
