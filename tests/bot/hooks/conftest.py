"""A house with connected shops, its campaign running, on a real SQLite file and a clock that stands still."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from bot import hooks
from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.settings import Settings
from tests.bot.shops import samples

NOON = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[House]:
    settings = Settings(
        home_dir=tmp_path,
        database_url=SecretStr(published_url),
        shopify_secret=SecretStr(samples.SHOPIFY_SECRET),
        woocommerce_secret=SecretStr(samples.WOO_SECRET),
        quiet_hours="",
        webhooks_to_private_addresses=True,
    )
    async with open_house(settings, clock=clock, server=True) as one:
        await one.campaigns.start("barriers")
        yield one


class Shop:
    """A connected shop that calls us."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.calls = 0

    async def shopify(self, topic: str, document: Any, delivery: str | None = None, **headers: str) -> int:
        """Shopify reports something; returns the status it was answered with."""
        self.calls += 1
        body = samples.body_of(document)
        given = samples.shopify_headers(body, topic, delivery or f"d-{self.calls}") | headers
        return (await self.client.post("/hooks/shopify", content=body, headers=given)).status_code

    async def woo(self, document: Any, topic: str = "order.updated", delivery: str | None = None) -> int:
        """WooCommerce reports something."""
        self.calls += 1
        body = samples.body_of(document)
        given = samples.woo_headers(body, topic, delivery or f"d-{self.calls}")
        return (await self.client.post("/hooks/woocommerce", content=body, headers=given)).status_code


@pytest_asyncio.fixture
async def shop(house: House) -> AsyncIterator[Shop]:
    app = FastAPI()
    app.include_router(hooks.router(house))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        yield Shop(client)
