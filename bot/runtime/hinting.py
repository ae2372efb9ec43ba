"""Bells that were rung everywhere are heard by the other processes of a PostgreSQL, and theirs are heard here.

Only a hint (storage/hints.py): while the line is away, and behind a pooler through which none comes, each process finds
work by looking for it every second, as it does anyway.
"""

from typing import Final

import structlog

from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.presence import Presence
from bot.runtime.supervisor import Supervisor
from storage import hints
from storage.database import Database

log = structlog.get_logger("hinting")

APART: Final = 0.03
"""Seconds between two hints of one process: what is rung meanwhile goes with the next one."""

TRIED: Final = 30.0
"""Seconds without a hint of ours after which it is tried whether the line holds."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a line that is away is opened again: doubled each time."""


class Hinting:
    """What one process tells the others, and hears from them."""

    def __init__(self, database: Database, bells: Bells, presence: Presence, clock: Clock) -> None:
        """Nothing is opened yet."""
        self._database, self._bells, self._presence, self._clock = database, bells, presence, clock

    async def run(self, supervisor: Supervisor) -> None:
        """Until the house stops, on a line that is opened again whenever it was lost."""
        pause = FIRST_PAUSE
        while not supervisor.stopping.is_set():
            began = self._clock.monotonic()
            try:
                await supervisor.unless_stopping(self._while_it_holds())
            except Exception as error:  # noqa: BLE001 - whatever it was, looking every second goes on without hints
                pause = FIRST_PAUSE if self._clock.monotonic() - began > LONGEST_PAUSE else pause
                if pause == FIRST_PAUSE:
                    log.info("no hints between processes for now", error=type(error).__name__)
            await supervisor.unless_stopping(self._clock.sleep(pause))
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _while_it_holds(self) -> None:
        bells = self._bells
        async with hints.line(self._database, bells.hear, bells.untold.ring) as line:
            bells.hear(("work", "timers", "post"))  # what was told before could not be heard
            while not line.lost:
                await bells.untold.wait(TRIED)
                names = bells.take_untold()
                if not (names and self._presence.alone):
                    await line.hint(names)
                await self._clock.sleep(APART)
        raise ConnectionError("the line was lost")
