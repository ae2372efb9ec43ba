"""The console on a stand: the real house on a real file, its turns taken in the background, served on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot import console
from bot.house import House, open_house
from bot.settings import Settings
from bot.web.errors import install_errors
from bot.web.pages import Pages, Shop, install
from bot.web.security import Guard
from storage import staff
from storage.database import Tx


def settings_for(folder: Path, **other: str) -> Settings:
    """Settings of a shop in this folder, whatever the environment says."""
    return Settings(home_dir=folder, shop_name="Atelier Nordlys", timezone="Europe/Paris", quiet_hours="", **other)  # type: ignore[arg-type]


def app_for(house: House) -> FastAPI:
    """The console alone, behind the same guard, pages and errors as the whole house."""
    app = FastAPI(openapi_url=None)
    shop = Shop(house.settings.shop_name)
    install(app, Pages(shop, now=house.clock.now, rooms=[console.ROOM], zone=house.settings.timezone))
    install_errors(app)
    app.include_router(console.router(house))
    app.add_middleware(Guard, hosts=frozenset({"127.0.0.1", "localhost", "testserver"}))
    return app


@asynccontextmanager
async def turning(house: House) -> AsyncIterator[None]:
    """Take every turn that arrives, as the running server does."""

    async def run() -> None:
        while True:
            await house.settle()
            await asyncio.sleep(0.02)

    task = asyncio.get_running_loop().create_task(run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def open_stand(folder: Path, **other: str) -> AsyncIterator[House]:
    """A house with a fresh SQLite file, its turns being taken."""
    async with open_house(settings_for(folder, **other), server=True) as house, turning(house):
        yield house


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve on a free port of this machine, in this very loop; gives the address."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.get_running_loop().create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def link_for(house: House, email: str = "anna@nordlys.example", role: staff.Role = "admin") -> str:
    """The path of a one-time login link for somebody with this role."""

    async def work(tx: Tx) -> str:
        number = await staff.add(tx, email, role, house.clock.now())
        return await staff.make_login_token(tx, number, house.clock.now())

    return console.LINK_PATH + await house.database.transact(work)
