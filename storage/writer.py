"""SQLite's one writer: a thread with the only connection that writes and folds the log in.

Functions of storage are coroutines that wait for nothing but their transaction. On PostgreSQL they run in the event
loop. Here they are run to their end in the writer's thread: a statement of an `InPlace` transaction is executed where
it stands, so a whole transaction costs one hop between threads, however many statements it has, and the same functions
serve both databases. What waits at the same moment shares a transaction and so one write to the disk; when one of them
fails, nothing of that transaction stands, and each is run again by itself. When it is the database that is in trouble,
all of them are told.

Looks for work (`Eye`) are single statements that an index answers in microseconds: they are executed in the caller's
own thread, where a hop would cost more than the look.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engines
from storage.errors import TakenMeanwhile
from storage.sound import Trust

T = TypeVar("T")
_Work = Callable[[AsyncConnection], Awaitable[Any]]

ATTEMPTS = 5
"""How often a transaction is run before its failure is told."""

PATIENCE = 8.0
"""Seconds after which nothing is tried again while another process holds the file. SQLite waits 5 s each time."""

TOGETHER = 32
"""Pieces of work that share a transaction at most."""


class InPlace(AsyncConnection):
    """A transaction whose statements are executed in the thread that stands here, without waiting."""

    __slots__ = ()

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """Execute a statement; its rows are read."""
        return self._proxied.execute(statement, parameters, execution_options=execution_options)

    async def exec_driver_sql(self, statement: str, parameters: Any = None, execution_options: Any = None) -> Any:
        """Execute a text of SQL; its rows are read."""
        return self._proxied.exec_driver_sql(statement, parameters, execution_options)


def _run(work: Callable[[AsyncConnection], Awaitable[T]], tx: AsyncConnection) -> T:
    """Run a coroutine that never really waits to its end. Raises what it raises."""
    steps = work(tx).__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    raise RuntimeError("a transaction may wait for nothing but its own database: do the rest before or after it")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A piece of work, and who waits for it."""

    work: _Work
    loop: asyncio.AbstractEventLoop
    told: "asyncio.Future[Any]"

    def tell(self, result: Any, error: BaseException | None) -> None:
        """Say what came of it, from the writer's thread. Nobody may be left to hear it."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._hear, result, error)

    def _hear(self, result: Any, error: BaseException | None) -> None:
        if self.told.done():
            return
        if error is not None:
            self.told.set_exception(error)
        else:
            self.told.set_result(result)


class Writer:
    """The writing thread of a SQLite file. `close` it at the end."""

    def __init__(self, engine: Engine, reader: AsyncEngine, trust: Trust) -> None:
        """`reader`: the engine of the same file that readers use; transactions name it as theirs."""
        self._engine, self._reader, self._trust = engine, reader, trust
        self._thread = ThreadPoolExecutor(1, "writer")
        self._waiting: deque[_Asked] = deque()

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` in a transaction and commit. Raises what it raises; nothing of it stands then."""
        loop = asyncio.get_running_loop()
        asked = _Asked(work, loop, loop.create_future())
        self._waiting.append(asked)
        self._thread.submit(self._serve)
        result: T = await asked.told
        return result

    async def outside(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the connection, outside of any transaction."""

        def run() -> T:
            with self._trust, self._engine.connect() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _serve(self) -> None:
        """In the thread: all that waits now. Nothing is left for most of the calls that came in together."""
        together: list[_Asked] = []
        while self._waiting and len(together) < TOGETHER:
            together.append(self._waiting.popleft())
        if together:
            self._do(together)

    def _do(self, asked: Sequence[_Asked]) -> None:
        try:
            results = self._until_done([one.work for one in asked])
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it
            if len(asked) == 1 or engines.is_away(error):
                for one in asked:
                    one.tell(None, error)
            else:
                for one in asked:  # whichever it was: each gets a transaction of its own
                    self._do([one])
        else:
            for one, result in zip(asked, results, strict=True):
                one.tell(result, None)

    def _until_done(self, works: Sequence[_Work]) -> list[Any]:
        began = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._transact(works)
            except TakenMeanwhile:
                if len(works) > 1 or attempt == ATTEMPTS:
                    raise
            except DBAPIError as error:
                waited = time.monotonic() - began
                if attempt == ATTEMPTS or waited > PATIENCE or not engines.may_retry(error):
                    raise
                time.sleep(0.02 * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _transact(self, works: Sequence[_Work]) -> list[Any]:
        with self._trust, self._engine.connect() as connection, connection.begin():
            tx = InPlace(self._reader, connection)
            return [_run(work, tx) for work in works]


class Eye:
    """Looks into a SQLite file in the caller's thread. `close` it at the end, in the same thread."""

    def __init__(self, engine: Engine, reader: AsyncEngine, trust: Trust) -> None:
        """Nothing is opened yet."""
        self._engine, self._reader, self._trust = engine, reader, trust
        self._tx: InPlace | None = None

    def look(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `work` sees; each of its statements sees what is committed then. Raises what it raises."""
        try:
            with self._trust:
                if self._tx is None:
                    self._tx = InPlace(self._reader, self._engine.connect())
                return _run(work, self._tx)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Close what was opened."""
        if self._tx is not None and self._tx.sync_connection is not None:
            self._tx.sync_connection.close()
        self._tx = None
        self._engine.dispose()
