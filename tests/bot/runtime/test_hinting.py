"""What one process puts down another one takes at once; without the line it looks by itself, and finds it all the same.

The looks are made so rare here that what is taken soon was hinted at, or so often that no hint is needed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text

from bot.house import House, open_house
from bot.runtime import loops
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.hinting import APART, FIRST_PAUSE, Hinting
from bot.runtime.presence import Presence
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from storage import hints, inbox
from storage.database import Database
from tests.bench.corridor import TOKEN, raw
from tests.bench.updates import message
from tests.opened import opened

RARELY: Final = 60.0
SOON: Final = 10.0
"""Real seconds: long for a busy machine, and far from RARELY."""

LINES: Final = (
    "application_name = 'holdback hints' AND datname = current_database() AND query ~ '^(LISTEN|NOTIFY|SELECT 1)'"
)
HEARING: Final = f"SELECT count(*) FROM pg_stat_activity WHERE {LINES}"
CUT: Final = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {LINES}"


@dataclass
class Process:
    """What stands for one: bells, a sign of life, and a line."""

    database: Database
    bells: Bells
    presence: Presence
    supervisor: Supervisor

    async def value(self, query: str) -> Any:
        async with self.database.read() as tx:
            return (await tx.execute(text(query))).scalar_one()


@asynccontextmanager
async def at_work(database: Database, bells: Bells, presence: Presence) -> AsyncIterator[Process]:
    """It gives hints and hears those of others; at the end it stops in order."""
    supervisor = Supervisor(Clock())
    await presence.come(["web"])
    hinting = Hinting(database, bells, presence, Clock())
    supervisor.run("hints", lambda: hinting.run(supervisor))
    try:
        yield Process(database, bells, presence, supervisor)
    finally:
        supervisor.stopping.set()
        bells.ring()
        await supervisor.stop()
        await presence.go()


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Process]:
    """One that does nothing but hint and hear."""
    async with (
        opened(url) as database,
        at_work(database, Bells(), Presence(database, Clock())) as process,
    ):
        yield process


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[tuple[House, Process]]:
    """One with a whole house, which nobody has told yet to take turns."""
    settings = Settings(
        home_dir=folder, database_url=SecretStr(url), telegram_token=SecretStr(TOKEN), quiet_hours="", log_level="ERROR"
    )
    async with (
        open_house(settings, server=True) as house,
        at_work(house.database, house.bells, house.presence) as process,
    ):
        yield house, process


@asynccontextmanager
async def two(url: str, folder: Path, look: float) -> AsyncIterator[tuple[House, Process]]:
    """One puts input down and takes none; another one takes it, and looks for it by itself that often."""
    async with serving(url, folder) as (house, putting), serving(url, folder) as (other, taking):
        supervisor = taking.supervisor
        supervisor.run("turns", lambda: loops.take_turns(other.turner, other.bells, supervisor, look))
        await putting.presence.beat()
        await comes(putting, HEARING, 2)
        yield house, putting


async def comes(process: Process, query: str, wanted: int) -> None:
    """Until the query gives this."""
    began = time.monotonic()
    while await process.value(query) != wanted:
        assert time.monotonic() - began < SOON, (query, await process.value(query))
        await asyncio.sleep(0.02)


async def taken(house: House, number: int) -> float:
    """Somebody writes; seconds until another process has taken it."""
    (row,) = await house.intake.put_many([raw(message(number, number, "/start"), number, number)])
    began = time.monotonic()
    while not await house.database.look(lambda tx: inbox.is_settled(tx, row)):
        assert time.monotonic() - began < SOON
        await asyncio.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.postgres
async def test_what_one_process_puts_down_another_takes_at_once_and_again_after_the_line_was_cut(
    postgres_url: str, tmp_path: Path
) -> None:
    async with two(postgres_url, tmp_path, RARELY) as (house, process):
        await taken(house, 1)
        assert await process.value(CUT) == 2
        await comes(process, HEARING, 0)
        await comes(process, HEARING, 2)
        await taken(house, 2)
        await taken(house, 3)


@pytest.mark.postgres
async def test_while_there_is_no_line_each_finds_by_looking_what_others_put_down(
    postgres_url: str, tmp_path: Path
) -> None:
    async with two(postgres_url, tmp_path, FIRST_PAUSE / 10) as (house, process):
        assert await process.value(CUT) == 2
        await taken(house, 1)
        assert await process.value(HEARING) == 0, "nobody could have hinted at it"
        await comes(process, HEARING, 2)


@pytest.mark.postgres
async def test_who_is_alone_says_nothing_and_who_is_not_says_names_of_bells_a_few_times_a_second(
    postgres_url: str,
) -> None:
    heard: list[tuple[str, ...]] = []
    async with (
        opened(postgres_url) as database,
        hints.line(database, lambda names: heard.append(tuple(names)), lambda: None),
        bare(postgres_url) as one,
    ):
        await comes(one, HEARING, 2)
        await ring(one.bells, times=20)
        assert heard == []
        async with bare(postgres_url) as other:
            await one.presence.beat()
            await comes(one, HEARING, 3)
            assert not one.presence.alone and not other.presence.alone
            other.bells.post._event.clear()
            seconds = await ring(one.bells, times=50)
            await until(lambda: bool(heard), "nothing was said")
            await asyncio.wait_for(other.bells.post._event.wait(), SOON)
            assert len(heard) <= seconds / APART + 2
            assert {name for names in heard for name in names} == {"work", "post"}
            assert not other.bells.take_untold(), "what was heard is not said again"
    async with opened(postgres_url) as database:
        await comes(Process(database, Bells(), one.presence, one.supervisor), HEARING, 0)


async def ring(bells: Bells, times: int) -> float:
    """Two bells again and again; returns for how many seconds, with the time in which all of it is said."""
    began = time.monotonic()
    for _ in range(times):
        bells.work.ring_everywhere()
        bells.post.ring_everywhere()
        await asyncio.sleep(0.002)
    await asyncio.sleep(4 * APART)
    return time.monotonic() - began


async def until(ready: Callable[[], bool], otherwise: str) -> None:
    began = time.monotonic()
    while not ready():
        assert time.monotonic() - began < SOON, otherwise
        await asyncio.sleep(0.01)


@pytest.mark.postgres
async def test_nobody_hears_themselves(postgres_url: str) -> None:
    mine: list[str] = []
    theirs: list[str] = []
    async with (
        opened(postgres_url) as database,
        hints.line(database, mine.extend, lambda: None) as line,
        hints.line(database, theirs.extend, lambda: None) as other,
    ):
        await line.hint(["work"])
        await other.hint(["post"])
        await until(lambda: bool(mine and theirs), "nothing was heard")
    assert (mine, theirs) == (["post"], ["work"])


@pytest.mark.postgres
async def test_a_database_that_is_away_is_no_failure_and_keeps_nobody_from_stopping(postgres_url: str) -> None:
    nowhere = make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    async with opened(postgres_url) as database, opened(nowhere) as gone:
        supervisor, bells = Supervisor(Clock()), Bells()
        hinting = Hinting(gone, bells, Presence(database, Clock()), Clock())
        supervisor.run("hints", lambda: hinting.run(supervisor))
        bells.post.ring_everywhere()
        await asyncio.sleep(0.1)
        assert supervisor.failures == {}, "it is no failure that anybody should look at"
        began = time.monotonic()
        await supervisor.stop()
        assert time.monotonic() - began < SOON / 2 and bells.take_untold() == {"post"}


async def test_who_waits_for_a_turn_wakes_up_when_another_process_has_taken_it() -> None:
    bells, began = Bells(), time.monotonic()
    waiting = asyncio.gather(*(bells.turns_taken(RARELY) for _ in range(3)), bells.post.wait(RARELY))
    await asyncio.sleep(0)
    bells.hear(["post", "a bell of a newer program"])
    await waiting
    assert time.monotonic() - began < SOON and not bells.take_untold()
