"""The house of a journey: on SQLite, or on both databases where a test is marked `on_both_databases`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.rig import Rig, open_rig


@pytest_asyncio.fixture
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """A running house with codes in its pools."""
    postgres = getattr(request, "param", "sqlite") == "postgresql"
    database_url = request.getfixturevalue("postgres_url" if postgres else "published_url")
    async with open_rig(database_url, tmp_path) as opened:
        await opened.import_codes()
        yield opened
