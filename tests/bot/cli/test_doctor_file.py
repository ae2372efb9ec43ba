"""What the doctor says of SQLite itself: the version, the file, the log, what was found suspect."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.cli.doctor_file import look
from bot.settings import load_settings
from storage import engines, sound

pytestmark = pytest.mark.usefixtures("holdback")


def said() -> tuple[str, str]:
    """How the file is, and what is said of it."""
    found = asyncio.run(look(load_settings()))
    return found.state, found.says


def test_it_says_which_sqlite_this_is_and_why_a_fault_of_it_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    for version, told in (((3, 40, 1), True), ((3, 51, 3), False)):
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        state, says = said()
        assert state == "good" and f"whole, set as asked; SQLite {sqlite3.sqlite_version} on " in says
        assert ("a fault of this version" in says) == told


def test_it_says_that_the_log_is_long_and_who_keeps_it(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(sqlite_url.partition(":///")[2])
    monkeypatch.setattr(engines, "LOG_LIMIT", 2 * 1024 * 1024)
    reader = sqlite3.connect(file, isolation_level=None)
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("PRAGMA journal_mode=wal")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM facts").fetchall()
    for name in "abc":
        writer.execute("INSERT INTO facts (name, value) VALUES (?, ?)", (name, "x" * 1_200_000))
    state, says = said()
    reader.close()
    writer.close()
    assert state == "warning" and "its write-ahead log has 3 MiB, more than 2: something reads for long" in says


def test_it_says_that_a_file_was_found_suspect(sqlite_url: str) -> None:
    sound.mark_of(Path(sqlite_url.partition(":///")[2])).touch()
    state, says = said()
    assert state == "warning" and "the next start of the server looks through all of it" in says


def test_of_a_file_that_is_not_made_yet_it_says_where_it_will_be(sqlite_url: str) -> None:
    Path(sqlite_url.partition(":///")[2]).unlink()
    state, says = said()
    assert state == "good" and says.startswith(f"SQLite {sqlite3.sqlite_version} on ")
