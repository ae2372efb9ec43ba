"""Taking turns: one at a time per conversation, each whole in one transaction.

Input that waits together is taken together, in one transaction and with few statements (bot/runtime/waves.py); when
that fails, each row alone, so that one poison row hurts nobody else. After the commit the senders are woken, and
nothing else.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from bot.runtime import waves
from bot.runtime.arrivals import Arrival, may_erase
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.runtime.erasing import Eraser
from bot.runtime.failpoints import failpoint
from bot.runtime.presence import Presence
from bot.runtime.receive import receive
from bot.runtime.receive.step import Step
from flows.errors import FlowError
from flows.events import TimerFired
from storage import attention, inbox, timers
from storage.database import Database, Tx
from storage.engines import is_away
from storage.errors import StorageError
from storage.inbox import Claimed
from storage.seeking import Sought
from storage.sums import Sums
from storage.timers import Due

log = structlog.get_logger("turns")

GROUP = 100
"""Rows taken in one transaction."""

TRIED_LOOK = 1.0
"""Seconds between two looks for rows that were tried before, while there are always others and none of these."""

ERASE = "erase"
"""The timer of an erasure that somebody asked for."""

FLOOD = "flood"
"""Why staff are called when somebody sends more at once than is taken at once."""

Translator = Callable[[str], Arrival]
"""Raw payload -> arrival. Pure; may raise for a payload it cannot read: then the row is tried again and put aside."""


class Turner:
    """Takes the turns of one process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bells: Bells,
        context: Context,
        translators: Mapping[str, Translator],
        eraser: Eraser,
        presence: Presence,
    ) -> None:
        """`translators` by source; `eraser` erases who asked for it when it is due."""
        self._database, self._clock, self._bells, self._context = database, clock, bells, context
        self._translators, self._eraser, self._presence = translators, eraser, presence
        self._erased = False
        self._laid_down: list[Claimed] = []
        self._counted: set[int] = set()
        self._tried_last, self._tried_at = False, 0.0

    async def take_inbox(self) -> int:
        """Take what waits in the inbox, one group; returns how many rows were handed out.

        Raises what the database raises while it is in trouble: no row counts that as an attempt.
        """
        await self._hand_back()
        if not await self._database.look(lambda tx: inbox.has_work(tx, self._clock.now())):
            return 0
        claimed = await self._claim()
        if not claimed:
            return 0
        failpoint("turns.claimed")
        try:
            await self._take(claimed)
        except Exception as error:
            if is_away(error):
                self._laid_down = [row for row in claimed if row.id not in self._counted]
            raise
        finally:
            self._counted.clear()
        failpoint("turns.committed")
        await self._bells.announce()
        await self._wipe()
        return len(claimed)

    async def _hand_back(self) -> None:
        """What was in hand when the database was in trouble waits as before; what was settled or failed stays so."""
        if self._laid_down:
            rows = self._laid_down
            await self._database.transact(lambda tx: inbox.hand_all_back(tx, rows))
            self._laid_down = []

    async def _take(self, claimed: Sequence[Claimed]) -> None:
        try:
            await self._database.transact(lambda tx: self._take_rows(tx, claimed))
        except Exception as error:
            if is_away(error):
                raise
            if len(claimed) > 1:
                log.warning("a group of turns failed, taking them one by one", error=type(error).__name__)
                await self._take_each(claimed)
            else:
                await self._note_failure(claimed[0], error)

    async def _take_rows(self, tx: Tx, rows: Sequence[Claimed]) -> None:
        """Each lane's first row, with all its turns; then each lane's second; and so on."""
        now, sums = self._clock.now(), Sums()
        for number, together in enumerate(_rounds(await inbox.still_ours(tx, rows)), start=1):
            arrivals = [self._translators[row.source](row.payload) for row in together]
            if any(may_erase(arrival) for arrival in arrivals):
                await sums.write(tx)
            meanings = await receive(tx, self._context, arrivals, now)
            failpoint("turns.received")
            self._erased = self._erased or any(one.erased for one in meanings)
            steps = [step for one in meanings for step in one.steps]
            now = await waves.take(tx, self._context, steps, now, sums)
            if number == inbox.QUOTA:
                await attention.call_staff(tx, {step.conversation_id for step in steps}, FLOOD, now)
            await inbox.done(tx, [(row.id, one.note) for row, one in zip(together, meanings, strict=True)], now)
        await sums.write(tx)
        failpoint("turns.before_commit")

    async def _take_each(self, rows: Sequence[Claimed]) -> None:
        """Each row alone. What stands in a lane behind one that will be tried again is handed back: order holds."""
        waiting: set[str] = set()
        for row in rows:
            if row.lane in waiting:
                await self._database.transact(lambda tx, one=row: inbox.hand_back(tx, one))  # type: ignore[misc]
            elif not await self._take_alone(row):
                waiting.add(row.lane)

    async def _take_alone(self, row: Claimed) -> bool:
        """Whether this row is settled: done, or put aside for good."""
        try:
            await self._database.transact(lambda tx: self._take_rows(tx, [row]))
        except Exception as error:
            if is_away(error):
                raise
            return await self._note_failure(row, error)
        return True

    async def _note_failure(self, row: Claimed, error: Exception) -> bool:
        reason = (
            f"{type(error).__name__}: {error}" if isinstance(error, FlowError | StorageError) else type(error).__name__
        )
        final = await self._database.transact(lambda tx: inbox.failed(tx, row, reason, self._clock.now()))
        self._counted.add(row.id)
        log.error(
            "a row of the inbox failed", row=row.id, attempt=row.attempts, error=type(error).__name__, put_aside=final
        )
        return final

    async def _claim(self) -> list[Claimed]:
        """The next rows. However many come all the time, what was tried before gets every other place."""
        worker, moment = self._presence.worker, self._clock.monotonic()
        tried_first = not self._tried_last and moment >= self._tried_at
        claimed = await self._database.transact(
            lambda tx: inbox.claim(tx, self._clock.now(), GROUP, worker, tried_first=tried_first)
        )
        self._tried_last = bool(claimed) and claimed[0].attempts > 1
        if tried_first and not self._tried_last:
            self._tried_at = moment + TRIED_LOOK
        return claimed

    async def take_timers(self) -> int:
        """Take the timers that are due, one group; returns how many."""
        if not await self._database.look(lambda tx: timers.has_due(tx, self._clock.now())):
            return 0
        try:
            due = await self._database.transact(lambda tx: self._take_due(tx, GROUP))
        except Exception as error:
            if is_away(error):
                raise
            log.warning("a group of timers failed, taking them one by one", error=type(error).__name__)
            due = await self._take_due_alone()
        for timer in due:
            if timer.name == ERASE:
                sought = await self._eraser.seek(timer.conversation_id)
                await self._alone(timer, partial(self._erase, sought=sought))
        if due:
            await self._bells.announce()
        await self._wipe()
        return len(due)

    async def _wipe(self) -> None:
        """After an erasure is committed: no copy of it stays in a log of the database."""
        if self._erased:
            self._erased = False
            failpoint("erasure.wiping")
            await self._database.wipe()

    async def _take_due(self, tx: Tx, limit: int) -> list[Due]:
        """All that are due; erasures are left to be taken one by one, after what came in about them was sought."""
        due = await timers.due(tx, self._clock.now(), limit)
        await self._take_fired(tx, [timer for timer in due if timer.name != ERASE])
        failpoint("timers.before_commit")
        return due

    async def _take_due_alone(self) -> list[Due]:
        due = await self._database.transact(lambda tx: timers.due(tx, self._clock.now(), GROUP))
        for timer in due:
            if timer.name != ERASE:
                await self._alone(timer, self._take_fired)
        return due

    async def _alone(self, timer: Due, take: Callable[[Tx, Sequence[Due]], Awaitable[None]]) -> None:
        """Take one timer, in a transaction of its own. When that fails, it is tried again later."""

        async def work(tx: Tx) -> None:
            await take(tx, await timers.again(tx, timer, self._clock.now()))

        try:
            await self._database.transact(work)
        except Exception as error:
            if is_away(error):
                raise
            log.error("a timer failed", timer=timer.id, error=type(error).__name__)  # noqa: TRY400 - a traceback may hold personal data
            await self._database.transact(lambda tx: timers.failed(tx, timer, self._clock.now()))

    async def _take_fired(self, tx: Tx, due: Sequence[Due]) -> None:
        await timers.fired(tx, due)
        failpoint("timers.fired")
        steps, sums = [Step(one.conversation_id, TimerFired(one.name, one.turn)) for one in due], Sums()
        await waves.take(tx, self._context, steps, self._clock.now(), sums)
        await sums.write(tx)

    async def _erase(self, tx: Tx, due: Sequence[Due], sought: Sought | None) -> None:
        for timer in due:
            await timers.fired(tx, [timer])
            await self._eraser.erase(tx, timer.conversation_id, sought)
            self._erased = True


def _rounds(rows: Sequence[Claimed]) -> list[list[Claimed]]:
    """Rows by their place in their lane: in none of the rounds is a lane twice."""
    rounds: list[list[Claimed]] = []
    place: Counter[str] = Counter()
    for row in rows:
        if place[row.lane] == len(rounds):
            rounds.append([])
        rounds[place[row.lane]].append(row)
        place[row.lane] += 1
    return rounds
