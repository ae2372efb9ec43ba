"""Wake-ups. A bell is a hint: whoever waits also looks by itself every second.

Rung `everywhere`, it is heard by the other processes that share the database, too (bot/runtime/hinting.py).
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial


def _nobody_else() -> None:
    """There is nobody to be told."""


class Bell:
    """Rung after a commit, so that whoever waits for work looks at once."""

    def __init__(self, tell: Callable[[], None] = _nobody_else) -> None:
        """Silent. `tell` is what lets others know when it is rung everywhere."""
        self._event = asyncio.Event()
        self._tell = tell

    def ring(self) -> None:
        """There may be work in this process."""
        self._event.set()

    def ring_everywhere(self) -> None:
        """There may be work, for whichever process takes it first."""
        self._event.set()
        self._tell()

    async def wait(self, seconds: float) -> None:
        """Until rung, or until so many seconds are over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()


class Bells:
    """The bells of one process.

    `work` for turns to be taken, `timers` for timers that may be due, `post` for messages to be sent, `scores` for
    prospects to be judged again, `figures` for figures to be counted, `untold` for what other processes shall hear.
    """

    def __init__(self) -> None:
        """All silent."""
        self.work, self.timers, self.post = (Bell(partial(self._tell, name)) for name in ("work", "timers", "post"))
        self.scores, self.figures, self.untold = Bell(), Bell(), Bell()
        self._names: set[str] = set()
        self._taken = asyncio.Event()

    def ring(self) -> None:
        """Ring them all: there may be work of any kind, or the house is closing and nobody shall sleep on."""
        for bell in (self.work, self.timers, self.post, self.scores, self.figures):
            bell.ring()

    async def announce(self) -> None:
        """Turns were taken: wake the senders, wherever they are, and whoever waits for a turn's result."""
        self.post.ring_everywhere()
        self.scores.ring()
        self._wake_who_waits()

    async def turns_taken(self, seconds: float) -> None:
        """Until the next announcement, at most so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._taken.wait(), seconds)

    def take_untold(self) -> Collection[str]:
        """The names of the bells that were rung everywhere since the last time."""
        names, self._names = self._names, set()
        return names

    def hear(self, names: Collection[str]) -> None:
        """Another process has rung these. A name that is not known here is that of a newer program: nobody waits."""
        for name, bell in (("work", self.work), ("timers", self.timers), ("post", self.post)):
            if name in names:
                bell.ring()
        if "post" in names:
            self._wake_who_waits()

    def _tell(self, name: str) -> None:
        self._names.add(name)
        self.untold.ring()

    def _wake_who_waits(self) -> None:
        self._taken.set()
        self._taken = asyncio.Event()
