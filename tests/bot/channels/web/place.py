"""The pages of prospects on a real house: a real database, the shipped flow, the real turns, and no outside world."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from httpx import AsyncClient, Response

from bot.channels import web
from bot.house import House, open_house
from bot.settings import Settings
from bot.web.errors import install_errors
from bot.web.pages import Pages, Shop, install
from bot.web.security import Guard
from storage import codes, consents, prospects
from storage.codes import NewCode
from storage.database import Tx
from storage.tables import metadata
from tests.bot.web.asking import asking

ADDRESS = "http://127.0.0.1:8000"
SHOP = "Atelier Nordlys"


@dataclass
class Place:
    """A house with its pages, and a client that asks them."""

    house: House
    app: FastAPI
    client: AsyncClient

    async def somebody(self, **fields: Any) -> int:
        """A prospect who may be written to by email; returns the row id."""
        facts = {"language": "en", "first_name": "Camille", "product_name": "Birch desk lamp", **fields}

        async def work(tx: Tx) -> int:
            now = self.house.clock.now()
            prospect_id = await prospects.create(tx, now, **facts)
            await prospects.bind(tx, prospect_id, "email", f"camille{prospect_id}@example.com", via="test", now=now)
            await consents.record(tx, prospect_id, "email", granted=True, way="test", now=now)
            return prospect_id

        return await self.house.database.transact(work)

    async def path(self, prospect_id: int, purpose: str = "survey") -> str:
        """The path of a prospect's link."""
        return (await self.house.links(prospect_id))[purpose].removeprefix(self.house.base_url)

    async def rows(self, table: str) -> Sequence[Any]:
        """Every row of a table."""
        columns = metadata.tables[table]
        async with self.house.database.read() as tx:
            return (await tx.execute(columns.select().order_by(*columns.primary_key.columns))).all()

    async def everything(self) -> dict[str, list[Any]]:
        """The whole database."""
        return {name: [tuple(row) for row in await self.rows(name)] for name in metadata.tables}

    async def answer(self, path: str, **fields: str) -> Response:
        """Post the form of a page, as a browser would."""
        return await self.client.post(path, data={"visit": "1", **fields})


def pages_of(house: House, *rooms: Path) -> FastAPI:
    """The pages of this room with everything around them that the server has."""
    app = FastAPI(openapi_url=None)
    app.state.house = house
    shop = Shop(house.settings.shop_name, house.settings.shop_url or None)
    install(app, Pages(shop, now=house.clock.now, rooms=[web.ROOM, *rooms], zone=house.settings.timezone))
    install_errors(app)
    app.include_router(web.router(house))
    app.add_middleware(Guard, hosts=frozenset({"127.0.0.1"}))
    return app


@asynccontextmanager
async def open_place(folder: Path, database_url: str | None = None) -> AsyncIterator[Place]:
    """The place, with somebody who takes turns as they come."""
    given: dict[str, Any] = {"database_url": database_url} if database_url else {}
    settings = Settings(
        home_dir=folder,
        shop_name=SHOP,
        shop_url="https://nordlys.example",
        mail_postal_address="Nordlys AS, Storgata 1, Bergen",
        **given,
    )
    async with open_house(settings) as house:
        many = [NewCode(offer, f"{offer[:5].upper()}-{number:03}", None) for number in range(30) for offer in POOLS]
        await house.database.transact(lambda tx: codes.add(tx, many, house.clock.now()))
        app = pages_of(house)
        turns = asyncio.create_task(_take_turns(house))
        async with asking(app, ADDRESS) as client:
            yield Place(house, app, client)
        turns.cancel()
        with suppress(asyncio.CancelledError):
            await turns


POOLS = ("discount_10", "free_shipping")


async def _take_turns(house: House) -> None:
    while True:
        if await house.turner.take_inbox() == 0:
            await house.bells.work.wait(0.2)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The pages on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no other way to tell
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
