"""`holdback db`: a fresh database, backups that go into either database, nothing sent before a release."""

import asyncio
import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import hold
from storage.database import Database
from storage.reads import exports
from tests.bot.cli.shell import Shell

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PEOPLE = "external_id,email,consent_email,price\nc-1,a@example.com,yes,12.5\nc-2,b@example.com,no,\n"


@pytest.fixture
def holdback(shell_at: Callable[[str], Shell], empty_database_url: str, tmp_path: Path) -> Shell:
    (tmp_path / "p.csv").write_text(PEOPLE)
    return shell_at(empty_database_url)


def asked(url: str, question: Callable[[Any], Any]) -> Any:
    """The answer of the database to a question."""

    async def ask() -> Any:
        database = Database(url)
        try:
            async with database.read() as tx:
                return await question(tx)
        finally:
            await database.close()

    return asyncio.run(ask())


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """All that can be exported, by kind."""

    async def ask(tx: Any) -> dict[str, list[dict[str, Any]]]:
        return {kind: (await exports.page(tx, kind))[0] for kind in exports.EXPORTS}

    found: dict[str, list[dict[str, Any]]] = asked(url, ask)
    return found


def test_a_fresh_database_is_made_by_the_first_command(holdback: Shell) -> None:
    assert holdback("prospects", "import", "p.csv").code == 0
    assert holdback("db", "check", "--json").json["ok"] is True
    assert holdback("db", "upgrade").code == 0


def test_a_backup_brings_everything_back_and_sending_is_held(holdback: Shell, empty_database_url: str) -> None:
    holdback("prospects", "import", "p.csv")
    holdback("campaign", "start", "barriers", "--now")
    before = everything(empty_database_url)
    assert holdback("db", "backup", "b.backup").code == 0
    assert Path("b.backup").stat().st_mode & 0o777 == 0o600
    holdback("prospects", "erase", "c-2", "--yes")
    Path("more.csv").write_text("external_id\nc-3\n")
    holdback("prospects", "import", "more.csv")
    said = holdback("db", "restore", "b.backup", "--json")
    assert said.code == 0 and said.json["held"] is True and Path(said.json["before"]).exists()
    assert "restored" in asked(empty_database_url, hold.reason)
    after = everything(empty_database_url)
    # c-2 was erased after the backup was made: that is not taken back.
    kept = {kind: [row for row in rows if row.get("external_id") != "c-2"] for kind, rows in before.items()}
    assert after == kept and kept["prospects"] != before["prospects"]
    assert holdback("prospects", "import", "more.csv", "--json").json["created"] == 1
    assert holdback("db", "release", "--json").json == {"released": True}
    assert asked(empty_database_url, hold.reason) is None


def test_a_backup_of_one_database_goes_into_the_other(
    holdback: Shell, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, empty_database_url: str
) -> None:
    holdback("prospects", "import", "p.csv")
    holdback("db", "backup", "b.backup")
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", sqlite_url)
    assert holdback("db", "restore", "b.backup").code == 0
    assert holdback("prospects", "show", "c-1", "--json").json["facts"]["price"]["value"] == "12.50"


DAMAGED = (
    b"no backup",
    gzip.compress(b"no backup"),
    gzip.compress(b'{"holdback": 1, "schema": "0000"}\n'),
    gzip.compress(b'{"holdback": 1, "schema": "0001"}\n["nowhere", {}]\n'),
    gzip.compress(b"x" * 5000)[:-20],
)


def test_what_is_no_backup_changes_nothing(holdback: Shell) -> None:
    holdback("prospects", "import", "p.csv")
    for content in DAMAGED:
        Path("b.backup").write_bytes(content)
        said = holdback("db", "restore", "b.backup")
        assert said.code == 1 and said.err.startswith("error: ") and len(said.err.splitlines()) == 1
    assert holdback("prospects", "show", "c-1").code == 0
