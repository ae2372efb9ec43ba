"""The console on a stand: the real house on a real file, its turns taken in the background, served on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot import console, hooks
from bot.channels import web
from bot.doors import create_web
from bot.house import House
from bot.settings import Settings
from storage import staff
from storage.database import Tx


def settings_for(folder: Path, **other: str) -> Settings:
    """Settings of a shop in this folder, whatever the environment says."""
    return Settings(home_dir=folder, shop_name="Atelier Nordlys", timezone="Europe/Paris", quiet_hours="", **other)  # type: ignore[arg-type]


def app_for(house: House) -> FastAPI:
    """The web application as it is served, but for the API, to which no page of the console leads."""
    return create_web(house, rooms=(hooks.router, web.router, console.router))


@asynccontextmanager
async def turning(house: House) -> AsyncIterator[None]:
    """Take every turn that arrives, as the running server does."""

    async def run() -> None:
        while True:
            await house.settle()
            await house.bells.work.wait(0.2)

    task = asyncio.get_running_loop().create_task(run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


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
