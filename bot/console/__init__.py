"""The staff's pages: who waits, what was said, what holds people back.

The composition root gives `ROOM` to `bot.web.pages.Pages` (templates, texts, style) and includes `router(house)`.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.console.doors import DOORS
from bot.console.gate import LINK_PATH, Console, Door, pass_through
from bot.house import House

ROOM: Final = Path(__file__).parent
"""The folder with this room's templates, texts and static files."""

__all__ = ["DOORS", "LINK_PATH", "ROOM", "router"]


def router(house: House) -> APIRouter:
    """Every page of the console, below /console, each behind the gate."""
    pages = APIRouter(prefix="/console", include_in_schema=False)
    console = Console(house)
    for door in DOORS:
        pages.add_api_route(door.path, _entrance(console, door), methods=[door.method], response_model=None)
    return pages


def _entrance(console: Console, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def enter(request: Request) -> Response:
        return await pass_through(console, door, request)

    return enter
