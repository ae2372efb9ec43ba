"""What a server on SQLite stands on: it does not start without it, and ends in order when it is lost meanwhile."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import footing
from bot.app import serve
from bot.house import House
from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor
from bot.settings import load_settings
from storage import engines, facts, filesystems, sound, wiping
from storage.database import Database
from storage.errors import DatabaseSuspect
from tests.bot.cli.shell import Shell


@pytest.fixture
def file(published_url: str) -> Path:
    """The file of an installation that has been served before."""
    return Path(published_url.partition(":///")[2])


@pytest.fixture
def holdback(
    shell_at: Callable[[str], Shell], published_url: str, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """The terminal of that installation."""
    monkeypatch.setenv("HOLDBACK_BIND", f"127.0.0.1:{free_port}")
    return shell_at(published_url)


def scribble_on(file: Path, table: str) -> None:
    """The first page of a table is full of something else."""
    with closing(sqlite3.connect(file)) as connection:
        (number,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with file.open("r+b") as opened:
        opened.seek((number - 1) * 4096)
        opened.write(b"\xa5" * 4096)


@pytest.mark.parametrize("command", [("serve",), ("db", "check"), ("doctor",)], ids=" ".join)
def test_on_a_damaged_file_nothing_starts_and_the_steps_are_said(
    holdback: Shell, file: Path, command: tuple[str, ...]
) -> None:
    scribble_on(file, "outbox")
    before = file.read_bytes()
    said = holdback(*command)
    line = next(line for line in (said.out + said.err).splitlines() if "is damaged" in line)
    assert said.code == 1 and "Traceback" not in said.err
    assert str(file) in line and "run `holdback db restore BACKUP`" in line
    assert file.read_bytes() == before


def test_after_these_steps_a_backup_takes_its_place(holdback: Shell, file: Path) -> None:
    assert holdback("db", "backup", "b.backup").code == 0
    scribble_on(file, "outbox")
    assert "is damaged" in holdback("serve").err
    for one in file.parent.glob(f"{file.name}*"):
        one.rename(one.with_name(f"damaged-{one.name}"))
    assert holdback("db", "restore", "b.backup").code == 0
    assert holdback("db", "check").code == 0


def test_what_is_no_database_is_said_in_one_sentence(holdback: Shell, file: Path) -> None:
    file.write_text("these are somebody's notes " * 1000)
    for command in (("serve",), ("db", "check"), ("prospects", "show", "c-1"), ("campaign", "list")):
        said = holdback(*command)
        assert said.code == 1 and len(said.err.splitlines()) == 1 and "it is no SQLite database" in said.err
    assert not sound.mark_of(file).exists()


@pytest.mark.parametrize("command", ["serve", "demo", "doctor"])
def test_on_a_disk_of_the_network_it_does_not_start(
    holdback: Shell, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"40 27 0:50 / {file.parent.resolve()} rw - nfs4 files:/b rw\n")
    monkeypatch.setattr(filesystems, "MOUNTINFO", mounts)
    said = holdback(command)
    assert said.code == 1 and "on a file system of the network (nfs4)" in said.out + said.err
    assert not file.with_suffix(".lock").exists(), "nor is a lock taken that would not hold"


def test_where_sqlite_does_not_take_its_settings_it_does_not_start(
    shell_at: Callable[[str], Shell], tmp_path: Path
) -> None:
    """There is no shared memory here, so there can be no write-ahead log; SQLite itself says nothing."""
    said = shell_at(f"sqlite:///file:{tmp_path}/odd.db?vfs=unix-none&uri=true")("serve")
    assert said.code == 1 and "journal_mode of a writer is delete, not wal" in said.err


def test_a_large_damaged_file_is_found_out_while_it_serves(
    holdback: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "SMALL", 0)
    monkeypatch.setattr(footing, "QUIET", 0.0)
    scribble_on(file, "staff_tokens")
    said = holdback("serve")
    assert said.code == 1 and "cannot be trusted until it was looked through" in said.err
    assert sound.mark_of(file).exists()
    said = holdback("serve")
    assert said.code == 1 and "is damaged" in said.err


async def test_a_log_that_somebody_keeps_is_told_once_and_folded_in_when_they_are_done(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LOG_LIMIT", 100_000)
    monkeypatch.setattr(footing, "LOOK", 0.01)
    database, supervisor = Database(sqlite_url), Supervisor(Clock())
    with capture_logs() as logs:
        async with database.read() as tx:
            await facts.get(tx, "a")
            for name in ("a", "b"):
                await database.transact(lambda tx, one=name: facts.put(tx, one, "x" * 200_000))  # type: ignore[misc]
            supervisor.run("log", lambda: footing.look_after_log(database, Clock(), supervisor))
            await asyncio.sleep(0.1)
            assert [one["event"] for one in logs] == ["something reads for long, so that the database's log grows"]
        await asyncio.sleep(0.1)
        assert await database.fold()
        await supervisor.stop()
    await database.close()
    assert len(logs) == 1


async def test_what_a_command_erased_leaves_the_log_of_the_server_beside_it(sqlite_url: str) -> None:
    server, command, supervisor = Database(sqlite_url), Database(sqlite_url, checkpoints=False), Supervisor(Clock())
    await server.transact(lambda tx: facts.put(tx, "a", "kept"))
    await command.transact(wiping.ask)
    await command.close()
    assert command.log_size() > 0
    supervisor.run("log", lambda: footing.look_after_log(server, Clock(), supervisor))
    await asyncio.sleep(0.1)
    await supervisor.stop()
    asked = await server.look(lambda tx: facts.get(tx, wiping.ASKED))
    await server.close()
    assert asked == "no"


async def test_a_disk_that_fails_when_the_log_is_folded_in_is_found_out(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite folds it in by itself after a commit, and says nothing when that fails."""
    execute = sqlite3.Connection.execute

    def fail(connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
        if "wal_checkpoint" in sql:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
            raise error
        return execute(connection, sql)

    monkeypatch.setattr(engines._WholeAnswers, "execute", fail, raising=False)
    database = Database(sqlite_url)
    with pytest.raises(DatabaseSuspect):
        await database.fold()
    await database.close()


@pytest.mark.usefixtures("holdback")
async def test_a_server_whose_disk_fails_ends_and_the_next_start_looks_at_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is SQLite's own, at the edge to the driver; with a real one see below."""

    def fail(_connection: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    written: list[asyncio.Future[None]] = []

    def write(house: House) -> None:
        monkeypatch.setattr(engines._WholeAnswers, "commit", fail, raising=False)
        written.append(asyncio.ensure_future(house.database.transact(lambda tx: facts.put(tx, "a", "kept"))))

    with pytest.raises(DatabaseSuspect, match="SQLITE_IOERR_FSYNC"):
        await serve(load_settings(), started=write)
    assert isinstance(written[0].exception(), DatabaseSuspect) and sound.mark_of(file).exists()
    monkeypatch.undo()
    assert sound.examine(file) and not sound.mark_of(file).exists()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, which makes system calls fail")
def test_a_disk_that_fails_to_sync_ends_the_server_with_one_sentence(
    holdback: Shell, file: Path, tmp_path: Path
) -> None:
    """The system call itself says EIO, from some commit on."""
    (tmp_path / "p.csv").write_text("external_id,email,consent_email\nc-1,a@example.com,yes\n")
    assert holdback("prospects", "import", "p.csv").code == 0
    assert holdback("campaign", "start", "barriers", "--now").code == 0
    failing = ("-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=3+")
    serving = ("strace", "-f", "-qq", "-o", os.devnull, *failing, sys.executable, "-m", "bot", "serve")
    settled = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(serving, env=settled, capture_output=True, text=True, timeout=25, check=False)
    (sentence,) = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    assert ended.returncode == 1 and "SQLITE_IOERR_FSYNC" in sentence and "Traceback" not in ended.stderr
    assert sound.mark_of(file).exists()
    assert sound.examine(file), "and here the disk has kept everything after all"
