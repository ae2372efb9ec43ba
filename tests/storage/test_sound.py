"""A SQLite file is refused when it is damaged, its settings do not hold or its disk fails; and it stays as it is."""

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from storage import engines, facts, sound, wiping
from storage.database import Database, Tx
from storage.engines import is_away
from storage.errors import DatabaseDamaged, DatabaseSuspect, SettingsNotKept
from tests.edge.databases import sqlite_url_of


@pytest.fixture
def file(sqlite_url: str) -> Path:
    """A migrated SQLite file that nobody has open."""
    return Path(sqlite_url.partition(":///")[2])


def overwrite_page(file: Path, number: int) -> bytes:
    """A page of the file is full of something else, as after a disk gone bad; returns the file as it is then."""
    with file.open("r+b") as opened:
        opened.seek(number * 4096)
        opened.write(b"\xa5" * 4096)
    return file.read_bytes()


def page_of(file: Path, name: str) -> int:
    """The first page of a table or index, counted from 0."""
    with closing(sqlite3.connect(file)) as connection:
        (number,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    return int(number) - 1


def both(file: Path) -> tuple[bytes, bytes]:
    """What is in the file, and in its log."""
    return file.read_bytes(), file.with_name(f"{file.name}-wal").read_bytes()


def put(name: str, value: str = "kept") -> Callable[[Tx], Awaitable[None]]:
    """Work that writes a fact."""
    return lambda tx: facts.put(tx, name, value)


def look_for(name: str) -> Callable[[Tx], Awaitable[str | None]]:
    """Work that reads a fact."""
    return lambda tx: facts.get(tx, name)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 10 * 4096])


def scribble(file: Path) -> None:
    overwrite_page(file, page_of(file, "outbox"))


def replace(file: Path) -> None:
    file.write_text("these are somebody's notes " * 1000)


@pytest.mark.parametrize("hurt", [cut, scribble, replace])
def test_a_damaged_file_is_refused_with_what_to_do_and_stays_as_it_is(
    file: Path, hurt: Callable[[Path], object]
) -> None:
    assert sound.examine(file), "whole, and looked at all of it"
    hurt(file)
    before = file.read_bytes()
    with pytest.raises(DatabaseDamaged, match="holdback db restore") as refused:
        sound.examine(file)
    assert str(file) in str(refused.value) and "\n" not in str(refused.value)
    assert file.read_bytes() == before


def test_a_large_file_is_looked_through_first_only_when_its_end_was_not_in_order(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "SMALL", 4096)
    overwrite_page(file, page_of(file, "outbox"))
    assert not sound.examine(file), "it is left for later: nobody waits for it"
    assert [table for table in sound.TABLES if sound.damage(file, table=table)] == ["outbox"]
    log = file.with_name(f"{file.name}-wal")
    log.write_bytes(b"left by a process that was killed")
    with pytest.raises(DatabaseDamaged):
        sound.examine(file)
    log.unlink()
    sound.mark_of(file).touch()
    with pytest.raises(DatabaseDamaged):
        sound.examine(file)
    assert sound.mark_of(file).exists(), "the next start looks again"


async def test_what_a_killed_process_left_is_not_touched_by_the_look(file: Path, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.transact(put("a"))
    copy = file.with_name("left.sqlite3")
    for ending in ("", "-wal"):
        shutil.copy(f"{file}{ending}", f"{copy}{ending}")
    await database.close()
    before = both(copy)
    assert sound.examine(copy)
    assert both(copy) == before, "not even folded in"


def test_a_suspect_file_that_is_whole_is_trusted_again(file: Path) -> None:
    sound.mark_of(file).touch()
    assert sound.examine(file)
    assert not sound.mark_of(file).exists()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What SQLite says at the next commits, by its name of the error: the driver's edge, as with a disk gone bad."""
    says: list[str] = []
    commit = sqlite3.Connection.commit

    def fail(connection: sqlite3.Connection) -> None:
        if says:
            connection.rollback()
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = says.pop(0)
            raise error
        commit(connection)

    monkeypatch.setattr(engines._WholeAnswers, "commit", fail, raising=False)
    return says


async def test_after_a_failed_fsync_nothing_more_is_asked_of_the_file(
    file: Path, sqlite_url: str, failing: list[str]
) -> None:
    database, told = Database(sqlite_url), []
    database.trust.when_lost(lambda: told.append(True))
    await database.transact(put("a"))
    failing.append("SQLITE_IOERR_FSYNC")
    with pytest.raises(DatabaseSuspect, match="SQLITE_IOERR_FSYNC") as error:
        await database.transact(put("b"))
    cause = error.value.__cause__
    assert cause is not None and not is_away(error.value) and not is_away(cause), "nobody waits until it is back"
    with pytest.raises(DatabaseSuspect):
        await database.transact(put("c"))
    with pytest.raises(DatabaseSuspect):
        await database.look(look_for("a"))
    with pytest.raises(DatabaseSuspect):
        async with database.read():
            pass
    await database.close()
    assert told == [True] and sound.mark_of(file).exists()
    assert sound.examine(file)
    database = Database(sqlite_url)
    assert [await database.look(look_for(name)) for name in "abc"] == ["kept", None, None]
    await database.close()


@pytest.mark.parametrize("named", ["SQLITE_IOERR_WRITE", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"])
async def test_a_write_that_failed_is_tried_again_later(sqlite_url: str, failing: list[str], named: str) -> None:
    database = Database(sqlite_url)
    failing.append(named)
    with pytest.raises(DBAPIError) as error:
        await database.transact(put("a"))
    assert is_away(error.value)
    await database.transact(put("a"))
    await database.close()


async def test_damage_that_is_met_while_working_stops_the_work(file: Path, sqlite_url: str) -> None:
    overwrite_page(file, page_of(file, "sqlite_autoindex_facts_1"))
    database = Database(sqlite_url)
    with pytest.raises(DatabaseSuspect, match="do not fit together"):
        await database.look(look_for("a"))
    await database.close()
    assert sound.mark_of(file).exists()


async def test_settings_that_sqlite_did_not_take_are_found(file: Path, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.refuse_unless_set()
    await database.pragma("journal_size_limit = -1")
    with pytest.raises(SettingsNotKept, match="journal_size_limit of a writer is -1, not"):
        await database.refuse_unless_set()
    await database.close()


async def test_a_log_that_the_disk_cannot_have_is_found(tmp_path: Path) -> None:
    """Without shared memory there is no write-ahead log, and SQLite goes on as if nothing had been asked."""
    database = Database(f"sqlite:///file:{tmp_path}/odd.db?vfs=unix-none&uri=true")
    with pytest.raises(SettingsNotKept, match="journal_mode of a writer is delete, not wal"):
        await database.refuse_unless_set()
    await database.close()


async def test_a_log_that_has_grown_is_short_again_after_it_was_folded_in(file: Path, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    limit, long = 300_000, "x" * 1_000_000
    await database.pragma(f"journal_size_limit = {limit}")
    async with database.read() as tx:
        await facts.get(tx, "a")  # it looks at this moment, so that the log has to be kept
        for number in range(5):  # 1,000 pages and more: each commit folds in what it may
            await database.transact(put(str(number), long))
        assert sound.log_size(file) > 5_000_000
    for name in ("b", "c"):
        await database.transact(put(name))
    assert sound.log_size(file) <= limit
    await database.close()


async def test_a_command_beside_a_server_leaves_the_log_to_it(file: Path, sqlite_url: str) -> None:
    server, command = Database(sqlite_url), Database(sqlite_url, checkpoints=False)
    await server.transact(put("a", "secret words"))
    await command.transact(put("a", "nothing"))
    await command.transact(wiping.ask)
    assert not await command.wipe()
    await command.close()
    assert b"secret words" in b"".join(both(file))
    await wiping.answer(server)
    assert b"secret words" not in b"".join(both(file))
    asked = await server.look(look_for(wiping.ASKED))
    await server.close()
    assert asked == "no"


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        *(((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True)),
        *(((3, 44, 5), True), ((3, 44, 6), False), ((3, 45, 0), True)),
        *(((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False)),
    ],
)
def test_which_versions_may_damage_a_file_that_two_fold_in(version: tuple[int, int, int], affected: bool) -> None:
    assert sound.may_lose_log(version) is affected


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert sound.examine(tmp_path / "new.db") and not list(tmp_path.iterdir())
    assert sqlite_url_of(tmp_path / "new.db").endswith("new.db")
