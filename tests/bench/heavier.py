"""The heavier comparisons: peers that keep what they know, a slow disk, and a house with a million people in it."""

import json
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from sqlalchemy import event
from telegram import Update
from telegram.ext import Application, PicklePersistence

from bot.house import House, open_house
from storage import timers
from storage.database import Database, Tx
from tests.bench import corridor, ptb
from tests.bench.measure import per_second_async

App = Application[Any, Any, Any, Any, Any, Any]
SLOWER = 0.004
"""Seconds that writing to a slow disk takes longer."""

LATER = """
INSERT INTO timers (conversation_id, name, turn, due_at, attempts)
SELECT id, 'remind', 1, CASE WHEN id <= ? THEN '2026-01-01 00:00:00.000000' ELSE '2099-01-01 00:00:00.000000' END, 0
FROM conversations
"""


async def _each(application: App, updates: list[str], kept: Callable[[int], Awaitable[None]]) -> None:
    """Take them as they come; `kept` writes down what is known after each, by its user."""
    for text in updates:
        update = Update.de_json(json.loads(text), application.bot)
        await application.process_update(update)
        assert update.effective_user is not None
        await kept(update.effective_user.id)


class Keeping:
    """python-telegram-bot that keeps what it knows after each update: pickled as it ships, or a row in SQLite."""

    def __init__(self, folder: Path, known: int) -> None:
        """`known`: so many conversations are open already where all of them are pickled."""
        self._folder, self._known = folder, known
        self._connection = sqlite3.connect(folder / "ptb.db", isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE kept (user INTEGER PRIMARY KEY, data TEXT)"
        )

    async def open(self) -> None:
        """Start both, the one with its conversations."""
        self._plain = await ptb.open_survey()
        self._pickling = await ptb.open_survey(PicklePersistence(self._folder / "ptb.pickle"))
        for update in ptb.payloads(1, self._known)[: self._known]:
            await self._pickling.process_update(Update.de_json(json.loads(update), self._pickling.bot))
        await self._pickling.update_persistence()

    async def close(self) -> None:
        """End both."""
        self._connection.close()
        for application in (self._plain, self._pickling):
            await application.shutdown()

    async def sqlite(self, updates: list[str]) -> float:
        """Updates a second, each with a row and a commit."""

        async def kept(user: int) -> None:
            row = (user, json.dumps(self._plain.user_data[user]))
            self._connection.execute(
                "INSERT INTO kept VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data", row
            )

        return await per_second_async(len(updates), lambda: _each(self._plain, updates, kept))

    async def pickled(self, updates: list[str]) -> float:
        """Updates a second, each with everything written again."""

        async def kept(_user: int) -> None:
            await self._pickling.update_persistence()

        return await per_second_async(len(updates), lambda: _each(self._pickling, updates, kept))


@contextmanager
def slow_disk(database: Database) -> Iterator[None]:
    """Every commit takes longer meanwhile."""
    assert database._writer is not None
    engine = database._writer._engine

    def committing(_connection: Any) -> None:
        time.sleep(SLOWER)

    event.listen(engine, "commit", committing)
    yield
    event.remove(engine, "commit", committing)


async def on_slow_disk(house: House, first_user: int, surveys: int) -> tuple[float, float]:
    """Turns a second on a slow disk: all that wait together, and one transaction a turn."""
    grouped = range(first_user, first_user + surveys)
    single = range(first_user + surveys, first_user + surveys + 4)
    found = []
    for users, at_once in ((grouped, surveys), (single, 1)):
        items = await corridor._turn(house, "/start", users, users[0] * 10)
        with slow_disk(house.database):
            started = time.perf_counter()
            for at in range(0, len(items), at_once):
                await house.intake.put_many(items[at : at + at_once])
                await house.settle()
            found.append(len(users) / (time.perf_counter() - started))
    return found[0], found[1]


def crowd(file: Path, copy: Path, due: int = 100) -> None:
    """Copy a database; in the copy each of its people has a timer, and so many of them are due."""
    shutil.copy(file, copy)
    connection = sqlite3.connect(copy)
    connection.execute("DELETE FROM timers")
    connection.execute(LATER, (due,))
    connection.commit()
    connection.close()


@asynccontextmanager
async def crowded(folder: Path, file: Path) -> AsyncIterator[House]:
    """A house whose database is a copy of this file, each of whose people has a timer; a hundred of them are due."""
    home = folder / f"house-of-{file.stem}"
    home.mkdir()
    crowd(file, home / "holdback.db")
    settings = corridor.settings(home).model_copy(
        update={"database_url": SecretStr(f"sqlite:///{home / 'holdback.db'}")}
    )
    async with open_house(settings, server=True) as house:
        yield house


async def turn_us(house: House, first_user: int, surveys: int) -> float:
    """Microseconds that somebody's start takes, received and answered, the median: one at a time."""
    users, taken = range(first_user, first_user + surveys), []
    for item in await corridor._turn(house, "/start", users, first_user * 10):
        started = time.perf_counter()
        await house.intake.put_many([item])
        await house.turner.take_inbox()
        taken.append((time.perf_counter() - started) * 1e6)
    return median(taken)


class _Undone(Exception):
    """Only how long it takes was of interest."""


async def claim_us(house: House, times: int) -> float:
    """Microseconds that claiming a hundred due timers takes, the median."""
    taken: list[float] = []

    async def claim(tx: Tx) -> None:
        started = time.perf_counter()
        due = await timers.due(tx, house.clock.now(), 100)
        taken.append((time.perf_counter() - started) * 1e6)
        raise _Undone(len(due))

    for _ in range(times):
        try:
            await house.database.transact(claim)
        except _Undone:
            continue
    return median(taken)
