"""Memory that nothing uses any more goes back to the system.

Pages, answers of the network and answers of the database are read into blocks of very different sizes. glibc keeps the
gaps that they leave for later, and fills them badly: a server that does the same all day holds up to two MiB a minute
more, of which it uses nothing. `malloc_trim` (malloc_trim(3)) gives whole pages of such gaps back.
"""

import asyncio
import ctypes
from collections.abc import Callable
from typing import Final

from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor

EVERY: Final = 60.0
"""Seconds between two times: a minute's gaps take some milliseconds of a thread."""


def _trimmer() -> Callable[[int], int] | None:
    """The C library's own way, None where it has none (musl, macOS)."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return found


_TRIM: Final = _trimmer()


def give_back() -> bool:
    """Give back what is free. Returns whether the C library can and there was something."""
    return _TRIM is not None and bool(_TRIM(0))


async def look_after(clock: Clock, supervisor: Supervisor) -> None:
    """Do so each minute until the house stops."""
    while _TRIM is not None and not supervisor.stopping.is_set():
        await supervisor.unless_stopping(clock.sleep(EVERY))
        await asyncio.to_thread(give_back)
