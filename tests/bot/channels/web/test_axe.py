"""The pages of prospects as axe-core sees them in a real browser: no violation, by day and night, on phone and desktop.

axe-core is under the MPL-2.0 and comes with a package of the tests only; nothing that is shipped holds it.
"""

from datetime import timedelta
from importlib.resources import files
from itertools import product
from typing import Any

import pytest
from playwright.async_api import Browser

from storage import links, pauses, prospects
from storage.database import Tx
from tests.bot.channels.web.place import Place, served

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


async def paths(place: Place, language: str) -> dict[str, str]:
    """Every page of a prospect, by its name."""
    who = await place.somebody(language=language, price="49.00", currency="EUR", product_url="https://shop.example/b")
    survey, preferences = await place.path(who), await place.path(who, "preferences")
    secret, now = place.house.context.secret, place.house.clock.now()
    confirm = await place.house.database.transact(lambda tx: links.token_for(tx, secret, "confirm", who, None, now))
    paused = await place.somebody(language=language)

    async def pause(tx: Tx) -> None:
        await prospects.bind(tx, paused, "telegram", f"{paused}", via="test", now=now)
        await pauses.pause(tx, paused, now + timedelta(days=30))

    await place.house.database.transact(pause)
    talking = await place.path(await place.somebody(language=language))
    await place.answer(talking, option="price")
    return {
        "the first question": survey,
        "an answer to confirm": f"{survey}?a=price&v=1",
        "a conversation": talking,
        "choices": preferences,
        "paused": f"{await place.path(paused, 'preferences')}?done=saved",
        "stopped": f"{preferences}?done=stop",
        "deleting": f"{preferences}/delete",
        "confirming": f"/c/{confirm}",
        "privacy": f"/privacy?lang={language}",
        "a wrong link": "/s/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    }


async def violations(browser: Browser, address: str, width: int, scheme: Any) -> list[str]:
    page = await browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        await page.goto(address)
        await page.evaluate(AXE)
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}"
            for one in await page.evaluate(RUN)
        ]
    finally:
        await page.close()


@pytest.mark.parametrize(
    ("language", "name", "width", "scheme"),
    [("en", "the first question", 390, "light"), ("ar", "paused", 320, "dark")],
)
async def test_a_sample_of_the_pages_has_no_violation(
    place: Place, browser: Browser, language: str, name: str, width: int, scheme: str
) -> None:
    path = (await paths(place, language))[name]
    async with served(place.app) as address:
        assert await violations(browser, address + path, width, scheme) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es", "fr", "ja", "ar", "hu", "cs"])
async def test_no_page_has_a_violation(place: Place, browser: Browser, language: str) -> None:
    found: dict[str, list[str]] = {}
    async with served(place.app) as address:
        for name, path in (await paths(place, language)).items():
            for width, scheme in product((320, 390, 1280), ("light", "dark")):
                if wrong := await violations(browser, address + path, width, scheme):
                    found[f"{name}, {width}, {scheme}"] = wrong
    assert found == {}
