"""A real server in a process of its own, which can be told at which failpoint to kill itself.

Processes are forked from one that has the program in memory already, so that a restart takes a moment.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

import bot
from bot import logs
from bot.app import serve
from bot.library import Library
from bot.runtime.failpoints import arm
from bot.settings import Settings
from bot.web.texts import Texts

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crash.server"])
ROOMS = Path(bot.__file__).parent
LONGEST = 30.0
"""Real seconds that anything may take before the test fails."""


def warm_up() -> None:
    """Read, once for all processes that will be forked, what every start reads."""
    common = Library(None).common_texts()
    for language in common.languages:
        common.has(language, "help")
    Texts([ROOMS / "web" / "texts", ROOMS / "console" / "texts"])


warm_up()


def run(values: Mapping[str, Any], armed: str | None, line: Connection) -> None:
    """What the process does: serve until it is killed; whatever comes on the line is armed."""
    logs.set_up("ERROR", "text")
    if armed is not None:
        arm(armed)
    asyncio.run(_serve(Settings(**values), line))


async def _serve(settings: Settings, line: Connection) -> None:
    asyncio.get_running_loop().add_reader(line.fileno(), lambda: arm(*line.recv()))
    await serve(settings, started=lambda _: line.send("ready"))


class Server:
    """One run of the server at a time."""

    def __init__(self, **values: Any) -> None:
        """`values` are settings."""
        self._values = values

    async def start(self, *, armed: str | None = None) -> Self:
        """Start it; returns when its pages answer, or when it has been killed by what was armed."""
        self._line, theirs = FORKS.Pipe()
        self._process = FORKS.Process(target=run, args=(self._values, armed, theirs), daemon=True)
        self._process.start()
        theirs.close()
        await asyncio.to_thread(self._line.poll, LONGEST)
        return self

    def arm(self, failpoint: str, hits: int = 1) -> None:
        """Let it kill itself when it passes this place for the `hits`-th time from now on."""
        self._line.send((failpoint, hits))

    async def killed(self) -> None:
        """Wait until it has been killed. Raises AssertionError when it lives on, or ended in another way."""
        await asyncio.to_thread(self._process.join, LONGEST)
        code = self._process.exitcode
        assert code == -signal.SIGKILL, f"the server ended with {code}" if code is not None else "it was never hit"
        self._line.close()

    async def stop(self) -> None:
        """Stop it in order."""
        if self._process.is_alive():
            self._process.terminate()
        await asyncio.to_thread(self._process.join, LONGEST)
        self._process.kill()
