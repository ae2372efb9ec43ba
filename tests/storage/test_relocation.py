"""An installation moves to PostgreSQL: every row of every table, stopped at any moment, and nothing wrong unnoticed."""

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from storage import hold, moves, prospects, relocation
from storage.database import Database
from storage.errors import MovedAway, MoveRefused, MoveUnfinished
from storage.relocation import relocate
from storage.rows import KEPT
from storage.tables import facts
from tests.storage.full import fill
from tests.storage.world import NOW

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]
EACH = 4


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relocation, "CHUNK", 3)


@pytest.fixture
async def full(sqlite_url: str) -> str:
    """A SQLite file with rows in every table."""
    await written(sqlite_url, lambda tx: fill(tx, random.Random(7), EACH))
    return sqlite_url


async def written(url: str, work: Any) -> Any:
    database = Database(url)
    try:
        return await database.transact(work)
    finally:
        await database.close()


async def changed(url: str, statement: str) -> int:
    """How many rows this has changed."""
    return int((await written(url, lambda tx: tx.execute(text(statement.replace(":", r"\:"))))).rowcount)


async def everything(url: str) -> dict[str, list[Any]]:
    """All rows of all tables by their keys, and where documents are missing; but for the marks of the move itself."""
    found: dict[str, list[Any]] = {}
    database = Database(url)
    async with database.read() as tx:
        for table in KEPT:
            missing = [column.is_(None).label(f"no {column.name}") for column in table.columns]
            rows = (await tx.execute(select(table, *missing))).all()
            kept = [tuple(row) for row in rows if table is not facts or row.name not in moves.MARKS]
            found[table.name] = sorted(kept, key=repr)
    await database.close()
    return found


async def checked(url: str) -> None:
    database = Database(url)
    try:
        await database.check()
    finally:
        await database.close()


class Stopped(BaseException):
    """The move ends here, like a process that is killed: nothing of it is cleaned up."""


def stop_after(pieces: int) -> Any:
    left = iter(range(pieces))

    def told(_done: int, _all: int) -> None:
        if next(left, None) is None:
            raise Stopped

    return told


@pytest.mark.slow
async def test_every_row_of_every_table_goes_over_and_the_old_file_says_where(
    full: str, empty_postgres_url: str
) -> None:
    before = await everything(full)
    progress: list[tuple[int, int]] = []
    counts = await relocate(full, empty_postgres_url, lambda done, total: progress.append((done, total)))
    assert await everything(empty_postgres_url) == before == await everything(full)
    assert counts == {table.name: EACH for table in KEPT}
    assert progress[-1][0] == progress[-1][1] == 2 * EACH * len(KEPT)
    with pytest.raises(MovedAway, match="set HOLDBACK_DATABASE_URL"):
        await checked(full)
    await checked(empty_postgres_url)


@pytest.mark.slow
async def test_stopped_half_way_it_goes_on_where_it_was(full: str, postgres_url: str) -> None:
    before = await everything(full)
    with pytest.raises(Stopped):
        await relocate(full, postgres_url, stop_after(len(KEPT)))
    with pytest.raises(MovedAway, match=r"run `holdback db move --to \.\.\.` again"):
        await checked(full)
    with pytest.raises(MoveUnfinished):
        await checked(postgres_url)
    await relocate(full, postgres_url)
    assert await everything(postgres_url) == before
    with pytest.raises(MovedAway):
        await relocate(full, postgres_url)
    newest = await written(postgres_url, lambda tx: prospects.create(tx, NOW))
    assert newest == max(row[0] for row in before["prospects"]) + 1, "new rows are numbered behind the old ones"


TAMPERED = (
    "UPDATE prospects SET first_name = 'x' WHERE id = 5",
    "UPDATE grants SET value = value + 1 WHERE id = (SELECT min(id) FROM grants WHERE value IS NOT NULL)",
    "DELETE FROM audit WHERE id = 11",
    "UPDATE journal SET at = at + interval '1 microsecond' WHERE id = 5",
    "UPDATE snapshots SET figures = NULL WHERE figures = 'null'",
    "UPDATE facts SET value = '' WHERE name = (SELECT min(name) FROM facts WHERE name NOT LIKE 'moved%')",
)


@pytest.mark.slow
@pytest.mark.parametrize("tampering", TAMPERED)
async def test_a_row_that_is_not_the_same_is_found(full: str, postgres_url: str, tampering: str) -> None:
    await changed(full, "UPDATE snapshots SET figures = 'null' WHERE figures IS NULL")
    with pytest.raises(Stopped):
        await relocate(full, postgres_url, stop_after(2 * len(KEPT)))
    assert await changed(postgres_url, tampering) > 0
    with pytest.raises(MoveRefused, match="is not the same on both sides"):
        await relocate(full, postgres_url)
    with pytest.raises(MoveUnfinished):
        await checked(postgres_url)


async def test_a_database_that_is_not_empty_is_left_alone(full: str, postgres_url: str) -> None:
    await written(postgres_url, lambda tx: hold.hold(tx, "mine"))
    with pytest.raises(MoveRefused, match=r"is not empty: it has rows \(in facts\)"):
        await relocate(full, postgres_url)
    await checked(full)


@pytest.mark.slow
async def test_a_move_does_not_end_in_another_place(full: str, postgres_url: str) -> None:
    with pytest.raises(Stopped):
        await relocate(full, postgres_url, stop_after(3))
    with pytest.raises(MovedAway):
        await relocate(full, "postgresql://localhost/elsewhere")
    assert (await relocation.stay(full)) is not None
    await checked(full)
    with pytest.raises(MoveRefused, match="an unfinished move from elsewhere"):
        await relocate(full, postgres_url)


MISFITS = (
    ("UPDATE inbox SET attempts = {} WHERE id = 5", "3000000000", "1", "inbox 5: attempts is 3000000000"),
    ("UPDATE prospects SET currency = {} WHERE id = 5", "'EURO'", "'EUR'", "prospects 5: currency has 4 characters"),
    ("UPDATE prospects SET city = {} WHERE id = 5", "'a' || char(0)", "'a'", "prospects 5: city has a sign in it"),
    (
        "UPDATE prospects SET tags = {} WHERE id = 11",
        r"""'["\u0000"]'""",
        "'[]'",
        "prospects 11: tags has a sign in it",
    ),
)


@pytest.mark.slow
async def test_what_postgresql_cannot_keep_is_named_with_its_place(full: str, postgres_url: str) -> None:
    for statement, bad, good, sentence in MISFITS:
        assert await changed(full, statement.format(bad)) == 1
        with pytest.raises(MoveRefused, match=sentence):
            await relocate(full, postgres_url)
        assert await changed(full, statement.format(good)) == 1
    await relocate(full, postgres_url)


KILLED = """
import asyncio, os, signal, sys
from storage import relocation
left = int(sys.argv[3])
def told(done, total):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
relocation.CHUNK = 3
asyncio.run(relocation.relocate(sys.argv[1], sys.argv[2], told))
"""


@pytest.mark.slow
async def test_killed_at_any_moment_it_goes_on(full: str, postgres_url: str) -> None:
    before = await everything(full)
    for pieces in (1, 40, 45, 20, 60):
        arguments = [sys.executable, "-c", KILLED, full, postgres_url, str(pieces)]
        ended = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, check=False, cwd=ROOT)
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    await relocate(full, postgres_url)
    assert await everything(postgres_url) == before
