"""The doors: the web application with all its rooms, and the server it answers by.

Loading them is most of a start. `bot.app` does that last, in a thread, while messages go out already; a process without
the role "web" never does.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from fastapi import APIRouter, FastAPI

from bot import api, console, hooks, report
from bot.brand import read_logo
from bot.channels import web
from bot.demo import pages as demo_pages
from bot.house import House
from bot.runtime.supervisor import Supervisor
from bot.web import operations
from bot.web.errors import install_errors
from bot.web.lines import PatientLine
from bot.web.pages import Pages, install
from bot.web.pages import Shop as PageShop
from bot.web.security import Guard, allowed_hosts

ROOMS: Final[Sequence[Callable[[House], APIRouter]]] = (
    operations.router, hooks.router, web.router, console.router, api.router,
)  # fmt: skip
"""Health and figures, the shop's webhooks, the survey, the console, the API."""

KEEP_ALIVE: Final = 65
"""Seconds that an idle line is kept: a proxy that keeps its own for a minute is to be the one that lets go."""


def create_web(house: House, *, demo: bool = False, rooms: Sequence[Callable[[House], APIRouter]] = ROOMS) -> FastAPI:
    """The web application with these rooms; with `demo` the start page and the local mailbox, too."""
    app = FastAPI(title="Holdback", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    pages = Pages(
        PageShop(
            house.settings.shop_name,
            house.settings.shop_url or None,
            read_logo(house.settings),
            house.settings.accent or None,
        ),
        now=house.clock.now,
        rooms=[web.ROOM, report.ROOM, console.ROOM, demo_pages.ROOM],
        zone=house.settings.timezone,
    )
    install(app, pages)
    install_errors(app)
    for room in rooms:
        app.include_router(room(house))
    app.include_router(demo_pages.router(house, demo=demo))
    app.add_middleware(
        Guard,
        hosts=allowed_hosts(house.settings.public_url, house.settings.bind),
        https=house.base_url.startswith("https://"),
    )
    return app


class _Server(uvicorn.Server):
    """Uvicorn without its own way with signals: the house stops in its own order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us."""
        yield


@asynccontextmanager
async def opened(
    house: House, supervisor: Supervisor, app: FastAPI, line: type[PatientLine] = PatientLine
) -> AsyncIterator[None]:
    """The pages, answering from the start of the block on, each caller on such a line. Raises AddressTaken."""
    host, _, port = house.settings.bind.rpartition(":")
    config = uvicorn.Config(
        app,
        http=line,
        host=host.strip("[]"),
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server, ended = _Server(config), asyncio.Event()

    listening = _listen(host.strip("[]"), int(port))

    async def run() -> None:
        try:
            await server.serve(sockets=[listening])
        finally:
            ended.set()

    supervisor.once("web server", run())
    try:
        while not server.started and not ended.is_set():  # noqa: ASYNC110 - uvicorn has a flag, no event
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await ended.wait()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise AddressTaken(f"{host}:{port}") from error
    return listening


class AddressTaken(Exception):
    """BIND cannot be listened on."""

    def __init__(self, address: str) -> None:
        super().__init__(f"cannot listen on {address}: it is in use or not allowed; set HOLDBACK_BIND to another one")
