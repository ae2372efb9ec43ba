"""Loops are kept running; a house that stops waits for what it has begun, and for what began while it was stopping."""

import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.runtime import supervisor as runtime
from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor


async def test_what_a_loop_starts_while_the_house_is_stopping_is_waited_for() -> None:
    supervisor, said = Supervisor(Clock()), []
    picking, called, answered, stopped = (asyncio.Event() for _ in range(4))

    async def call() -> None:
        called.set()
        await answered.wait()
        said.append("written down")

    async def send() -> None:
        await picking.wait()
        supervisor.once("send", call())

    async def meanwhile() -> None:
        await supervisor.stopping.wait()
        picking.set()
        await called.wait()
        await asyncio.sleep(0.05)  # long enough for a stop that waits for nobody to be over
        said.append("answered" if not stopped.is_set() else "too late")
        answered.set()

    async def stop() -> None:
        await supervisor.stop()
        stopped.set()

    supervisor.run("send", send)
    await asyncio.gather(stop(), meanwhile())
    assert said == ["answered", "written down"]


async def test_what_outlasts_its_patience_is_cancelled_and_so_is_what_that_starts() -> None:
    supervisor, called_off = Supervisor(Clock()), []

    async def hang(depth: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            called_off.append(depth)
            if depth:
                supervisor.once("hang", hang(depth - 1))

    supervisor.once("hang", hang(1))
    await supervisor.stop(patience=0.01)
    assert called_off[0] == 1 and asyncio.all_tasks() == {asyncio.current_task()}


async def tries(supervisor: Supervisor, error: Callable[[], Exception], times: int) -> list[dict[str, object]]:
    """A loop that raises so many times, and what was said."""
    over, left = asyncio.Event(), times

    async def loop() -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error()
        over.set()

    with capture_logs() as said:
        supervisor.run("turns", loop)
        await over.wait()
    return [dict(one) for one in said]


async def test_a_loop_that_fails_is_tried_again_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "FIRST_PAUSE", 0.001)
    supervisor = Supervisor(Clock())
    said = await tries(supervisor, lambda: ValueError("wrong"), 5)
    assert [(one["log_level"], one["pause"]) for one in said] == [("error", pause / 1000) for pause in (1, 2, 4, 8, 16)]
    assert supervisor.failures == {"turns": 5}


async def test_while_the_database_is_away_it_is_looked_for_all_the_time_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long it was away: with pauses that double, the last one of these would last for ages."""
    monkeypatch.setattr(runtime, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(runtime, "LONGEST_PAUSE", 10**6)
    supervisor = Supervisor(Clock())
    async with asyncio.timeout(30):
        said = await tries(supervisor, ConnectionRefusedError, 100)
    assert [(one["log_level"], one["event"]) for one in said] == [
        ("warning", "the database is away: what is to be done waits")
    ]
    assert supervisor.failures == {}
