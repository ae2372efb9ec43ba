"""The one place that starts tasks: keeps them running, restarts what fell over, stops them in order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from bot.runtime.clock import Clock
from storage.engines import is_away

log = structlog.get_logger("supervisor")

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a fallen loop is started again: doubled each time, up to a minute. While the database is away a loop
looks for it every second: who waits for an answer waits no longer than it is away."""


class Supervisor:
    """Runs loops until `stop`. A loop that raises is logged by its error's type and started again after a pause.

    That the database is away is no failure of a loop: it is said once for each time, not by every loop again and again.
    """

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._away: float | None = None
        self.failures: dict[str, int] = {}
        self.stopping = asyncio.Event()

    def run(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Keep this loop running under this name."""
        self._tasks[name] = asyncio.create_task(self._keep(name, loop), name=name)

    def once(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run something once in the background; its failure is logged and harms nobody."""
        _ = self.begin(name, work)

    def begin(self, name: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """As `once`, for whoever wants to know when it is over."""
        task = asyncio.create_task(self._guard(name, work), name=name)
        self._tasks[f"{name}:{id(task)}"] = task

        def over(done: asyncio.Task[None]) -> None:
            self._tasks.pop(f"{name}:{id(done)}", None)
            work.close()  # cancelled before its first step it would never have been awaited

        task.add_done_callback(over)
        return task

    async def unless_stopping(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What `work` gives (or raises), or None when the house stops first: then `work` is cancelled."""
        stop, doing = asyncio.create_task(self.stopping.wait()), asyncio.create_task(work)
        try:
            await asyncio.wait({stop, doing}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            stop.cancel()
            doing.cancel()
            await asyncio.gather(stop, doing, return_exceptions=True)

    async def _keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE / 2
        while not self.stopping.is_set():
            started = self._clock.monotonic()
            try:
                await loop()
                return
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the supervisor is the last resort of every loop
                if is_away(error):
                    pause = FIRST_PAUSE
                    self._say_away(error)
                else:
                    lasted = self._clock.monotonic() - started
                    pause = FIRST_PAUSE if lasted > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
                    self.failures[name] = self.failures.get(name, 0) + 1
                    log.error("loop failed, starting it again", loop=name, error=type(error).__name__, pause=pause)  # noqa: TRY400 - a traceback may hold personal data
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)

    def _say_away(self, error: Exception) -> None:
        """Once for each time that it is away: it was not away for a minute before."""
        now = self._clock.monotonic()
        if self._away is None or now - self._away > LONGEST_PAUSE:
            log.warning("the database is away: what is to be done waits", error=type(error).__name__)
        self._away = now

    async def _guard(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - a background errand must not take the process down
            log.warning("errand failed", errand=name, error=type(error).__name__)

    async def stop(self, patience: float = 10.0) -> None:
        """Ask every loop to end, wait until nothing is under way any more, at most so many seconds, then cancel it.

        A loop that is just ending may still start something: that is waited for as well.
        """
        self.stopping.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while under_way := self._under_way():
                    await asyncio.wait(under_way)
        while late := self._under_way():
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _under_way(self) -> list[asyncio.Task[None]]:
        return [task for task in self._tasks.values() if not task.done()]
