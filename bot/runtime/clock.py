"""The only place that asks what time it is."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump, for measuring."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others run for so long."""
        await asyncio.sleep(seconds)


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
