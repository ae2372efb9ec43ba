"""Intake: raw input is committed before anybody acknowledges it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.together import Together
from storage import inbox
from storage.database import Database, Tx
from storage.engines import AWAY_KINDS, is_away
from storage.inbox import RawInput

__all__ = ["Intake", "RawInput"]


class Intake:
    """The one way in, for every door."""

    def __init__(self, database: Database, clock: Clock, bells: Bells) -> None:
        """Nothing is read or written yet."""
        self._database, self._clock, self._bells = database, clock, bells
        self._writing_down = Together(database, self._put)
        self._put_off_at: datetime | None = None

    async def put_many(self, items: Sequence[RawInput]) -> list[int]:
        """Commit these to the inbox, in one transaction; known ones change nothing. Returns their row ids, in order."""
        try:
            ids = await self._writing_down.ask(items)
        except AWAY_KINDS as error:
            if is_away(error):
                self._put_off_at = self._clock.now()
            raise
        self._put_off_at = None
        failpoint("intake.after_commit")
        self._bells.work.ring_everywhere()
        return ids

    async def _put(self, tx: Tx, calls: Sequence[Sequence[RawInput]]) -> list[list[int]]:
        """What several calls bring at the same moment: for each of them its row ids."""
        ids = iter(await inbox.put(tx, [item for items in calls for item in items], self._clock.now()))
        failpoint("intake.before_commit")
        return [[next(ids) for _ in items] for items in calls]

    def put_off_within(self, time: timedelta) -> bool:
        """Whether the last of what came could not be written down, as the database was away, so short a time ago."""
        return self._put_off_at is not None and self._clock.now() - self._put_off_at <= time

    async def settled(self, row_id: int, timeout: float = 5.0) -> bool:  # noqa: ASYNC109 - how long a page may wait
        """Wait until this row has been processed or put aside. False when it takes longer than `timeout` seconds."""
        deadline = self._clock.monotonic() + timeout
        while self._clock.monotonic() < deadline:
            if await self._database.look(lambda tx: inbox.is_settled(tx, row_id)):
                return True
            await self._bells.turns_taken(min(0.25, timeout))
        return False
