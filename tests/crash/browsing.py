"""The survey page in a browser of somebody who presses again when a page does not come."""

import asyncio
import time
from typing import Final
from urllib.parse import urljoin

from bot.runtime.clock import Clock
from storage import conversations, links
from storage.database import Tx
from storage.links import Purpose
from tests.crash.server import PATIENCE
from tests.crash.world import World
from tests.journeys.pages import Form, Page, mail_links, read

SEND: Final = "Send this answer"


async def link(world: World, who: str | int, purpose: Purpose) -> str:
    """Somebody's own token for a purpose, as a person of the shop would hand it out. `who`: their name or row id."""
    prospect_id, now = who if isinstance(who, int) else await world.prospect(who), Clock().now()

    async def work(tx: Tx) -> str:
        talk = await conversations.latest(tx, prospect_id) if purpose == "survey" else None
        return await links.token_for(tx, world.secret, purpose, prospect_id, talk, now)

    return await world.database.transact(work)


async def opened(world: World, address: str, words: str = "") -> Page:
    """Open a page, and again until it has these words."""
    deadline = time.monotonic() + PATIENCE
    while True:
        page = read(world.http, await world.send("GET", address))
        if words in page.text or any(words in label for label in page.labels):
            return page
        assert time.monotonic() < deadline, f"waited for {words!r} on {page.text}"
        await asyncio.sleep(0.05)


async def press(world: World, page: Page, label: str, awaited: str, *, source: str = "page") -> Page:
    """Press a button of a page, and wait for what comes then."""
    form, name, value = _button(page, label)
    address = urljoin(str(page.response.url), form.action)
    answer = await world.send("POST", address, data={**form.hidden, **({name: value} if name else {})})
    world.posted[source] += 1
    return await opened(world, answer.url.raw_path.decode(), awaited)


def _button(page: Page, label: str) -> tuple[Form, str, str]:
    for form in page.reader.forms:
        if label in form.buttons:
            return form, *form.buttons[label]
    raise AssertionError(f"no button {label!r}; there are {page.labels}")


async def mail_link(world: World, name: str, label: str) -> str | None:
    """The link of this label in the newest mail to somebody; None when that mail was lost with the server."""
    address = f"{name}@mail.example"
    deadline, calm = time.monotonic() + PATIENCE, 0
    while not world.box.to(address):
        world.check()
        assert time.monotonic() < deadline, f"no mail comes to {address}"
        if world.death is not None and await world.at_rest():
            calm += 1
            if calm == 3:
                world.waited_in_vain.append("the mail")
                return None
        await asyncio.sleep(0.03)
    return mail_links(world.box.to(address)[-1])[label]
