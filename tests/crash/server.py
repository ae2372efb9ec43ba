"""A real server in a process of its own, which can be told at which failpoint to kill itself.

Processes are forked from one that has the program in memory already, so that a restart takes a moment. Commands of the
operator run in the same way.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from bot import logs
from bot.app import ROLES, serve
from bot.cli.root import run as run_command
from bot.settings import Settings
from storage.failpoints import FAILPOINTS, arm, left
from tests.crash import guards
from tests.edge.smtp import Mailbox
from tests.edge.telegram import TOKEN, FakeTelegram
from tests.edge.wire import HOST
from tests.journeys.rig import free_port

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crash.warm"])
LONGEST = 30.0
"""Real seconds that anything may take before the test fails."""

PATIENCE = 3 * LONGEST
"""And what a dead process may have left behind: on PostgreSQL its last commit may come a moment after its death, with
leases of a minute."""

NEVER = 10**9
"""An armed failpoint that is passed so often kills; until then it counts."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is told before it starts: where to kill itself, or to count.

    `guards_off` are guards that it does without, and those that take its place too, unless `only_first`. `freeze`: it
    does not end at the failpoint, it sleeps there. `only`: the roles that it has.
    """

    failpoint: str | None = None
    hit: int = 1
    counting: bool = False
    guards_off: tuple[str, ...] = ()
    only_first: bool = False
    freeze: bool = False
    only: tuple[str, ...] = ROLES

    @property
    def afterwards(self) -> "Order":
        """What the process is told that takes its place."""
        return Order(guards_off=() if self.only_first else self.guards_off)


def settings_of(database_url: str, folder: Path, telegram: FakeTelegram, box: Mailbox) -> dict[str, Any]:
    """Settings of a server in a hurry."""
    return {
        "home_dir": folder,
        "database_url": database_url,
        "bind": f"{HOST}:{free_port()}",
        "secret_key": "s" * 40,
        "telegram_token": TOKEN,
        "telegram_api_url": telegram.url,
        "telegram_per_second": 1000,
        "telegram_per_chat_seconds": 0,
        "smtp_url": box.url,
        "mail_from": "hello@kettle.example",
        "quiet_hours": "",
        "shopify_secret": "hush-hush-of-the-app",
        "webhooks_to_private_addresses": True,
    }


def _carry_out(order: Order) -> None:
    for name in order.guards_off:
        guards.switch_off(name, order.hit)
    if order.freeze:
        guards.sleep_at_failpoints()
    if order.counting:
        for name in FAILPOINTS:
            arm(name, NEVER)
    elif order.failpoint is not None:
        arm(order.failpoint, order.hit)


def _counted(order: Order) -> dict[str, int]:
    found = {name: NEVER - left(name) for name in FAILPOINTS} if order.counting else {}
    return {name: times for name, times in found.items() if times}


def run(values: Mapping[str, Any], order: Order, line: Connection) -> None:
    """What the process does: serve until it is killed; whatever comes on the line is armed."""
    logs.set_up("ERROR", "text")
    _carry_out(order)
    asyncio.run(_serve(Settings(**values), order, line))
    line.send(_counted(order))


async def _serve(settings: Settings, order: Order, line: Connection) -> None:
    def hear() -> None:
        try:
            arm(*line.recv())
        except EOFError:
            os._exit(1)  # whoever started us is gone

    asyncio.get_running_loop().add_reader(line.fileno(), hear)
    await serve(settings, order.only, started=lambda _: line.send("ready"))


def command(values: Mapping[str, Any], arguments: Sequence[str], order: Order, line: Connection) -> None:
    """What a process of the operator does: `holdback` with these arguments."""
    os.environ.update({f"HOLDBACK_{name.upper()}": str(value) for name, value in values.items()})
    _carry_out(order)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        code = run_command(list(arguments))
    line.send(_counted(order))
    line.close()
    os._exit(code)


class Server:
    """One run of the server at a time."""

    def __init__(self, **values: Any) -> None:
        """`values` are settings."""
        self.values = values

    async def start(self, *, armed: str | None = None, order: Order | None = None) -> Self:
        """Start it; returns when its pages answer, or when it has been killed by what was armed."""
        self._line, theirs = FORKS.Pipe()
        told = order or Order(armed)
        self._process = FORKS.Process(target=run, args=(self.values, told, theirs), daemon=True)
        self._process.start()
        theirs.close()
        await asyncio.to_thread(self._line.poll, 4 * LONGEST)  # the first one waits for what is warmed up
        return self

    @property
    def sentinel(self) -> int:
        """A file that becomes readable when the process ends."""
        return int(self._process.sentinel)

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def arm(self, failpoint: str, hits: int = 1) -> None:
        """Let it kill itself when it passes this place for the `hits`-th time from now on."""
        self._line.send((failpoint, hits))

    async def killed(self) -> None:
        """Wait until it has been killed. Raises AssertionError when it lives on, or ended in another way."""
        code = await self.ended()
        assert code == -signal.SIGKILL, f"the server ended with {code}" if code is not None else "it was never hit"
        self._line.close()

    async def ended(self) -> int | None:
        """Wait until it has ended, and say how; None when it lives on."""
        await asyncio.to_thread(self._process.join, LONGEST)
        code: int | None = self._process.exitcode
        return code

    async def stop(self) -> dict[str, int]:
        """Stop it in order. Returns what it counted: failpoint -> how often it was passed."""
        if self._process.is_alive():
            self._process.terminate()
        await asyncio.to_thread(self._process.join, LONGEST)
        self._process.kill()
        return _last_word(self._line)


async def operate(values: Mapping[str, Any], arguments: Sequence[str], order: Order) -> tuple[int, dict[str, int]]:
    """Run a command of the operator to its end; its exit code (-9: killed) and what it counted."""
    line, theirs = FORKS.Pipe()
    process = FORKS.Process(target=command, args=(values, arguments, order, theirs), daemon=True)
    process.start()
    theirs.close()
    await asyncio.to_thread(process.join, PATIENCE)
    code = process.exitcode
    assert code is not None, f"holdback {' '.join(arguments)} does not end"
    return code, _last_word(line)


def _last_word(line: Connection) -> dict[str, int]:
    """What a process said at its end. One that was killed said nothing."""
    said: Any = {}
    try:
        while not line.closed and line.poll():
            said = line.recv()
    except (EOFError, ConnectionError):
        pass
    line.close()
    return said if isinstance(said, dict) else {}
