"""Screenshots of the console with sample people, for our own eyes: `python -m tests.bot.console.look DIR [part]`."""

import asyncio
import itertools
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, async_playwright

from bot.house import open_house
from bot.runtime.clock import VirtualClock
from tests.bot.console.sample import Street
from tests.bot.console.stand import app_for, link_for, served, settings_for, turning
from tests.edge.fixtures import CHROMIUM

PASSWORD = "seven lamps drink green rivers"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 768, 1440)


async def sign_in(context: BrowserContext, address: str, link: str) -> None:
    """Open a one-time link, press its button, choose a password."""
    page = await context.new_page()
    await page.goto(address + link)
    await page.click("main button")
    await page.fill("[name=password]", PASSWORD)
    await page.fill("[name=again]", PASSWORD)
    await page.click("main button")
    await page.close()


def complain(file: str, message: ConsoleMessage) -> None:
    """Print what the browser did not like."""
    if message.type in ("error", "warning"):
        print(file, message.text)


async def shoot(browser: Browser, address: str, link: str, out: Path, paths: dict[str, str], only: str) -> None:
    """Every page in every theme and width."""
    first = await browser.new_context()
    await sign_in(first, address, link)
    state = await first.storage_state()
    for (name, path), theme, width in itertools.product(paths.items(), THEMES, WIDTHS):
        file = f"{name}-{theme}-{width}"
        if not any(part in file for part in only.split(",")):
            continue
        context = await browser.new_context(
            storage_state=state, color_scheme=theme, viewport={"width": width, "height": 860}
        )
        page = await context.new_page()
        page.on("console", partial(complain, file))
        await page.goto(address + path)
        await page.wait_for_timeout(700)
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            print(f"{file} is {wide} px too wide")
        await page.screenshot(path=out / f"{file}.png", full_page="desk" not in name)
        await context.close()


async def main(out: Path, only: str = "", people: int = 60) -> None:
    """Live through two weeks, then take the pictures."""
    now = datetime.now(UTC)
    clock = VirtualClock(now)
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(settings_for(Path(folder)), clock=clock, server=True) as house:
            street = Street(house, clock)
            await street.live_through(people, until=now - timedelta(hours=5))
            email = await street.cart(4 + 8 * 100)
            await street.wander(timedelta(hours=2))
            await street.act(email, None, "The shipping is too expensive")
            await street.act(email, "!change")
            await street.act(email, "shipping")
            await street.act(email, None, "Honestly, 24 € shipping for a lamp is a lot. Can I talk to a person?")
            uid = await street.uid(email)
            clock.set(now)
            paths = {
                "desk-list": "/console/conversations?view=all",
                "desk-needs": "/console/conversations",
                "desk-open": f"/console/conversations/{uid}",
                "desk-side": f"/console/conversations/{uid}?open=side",
                "today": "/console/",
                "barriers": "/console/barriers",
                "barriers-by": "/console/barriers?by=product",
                "answers": "/console/answers",
                "people": "/console/people",
                "segments": "/console/people/segments",
                "segment-build": "/console/people/segments/build?name=big_carts",
                "offers": "/console/offers",
                "flows": "/console/flows",
                "flow-texts": "/console/flows/texts",
                "flow-publish": "/console/flows/publish",
                "staff": "/console/staff",
                "account": "/console/account",
            }
            async with turning(house), served(app_for(house)) as address, async_playwright() as play:
                browser = await play.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
                await shoot(browser, address, await link_for(house), out, paths, only)
                await browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), "".join(sys.argv[2:3])))
