"""A house that stops waits for what it has begun, also for what began while it was stopping already."""

import asyncio

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
