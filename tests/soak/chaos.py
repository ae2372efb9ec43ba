"""What goes wrong on purpose, one thing after the other."""

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.runtime.presence import LOST
from tests.soak.town import PROCESSES, Town, patiently

STOPPED: Final = LOST + 5
"""Seconds that a process is stopped: longer than the others wait for its sign of life."""
REFUSING: Final = 4.0
"""Seconds that Telegram gives each of its refusals."""
LOCKED: Final = 4.0
"""Seconds that somebody else keeps the database to themselves."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A thing that goes wrong. `ends`: a process does not live through it, so there is none after the first third."""

    name: str
    make: Callable[[Town, random.Random, float], Awaitable[None]]
    ends: bool = False


def _whom(town: Town, dice: random.Random) -> str:
    return dice.choice(list(PROCESSES[town.kind]))


async def killed(town: Town, dice: random.Random, hurry: float) -> None:
    """SIGKILL; started again after a moment."""
    name = _whom(town, dice)
    await town.kill(name)
    await asyncio.sleep(dice.uniform(0, 3) * hurry)
    await town.start(name)


async def stopped(town: Town, dice: random.Random, hurry: float) -> None:
    """SIGSTOP for longer than its leases; then it goes on as if nothing had been."""
    pid = town.servers[_whom(town, dice)].pid
    os.kill(pid, signal.SIGSTOP)
    await town.note_sending()
    await asyncio.sleep(STOPPED * hurry)
    os.kill(pid, signal.SIGCONT)


async def telegram_refuses(town: Town, _dice: random.Random, hurry: float) -> None:
    """Too many requests, then an inner error, for some seconds each: no such call takes effect."""
    town.world.telegram.fault("getUpdates", "502", times=3)  # whoever asks waits twice as long each time
    for mode in ("429", "500"):
        town.world.telegram.fault("sendMessage", mode, times=1000, retry_after=2)
        await asyncio.sleep(REFUSING * hurry)
        town.world.telegram.clear_faults()


async def telegram_loses(town: Town, _dice: random.Random, _hurry: float) -> None:
    """Messages arrive and the answer is lost: the line is cut, or nothing is heard any more."""
    town.world.telegram.fault("sendMessage", "drop", times=3)
    town.world.telegram.fault("sendMessage", "hang", times=2)
    await asyncio.sleep(0)


async def telegram_away(town: Town, dice: random.Random, hurry: float) -> None:
    """Nobody listens at Telegram; the lines on which it was just spoken to are cut."""
    await town.note_sending()
    await town.world.telegram.go_down()
    await town.note_sending()
    await asyncio.sleep(dice.uniform(2, 8) * hurry)
    await town.world.telegram.come_back()


async def mail_refuses(town: Town, _dice: random.Random, _hurry: float) -> None:
    """The mail server has no room at two stages; at the first of all it would be left alone for five minutes."""
    town.world.box.refuse("RCPT", "450 4.2.1 try again later", times=2)
    town.world.box.refuse("DOT", "452 4.3.1 insufficient system storage", times=1)
    await asyncio.sleep(0)


async def locked(town: Town, _dice: random.Random, hurry: float) -> None:
    """Somebody else keeps the database, or its table of messages, to themselves."""
    await town.note_sending()
    if town.postgres is None:
        await asyncio.to_thread(_lock_file, town, LOCKED * hurry)
    else:
        sql = f"BEGIN; LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({LOCKED * hurry}); COMMIT"
        await patiently(lambda: _by_hand(town, sql))


def _lock_file(town: Town, seconds: float) -> None:
    connection = sqlite3.connect(town.folder / "holdback.db", timeout=60, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    connection.execute("COMMIT")
    connection.close()


async def _by_hand(town: Town, sql: str) -> None:
    async with town.world.database.read() as tx:
        driver = (await tx.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(sql)


async def cut_off(town: Town, _dice: random.Random, _hurry: float) -> None:
    """Every connection to PostgreSQL is cut, as a failover does."""
    assert town.postgres is not None
    await town.note_sending()
    await asyncio.to_thread(town.postgres.kill_connections, town.world.database.url.render_as_string(False))


async def crashed(town: Town, _dice: random.Random, _hurry: float) -> None:
    """PostgreSQL ends without warning (`pg_ctl restart -m immediate`) and recovers from its log."""
    assert town.postgres is not None
    await town.note_sending()
    await asyncio.to_thread(town.postgres.crash)
    await town.note_sending()


COMMON: Final = (
    Trouble("a process is killed", killed, ends=True),
    Trouble("a process is stopped", stopped),
    Trouble("telegram refuses", telegram_refuses),
    Trouble("telegram loses answers", telegram_loses),
    Trouble("telegram is away", telegram_away),
    Trouble("the mail server refuses", mail_refuses),
    Trouble("the database is locked", locked),
)
TROUBLES: Final[Mapping[str, tuple[Trouble, ...]]] = {
    "sqlite": COMMON,
    "postgresql": (*COMMON, Trouble("connections are cut", cut_off), Trouble("postgresql crashes", crashed)),
}
