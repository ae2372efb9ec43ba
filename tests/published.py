"""A house that has been opened before: its database with the shipped flow published, to be copied for each test."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.edge.databases import run_apart, sqlite_url_of
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram


@pytest.fixture(scope="session")
def published_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the shipped flow published and the bot's menu set, to be copied."""
    from bot.app import running  # noqa: PLC0415 - only tests with a house need the whole program
    from storage import facts  # noqa: PLC0415
    from tests.journeys.rig import make_settings  # noqa: PLC0415

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
    """A SQLite database of this test with the shipped flow published: the one that a house in `tmp_path` opens."""
    file = tmp_path / "holdback.db"
    shutil.copy(published_sqlite, file)
    return sqlite_url_of(file)
