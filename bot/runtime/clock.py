"""The only place that asks what time it is."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final

JUMP: Final = 60.0
"""Seconds by which somebody has set the clock, not merely put it right."""

SETTLING: Final = 600.0
"""Seconds for which a clock that jumped is not trusted with the hour: long enough to be set right again."""


class Clock:
    """The machine's clock, in UTC."""

    _ahead: float | None = None
    _trusted_from = float("-inf")

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump, for measuring."""
        return time.monotonic()

    def elapsed(self) -> float:
        """Seconds that never jump and that go on while the machine sleeps, where it can tell."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else self.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others run for so long."""
        await asyncio.sleep(seconds)

    def look(self) -> float:
        """By how many seconds the day has jumped since the last look, back if negative; 0.0 for less than JUMP.

        From then on it has to settle before it is trusted.
        """
        ahead = self.now().timestamp() - self.elapsed()
        before, self._ahead = self._ahead, ahead
        jumped = 0.0 if before is None or abs(ahead - before) < JUMP else ahead - before
        if jumped:
            self._trusted_from = self.monotonic() + SETTLING
        return jumped

    def unsettled(self) -> float:
        """For how many seconds more the day is not trusted."""
        return max(self._trusted_from - self.monotonic(), 0.0)


class VirtualClock(Clock):
    """A clock that stands still until it is moved: for rehearsals and tests."""

    def __init__(self, start: datetime) -> None:
        """Start at this moment (with a time zone)."""
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward."""
        self._now += by

    def set(self, moment: datetime) -> None:
        """Move to this moment."""
        self._now = moment.astimezone(UTC)

    def look(self) -> float:
        """It is moved on purpose: that is no jump."""
        return 0.0
