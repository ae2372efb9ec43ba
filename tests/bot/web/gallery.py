"""A gallery of every component and page shape, for our own eyes and for the browser tests.

Run `python -m tests.bot.web.gallery OUT_DIR` to write screenshots in both themes, three widths and three languages.
"""

import asyncio
import itertools
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from playwright.async_api import Browser, async_playwright
from starlette.responses import Response

from bot.web.errors import install_errors
from bot.web.pages import Pages, Shop, install, render
from bot.web.security import Guard
from tests.bot.web.words import WORDS
from tests.edge.fixtures import CHROMIUM

ROOM = Path(__file__).parent / "gallery_room"
NOW = datetime.now(UTC)
WIDTHS = (360, 768, 1440)
PAGES = ("components", "face", "desk", "mail", "login", "start")
SHARES = (0.31, 0.22, 0.14, 0.11, 0.08, 0.05, 0.04, 0.03, 0.015, 0.005, 0.0)
CHART = {
    "labels": ["6 Mar", "7 Mar", "8 Mar", "9 Mar", "10 Mar", "11 Mar"],
    "series": [
        {"name": "Asked", "values": [12, 19, 9, None, 22, 30]},
        {"name": "Answered", "values": [6, 9, 4, None, 13, 17]},
    ],
}


def gallery_app(accent: str | None = None) -> FastAPI:
    """The gallery as an application, with the same guard, pages and errors as the real one."""
    app = FastAPI(openapi_url=None)
    shop = Shop("Atelier Nordlys", accent=accent)
    install(app, Pages(shop, now=lambda: NOW, rooms=[ROOM], zone="Europe/Paris"))
    install_errors(app)

    @app.get("/gallery/{language}/{page}")
    async def show(request: Request, language: str, page: str) -> Response:
        if page == "broken":
            raise RuntimeError("the gallery breaks on purpose")
        if page not in PAGES or language not in WORDS:
            raise HTTPException(404)
        ago = {"now": NOW - timedelta(seconds=5), "hour": NOW - timedelta(hours=1), "day": NOW - timedelta(days=1)}
        return render(
            request, f"{page}.html", language=language, w=WORDS[language], ago=ago, shares=SHARES, chart=CHART
        )

    app.add_middleware(Guard, hosts=frozenset({"127.0.0.1", "testserver"}))
    return app


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serve `app` on a free port of this machine; gives the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)


async def picture(browser: Browser, url: str, path: Path, theme: Literal["light", "dark"], width: int) -> None:
    """Write one page as a PNG, in one theme and one width in pixels."""
    tab = await browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    await tab.goto(url, wait_until="load")
    await tab.wait_for_timeout(450)
    await tab.screenshot(path=path, full_page=True)
    await tab.close()


async def main(out: Path, only: str = "") -> None:
    """Write one PNG per page, language, theme and width whose name contains `only`."""
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    with running(gallery_app()) as address:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            for page, language, theme, width in itertools.product(PAGES, WORDS, themes, WIDTHS):
                name = f"{page}-{language}-{theme}-{width}"
                if only in name:
                    await picture(browser, f"{address}/gallery/{language}/{page}", out / f"{name}.png", theme, width)
            await browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
