"""The demo pages: a way in for everybody on this machine, letters that are shut in, and nothing of it elsewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient
from playwright.async_api import Browser, expect

from bot.demo import pages
from bot.demo.door import Demo
from bot.house import House, open_house
from bot.runtime.ports import Delivered, Outgoing
from bot.settings import Settings
from flows.messages import Button, Message, Prompt
from tests.bot.channels.web.place import ADDRESS, pages_of, served
from tests.bot.web.asking import asking
from tests.bot.web.test_look import FAINT, SMALL, WIDE

DOORS = ("/demo/prospect", "/demo/console", "/mailbox", "/mailbox/1", "/mailbox/1/html")


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(Settings(home_dir=tmp_path, shop_name="Kettle & Leaf")) as opened:
        yield opened


@pytest.fixture
def app(house: House) -> FastAPI:
    return demo(house)


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with asking(app, ADDRESS) as opened:
        yield opened


def demo(house: House, **changes: object) -> FastAPI:
    """The pages of a demo; `changes` are other settings."""
    house.settings = house.settings.model_copy(update=changes)
    app = pages_of(house, pages.ROOM)
    app.include_router(pages.router(house, demo=True))
    return app


async def send_letter(house: House, first_name: str = "Anna") -> int:
    """One letter in the mailbox, with a question; returns its number."""
    prospect = await house.database.transact(lambda tx: Demo(house)._visitor(tx, "en"))
    buttons = (Button("price", "The price"), Button("!stop", "Please stop"))
    message = Message(
        "question", "en", ("<script>alert(1)</script>", "What held you back?"), Prompt("barrier", 1, buttons)
    )
    links = await house.links(prospect)
    outgoing = Outgoing(
        7, "anna@example.com", "question", message, None, None, house.clock.now(), first_name, None, links
    )
    assert house.mailbox is not None
    assert isinstance(await house.mailbox.send(outgoing), Delivered)
    return 7


async def test_the_start_page_leads_to_everything(client: AsyncClient) -> None:
    page = (await client.get("/")).text
    assert "Kettle &amp; Leaf" in page and "日本語" in page and "@BotFather" in page
    for door in ('action="/demo/prospect"', 'action="/demo/console"', 'href="/mailbox"'):
        assert door in page


async def test_a_visitor_lands_on_a_survey_page_in_the_chosen_language(client: AsyncClient) -> None:
    to = await client.post("/demo/prospect", data={"language": "ar"})
    assert to.status_code == 303 and to.headers["location"].startswith("/s/")
    survey = await client.get(to.headers["location"])
    assert '<html lang="ar" dir="rtl">' in survey.text and survey.text.count('class="chip"') == 13
    assert (await client.post("/demo/prospect", data={"language": "xx"})).status_code == 303


async def test_the_owner_comes_in_without_a_password_that_anybody_knows(house: House, client: AsyncClient) -> None:
    for _ in range(2):
        opened = await client.post("/demo/console")
        assert opened.headers["location"] == "/console/" and "HttpOnly" in opened.headers["set-cookie"]
    foreign = await client.post("/demo/console", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


async def test_letters_are_listed_and_read_in_three_ways(house: House, client: AsyncClient) -> None:
    assert "No mail yet" in (await client.get("/mailbox")).text
    number = await send_letter(house)
    listed = (await client.get("/mailbox")).text
    assert f'href="/mailbox/{number}"' in listed and "anna@example.com" in listed
    page = await client.get(f"/mailbox/{number}")
    assert (
        f'<iframe src="/mailbox/{number}/html"' in page.text
        and "frame-src 'self'" in page.headers["content-security-policy"]
    )
    assert "What held you back?" in (await client.get(f"/mailbox/{number}?form=text")).text
    source = (await client.get(f"/mailbox/{number}?form=source")).text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in source
    for wrong in ("8", "-7", "x", "7" * 30, "..%2f7"):
        assert (await client.get(f"/mailbox/{wrong}")).status_code == 404
        assert (await client.get(f"/mailbox/{wrong}/html")).status_code == 404


async def test_a_letter_runs_no_script_and_loads_nothing(house: House, client: AsyncClient) -> None:
    letter = await client.get(f"/mailbox/{await send_letter(house)}/html")
    policy = letter.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "script-src" not in policy and "sandbox" in policy
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert "<script>" not in letter.text


async def test_a_server_that_others_can_reach_has_none_of_it(house: House) -> None:
    public = demo(house, bind="0.0.0.0:8000", shop_url="https://kettle.example")
    async with asking(public, ADDRESS) as client:
        root = await client.get("/")
        assert (root.status_code, root.headers["location"]) == (302, "https://kettle.example")
        for door in DOORS:
            assert (await client.get(door)).status_code == 404
            assert (await client.post(door)).status_code == 404


async def test_without_a_website_the_root_is_a_quiet_page(house: House) -> None:
    async with asking(demo(house, bind="0.0.0.0:8000"), ADDRESS) as client:
        assert "Nothing to see here" in (await client.get("/")).text


@pytest.mark.browser
async def test_the_buttons_of_a_letter_open_the_survey(house: House, app: FastAPI, browser: Browser) -> None:
    async with served(app) as address:
        house.settings = house.settings.model_copy(update={"public_url": address})
        number = await send_letter(house)
        page = await browser.new_page()
        await page.goto(f"{address}/mailbox/{number}")
        async with page.context.expect_page() as opened:
            await page.frame_locator("iframe").get_by_role("link", name="The price").click()
        survey = await opened.value
        await expect(survey.locator(".choice-made")).to_have_text("The price")
        await page.context.close()


@pytest.mark.browser
@pytest.mark.slow
async def test_the_pages_fit_and_read_well(house: House, app: FastAPI, browser: Browser) -> None:
    number = await send_letter(house)
    async with served(app) as address:
        for theme in ("light", "dark"):
            context = await browser.new_context(color_scheme=theme, reduced_motion="reduce", has_touch=True)
            page = await context.new_page()
            for path in ("/", "/mailbox", f"/mailbox/{number}", f"/mailbox/{number}?form=source"):
                await page.goto(address + path)
                assert await page.evaluate(FAINT) == [], path
                for width in (320, 768, 1440):
                    await page.set_viewport_size({"width": width, "height": 800})
                    assert await page.evaluate(WIDE) <= 0, (path, width)
                assert await page.evaluate(SMALL) == [], path
            await context.close()
