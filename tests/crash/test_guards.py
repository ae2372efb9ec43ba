"""The guards are real: with each of them switched off, in the server of the test only, the sweep goes red.

A guard that stands behind another one is shown twice, with the front one gone: in place it holds, gone it does not.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.runtime.clock import Clock
from storage.importing import ConsentSaid, Incoming, take_over
from tests.crash.ledgers import judge
from tests.crash.people import person
from tests.crash.reading import read
from tests.crash.runs import Databases, Outcome, play
from tests.crash.server import LONGEST, Order, Server
from tests.crash.sweep import ALL
from tests.crash.world import World, open_world
from tests.journeys.rig import free_port

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

BY_NAME = {one.name: one for one in ALL}
NEWCOMER, SILENCE = BY_NAME["newcomer"], BY_NAME["silence"]
TORN = "one transaction for a turn"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sqlite() -> AsyncIterator[Databases]:
    made = await Databases("sqlite").make()
    yield made
    made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on_postgres() -> AsyncIterator[Databases]:
    made = await Databases("postgresql").make()
    yield made
    made.close()


def kinds(outcome: Outcome) -> set[str]:
    assert outcome.killed, outcome.findings
    return {finding.partition(":")[0] for finding in outcome.findings}


@pytest.mark.parametrize(
    ("guard", "failpoint", "hit", "wrong"),
    [
        ("offset after the commit", "intake.before_commit", 2, "lost input"),
        ("natural key of the inbox", "intake.after_commit", 2, "input kept twice"),
        ("sending before the call", "dispatch.after_call", 1, "sent untold"),
        ("sending before the call", "dispatch.after_call", 1, "message twice"),
    ],
)
async def test_without_it_a_kill_does_harm(sqlite: Databases, guard: str, failpoint: str, hit: int, wrong: str) -> None:
    order = Order(failpoint, hit)
    assert kinds(await play(sqlite, NEWCOMER, order)) == set(), "with it, nothing is wrong"
    assert wrong in kinds(await play(sqlite, NEWCOMER, replace(order, guards_off=(guard,))))


async def takes_consent_back(world: World) -> None:
    """While the server is dead, the shop's file says that Ann does not agree any more."""
    now = Clock().now()
    said = tuple(ConsentSaid(channel, granted=False, at=now, text=None) for channel in ("telegram", "email"))
    gone = Incoming({"external": "ann"}, {}, said, "import", None)
    await world.database.transact(lambda tx: take_over(tx, [gone], now=now, key=world.secret))
    chat = next(iter(world.telegram.cloud.users))
    world.ends_for(str(chat))


async def test_without_a_last_look_a_message_comes_after_consent_is_gone(sqlite: Databases) -> None:
    """The reminder is ready when the server is killed; what is sent after that is sent against somebody's word."""
    order = Order("dispatch.claiming", 2)
    after = "message after the end"
    assert after not in kinds(await play(sqlite, SILENCE, order, meanwhile=takes_consent_back))
    blind = replace(order, guards_off=("a last look before sending",))
    assert after in kinds(await play(sqlite, SILENCE, blind, meanwhile=takes_consent_back))


def without_key(table: str, *columns: str) -> Any:
    """Takes a unique key away, in the database of one run."""
    find = (
        "SELECT conname FROM pg_constraint c WHERE c.conrelid = '{table}'::regclass AND c.contype = 'u' AND"
        " (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a"
        "  WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) = ARRAY[{columns}]"
    )

    async def take_away(world: World) -> None:
        names = ", ".join(f"'{one}'" for one in sorted(columns))
        name = await world.value(find.format(table=table, columns=names))
        await world.database.transact(lambda tx: tx.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')))

    return take_away


@pytest.mark.parametrize(
    ("turn", "blind", "table", "columns", "wrong"),
    [
        (2, (), "answers", ("conversation_id", "step", "visit"), "answer twice"),
        (4, (), "outbox", ("dedupe_key",), "said twice"),
        (3, ("a look at what was granted",), "grants", ("prospect_id", "offer"), "offer given twice"),
    ],
    ids=["unique answers", "dedupe key of the outbox", "unique grants"],
)
@pytest.mark.postgres
async def test_a_unique_key_holds_where_half_a_turn_is_lost(
    on_postgres: Databases, turn: int, blind: Sequence[str], table: str, columns: Sequence[str], wrong: str
) -> None:
    """One transaction for a turn stands before these keys: with it torn apart, they are what holds."""
    order = Order("turns.committed", turn, guards_off=(TORN, *blind), only_first=not blind)
    assert wrong not in kinds(await play(on_postgres, NEWCOMER, order))
    assert wrong in kinds(await play(on_postgres, NEWCOMER, order, before=without_key(table, *columns)))


def _state_of(process: int) -> str:
    """As the system knows it: R, S, T for stopped."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]


async def asleep(server: Server) -> None:
    """Wait until a process has been stopped at its failpoint."""
    deadline = time.monotonic() + LONGEST
    while _state_of(server.pid) != "T":
        assert time.monotonic() < deadline, "it never slept"
        await asyncio.sleep(0.03)


async def two_senders(databases: Databases, *guards_off: str) -> set[str]:
    """One falls asleep with a message leased, another takes it up, and both wake. What is wrong then."""
    url, home = databases.copy()
    order = Order("dispatch.leased", guards_off=guards_off, freeze=True)
    try:
        async with open_world(url, home, order) as world:
            await world.server.start(order=order)
            ann = person(world, "ann")
            await ann.user.start("")
            await asleep(world.server)
            await world.an_hour_passes()
            other = Server(**{**world.server.values, "bind": f"127.0.0.1:{free_port()}"})
            await other.start(order=order)
            await asleep(other)
            for one in (world.server, other):
                os.kill(one.pid, signal.SIGCONT)
                await asyncio.sleep(1.0)
            await world.rest()
            await world.server.stop()
            await other.stop()
            return {finding.partition(":")[0] for finding in judge(await read(world, {}))}
    finally:
        databases.drop(home, url)


@pytest.mark.postgres
async def test_a_sender_that_slept_is_kept_off_by_the_fence(on_postgres: Databases) -> None:
    """The state of the row and a look whether we are lost stand before the fence."""
    front = ("state of a lease", "a look whether we are lost")
    assert "message twice" not in await two_senders(on_postgres, *front)
    assert "message twice" in await two_senders(on_postgres, "fence", "a look whether we are lost")
