"""When somebody sets this machine's clock, what is sent unasked waits until it has been steady for a while.

Nobody can know which of the two times is right. A message that is sent first at the wrong hour cannot be taken back;
ten minutes later the clock is right again, or it was wrong before. Answers go on, and so does all that comes in: due
moments, quiet hours and how late a message may come are looked at once more when it is sent.
"""

from typing import Final

import structlog

from bot.runtime.clock import SETTLING, Clock
from bot.runtime.supervisor import Supervisor

log = structlog.get_logger("clock")

LOOK: Final = 1.0
"""Seconds between two looks."""

WAITS: Final = "the clock of this machine was set to another time"
"""Why a message waits that nobody asked for."""


async def watch(clock: Clock, supervisor: Supervisor) -> None:
    """Look for jumps until the house stops."""
    while not supervisor.stopping.is_set():
        if jumped := clock.look():
            log.error("the clock was set: unasked messages wait", jumped_by_s=round(jumped), for_s=round(SETTLING))
        await supervisor.unless_stopping(clock.sleep(LOOK))
