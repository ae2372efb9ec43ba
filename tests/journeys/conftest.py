"""The house of a journey: on SQLite, or on both databases where a test is marked `on_both_databases`."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.house import open_house
from bot.settings import Settings
from tests.edge.databases import run_apart, sqlite_url_of
from tests.journeys.rig import Rig, open_rig


@pytest.fixture(scope="session")
def published_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the shipped flow published, to be copied."""
    folder = tmp_path_factory.mktemp("published")
    file = folder / "template.sqlite3"
    shutil.copy(migrated_sqlite, file)

    async def publish() -> None:
        async with open_house(Settings(home_dir=folder, database_url=sqlite_url_of(file)), server=True):  # type: ignore[arg-type]  # pydantic makes a secret of it
            pass

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
