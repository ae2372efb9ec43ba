"""Wake-ups inside one process. A bell is a hint: whoever waits also looks by itself every second."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung after a commit, so that whoever waits for work looks at once."""

    def __init__(self) -> None:
        """Silent."""
        self._event = asyncio.Event()

    def ring(self) -> None:
        """There may be work."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until rung, or until so many seconds are over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()


class Bells:
    """The bells of one process.

    `work` for turns to be taken, `timers` for timers that may be due, `post` for messages to be sent, `scores` for
    prospects to be judged again, `figures` for
    figures to be counted.
    """

    def __init__(self) -> None:
        """All silent."""
        self.work, self.timers, self.post, self.scores, self.figures = Bell(), Bell(), Bell(), Bell(), Bell()
        self._settled = asyncio.Condition()

    def ring(self) -> None:
        """Ring them all: there may be work of any kind, or the house is closing and nobody shall sleep on."""
        for bell in (self.work, self.timers, self.post, self.scores, self.figures):
            bell.ring()

    async def announce(self) -> None:
        """Turns were taken: wake the senders, and whoever waits for a turn's result."""
        self.post.ring()
        self.scores.ring()
        async with self._settled:
            self._settled.notify_all()

    async def turns_taken(self, seconds: float) -> None:
        """Until the next announcement, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._settled:
                await self._settled.wait()
