"""A house with the API on it, and a client that has a key."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from bot.api import router
from bot.house import House, open_house
from bot.settings import Settings
from storage import keys
from storage.tables import inbox


@pytest_asyncio.fixture
async def house(sampled_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house on a database of this test."""
    settings = Settings(home_dir=tmp_path, database_url=SecretStr(sampled_database_url), timezone="Europe/Budapest")
    async with open_house(settings) as house:
        yield house


@pytest_asyncio.fixture
async def key(house: House) -> str:
    """A key of the API."""
    made = await house.database.transact(lambda tx: keys.add(tx, "webshop", house.clock.now()))
    assert made is not None
    return made


def client_of(house: House, key: str | None, **brake: float) -> httpx.AsyncClient:
    """A client of the API of this house."""
    app = FastAPI()
    app.include_router(router(house, **brake))  # type: ignore[arg-type]  # a test names the brake it needs
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://shop.test/api/v1", headers=headers)


@pytest_asyncio.fixture
async def api(house: House, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key."""
    async with client_of(house, key) as client:
        yield client


async def inputs(house: House) -> list[Any]:
    """All raw input there is."""
    async with house.database.read() as tx:
        return list((await tx.execute(select(inbox).order_by(inbox.c.id))).all())


def is_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of a refusal with this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status and document["detail"] and document["title"]
    return document


CART = {
    "type": "cart_abandoned",
    "id": "e-1",
    "occurred_at": "2026-11-01T10:00:00Z",
    "prospect": {"external_id": "c-1", "email": "Anna@Example.com", "language": "hu", "consent_email": True},
    "product_id": "p1",
    "price": 12.5,
    "cart_value": "1 250,50",
    "currency": "eur",
    "cart": {"lines": 2},
}
