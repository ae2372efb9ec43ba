"""`holdback db move`: from the file to PostgreSQL and back into use, and one sentence for whatever is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.lock import only_server
from tests.bot.cli.shell import Shell
from tests.edge.databases import sqlite_url_of

PEOPLE = "external_id,email,consent_email,price\nc-1,a@example.com,yes,12.5\n"


@pytest.fixture
def holdback(shell_at: Callable[[str], Shell], sqlite_url: str, tmp_path: Path) -> Shell:
    (tmp_path / "p.csv").write_text(PEOPLE)
    return shell_at(sqlite_url)


@pytest.mark.postgres
def test_a_shop_moves_and_works_on_there(
    holdback: Shell, postgres_url: str, monkeypatch: pytest.MonkeyPatch, published_url: str
) -> None:
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", published_url)
    holdback("prospects", "import", "p.csv")
    said = holdback("db", "move", "--to", postgres_url, "--json")
    assert said.code == 0 and said.json["rows"]["prospects"] == 1
    refused = holdback("prospects", "show", "c-1")
    assert refused.code == 1 and f"has moved to {said.json['to']}" in refused.err and "db move --stay" in refused.err
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", postgres_url)
    assert holdback("prospects", "show", "c-1", "--json").json["facts"]["price"]["value"] == "12.50"
    assert "PostgreSQL already" in holdback("db", "move", "--to", postgres_url).err
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", published_url)
    assert holdback("db", "move", "--stay", "--json").json["from"] == said.json["to"]
    assert holdback("db", "check").code == 0
    assert "had not moved" in holdback("db", "move", "--stay").out
    assert "is not empty" in holdback("db", "move", "--to", postgres_url).err


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("mysql://u:hunter2@h/n", "--to: this is not the address of a PostgreSQL database"),
        ("sqlite:///other.db", "--to: a move goes to a PostgreSQL database"),
        ("postgresql://u:hunter2@localhost", "--to: a move goes to a PostgreSQL database"),
        ("postgresql://u:hunter2@127.0.0.1:1/n", "127.0.0.1:1/n does not answer (ConnectionRefusedError)"),
    ],
)
def test_an_address_that_leads_nowhere_changes_nothing(holdback: Shell, to: str, words: str) -> None:
    said = holdback("db", "move", "--to", to)
    assert said.code in (1, 2) and words in said.err and len(said.err.splitlines()) == 1
    assert "hunter2" not in said.err + said.out
    assert holdback("db", "check").code == 0


def test_nothing_moves_while_a_server_runs_or_when_there_is_nothing(
    holdback: Shell, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with only_server(Path(sqlite_url.partition("///")[2])):
        assert "already running" in holdback("db", "move", "--to", "postgresql://localhost/n").err
    assert "give either --to ADDRESS or --stay" in holdback("db", "move").err
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", sqlite_url_of(tmp_path / "none.db"))
    assert "there is nothing to move yet" in holdback("db", "move", "--to", "postgresql://localhost/n").err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.postgres
def test_who_may_not_enter_is_told_what_to_do(holdback: Shell, postgres_url: str) -> None:
    missing = postgres_url.replace("/holdback_", "/holdback_missing_")
    assert "is no database yet; create it" in holdback("db", "move", "--to", missing).err
    assert holdback("db", "check").code == 0
