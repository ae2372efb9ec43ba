"""The house of a journey: on SQLite, or on both databases where a test is marked `on_both_databases`."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import running
from storage import facts
from tests.edge.databases import run_apart, sqlite_url_of
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram
from tests.journeys.rig import Rig, make_settings, open_rig


@pytest.fixture(scope="session")
def published_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the shipped flow published and the bot's menu set, to be copied."""
    folder = tmp_path_factory.mktemp("published")
    file = folder / "template.sqlite3"
    shutil.copy(migrated_sqlite, file)

    async def publish() -> None:
        async with FakeTelegram() as telegram:
            with Mailbox() as box:
                async with running(make_settings(sqlite_url_of(file), folder, telegram, box)) as house:
                    while not await house.database.transact(lambda tx: facts.get(tx, "telegram_menu")):  # noqa: ASYNC110 - it comes by itself
                        await asyncio.sleep(0.02)

    run_apart(publish)
    return file


@pytest.fixture
def published_url(published_sqlite: Path, tmp_path: Path) -> str:
    """A SQLite database of this test with the shipped flow published."""
    file = tmp_path / "holdback.sqlite3"
    shutil.copy(published_sqlite, file)
    return sqlite_url_of(file)


@pytest_asyncio.fixture
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """A running house with codes in its pools."""
    postgres = getattr(request, "param", "sqlite") == "postgresql"
    database_url = request.getfixturevalue("postgres_url" if postgres else "published_url")
    async with open_rig(database_url, tmp_path) as opened:
        await opened.import_codes()
        yield opened
