"""A house on a real SQLite file, with its turns being taken, and the console of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI

from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from tests.bot.console.sample import NOW, Street
from tests.bot.console.stand import app_for, settings_for, turning


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[House]:
    async with open_house(settings_for(tmp_path), clock=clock, server=True) as one, turning(one):
        yield one


@pytest_asyncio.fixture
async def street(house: House, clock: VirtualClock) -> Street:
    one = Street(house, clock)
    await one.open_shop()
    return one


@pytest.fixture
def app(house: House) -> FastAPI:
    return app_for(house)
