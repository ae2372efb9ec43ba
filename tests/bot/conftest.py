"""What the tests of the program share: an opened database, and a terminal with a home of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.shell import Shell
from tests.opened import database

__all__ = ["database", "holdback", "shell_at"]


@pytest.fixture
def shell_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Shell]:
    """A terminal in a folder of this test, set up for the database with this address."""

    def opened(database_url: str) -> Shell:
        monkeypatch.setenv("HOLDBACK_HOME_DIR", str(tmp_path / "var"))
        monkeypatch.setenv("HOLDBACK_DATABASE_URL", database_url)
        monkeypatch.chdir(tmp_path)
        return Shell(capsys)

    return opened


@pytest.fixture
def holdback(shell_at: Callable[[str], Shell], sqlite_url: str) -> Shell:
    """The terminal of an installation with an up-to-date, empty database."""
    return shell_at(sqlite_url)
