"""A running house works out again and again how receivers see the shop's mail."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.runtime import sender_standing
from tests.journeys.rig import Rig, open_rig

STANDING = "SELECT count(*) FROM facts WHERE name = 'mail standing' AND value LIKE '%\"at\": \"{}%'"


@pytest_asyncio.fixture
async def rig(published_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    monkeypatch.setattr(sender_standing, "LOOK", 0.02)
    async with open_rig(published_url, tmp_path) as opened:
        yield opened


async def test_the_standing_is_worked_out_at_the_start_and_again_and_again(rig: Rig) -> None:
    await rig.until(STANDING.format("2026-03-02T12:00"))
    await rig.advance(timedelta(minutes=10))
    await rig.until(STANDING.format("2026-03-02T12:10"))
