"""The console in a real browser: signing in, the desk at work, keys, and nothing that the policy forbids."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, expect

from bot.house import House
from storage import conversations
from tests.bot.console.asking import PASSWORD
from tests.bot.console.sample import Street
from tests.bot.console.stand import link_for, served

pytestmark = pytest.mark.browser

NASTY = (
    "<script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    "<svg onload=window.hurt=1>",
    '"><script>window.hurt=1</script>',
    "'><script>window.hurt=1</script>",
    "</textarea><script>window.hurt=1</script>",
    "</title><script>window.hurt=1</script>",
    "</script><script>window.hurt=1</script>",
    "<iframe srcdoc='<script>parent.hurt=1</script>'>",
    "<body onload=window.hurt=1>",
    "<a href='javascript:window.hurt=1'>x</a>",
    "javascript:window.hurt=1",
    "data:text/html,<script>window.hurt=1</script>",
    "<details open ontoggle=window.hurt=1>",
    "<video><source onerror=window.hurt=1></video>",
    "<math><mtext><img src onerror=window.hurt=1></math>",
    "<style>@import 'javascript:window.hurt=1'</style>",
    "<form action=javascript:window.hurt=1><button autofocus>",
    "<input autofocus onfocus=window.hurt=1>",
    "<object data=javascript:window.hurt=1>",
    "<embed src=javascript:window.hurt=1>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hurt=1'>",
    "<base href=javascript:window.hurt=1//>",
    "<template><script>window.hurt=1</script></template>",
    "<div hx-get='/console/account' hx-trigger='load'>x</div>",
    "<div hx-on:load='window.hurt=1'>x</div>",
    "{{ 7*7 }}{% raw %}",
    "${7*7}<%= 7*7 %>#{7*7}",
    "&lt;script&gt;window.hurt=1&lt;/script&gt;",
    "<!--<img src=x onerror=window.hurt=1>-->",
    "<scr\u0000ipt>window.hurt=1</scr\u0000ipt>".replace("\u0000", ""),
    "＜script＞window.hurt=1＜/script＞",
    "\u202e<b>drawkcab</b>",
    "%3Cscript%3Ewindow.hurt=1%3C/script%3E",
)


@asynccontextmanager
async def visiting(browser: Browser, app: FastAPI) -> AsyncIterator[tuple[Page, str, list[str]]]:
    """A page in a fresh browser, the address of the console, and whatever the browser complained about."""
    async with served(app) as address:
        context = await browser.new_context()
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, address, complaints
        await context.close()


async def sign_in(page: Page, address: str, link: str) -> None:
    """By a one-time link, then choosing a password."""
    await page.goto(address + link)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("The same once more").fill(PASSWORD)
    await page.get_by_role("button", name="Set this password").click()
    await expect(page.get_by_role("heading", name="Today")).to_be_visible()


async def caller(street: Street, index: int = 7) -> str:
    """Somebody who waits for a person; returns the conversation."""
    email = await street.cart(index)
    await street.wander(timedelta(hours=2))
    await street.act(email, "price")
    await street.act(email, None, "Can I talk to a person please?")
    return await street.uid(email)


@pytest.mark.slow
async def test_signing_in_by_link_out_and_in_again(house: House, app: FastAPI, browser: Browser) -> None:
    link = await link_for(house)
    async with visiting(browser, app) as (page, address, complaints):
        await sign_in(page, address, link)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await page.get_by_label("Email").fill("anna@nordlys.example")
        await page.get_by_label("Password").fill("something else entirely")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("do not fit together")).to_be_visible()
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("heading", name="Today")).to_be_visible()
        assert [one for one in complaints if "401" not in one] == []


async def test_a_conversation_is_taken_answered_and_handed_back_by_keys(
    house: House, app: FastAPI, browser: Browser, street: Street
) -> None:
    uid = await caller(street)
    async with visiting(browser, app) as (page, address, complaints):
        await sign_in(page, address, await link_for(house))
        await page.get_by_role("link", name="Answer them").or_(page.get_by_text("One person is waiting")).first.click()
        await page.wait_for_url("**/console/conversations**", wait_until="load")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Nobody has taken this yet")).to_be_visible()
        await page.keyboard.press("t")
        await expect(page.get_by_text("You hold this conversation")).to_be_visible()
        await page.get_by_label("Your message").fill("Hello, Anna here.\nHow can I help?")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".bubble.staff .said")).to_have_text("Hello, Anna here.\nHow can I help?")
        await expect(page.get_by_label("Your message")).to_have_value("")
        await street.act("person7@example.com", None, "Is the lamp dimmable?")
        await expect(page.get_by_text("Is the lamp dimmable?").last).to_be_visible(timeout=9000)
        await page.get_by_role("button", name="Hand back").click()
        await expect(page.get_by_text("Take it over to write yourself")).to_be_visible()
        assert complaints == []
    async with house.database.read() as tx:
        row = await conversations.by_uid(tx, uid)
    assert row is not None and row.held_by is None and row.needs_person is None


@pytest.mark.slow
async def test_j_and_k_walk_the_list_and_slash_searches(
    house: House, app: FastAPI, browser: Browser, street: Street
) -> None:
    for index in range(3):
        await street.cart(index)
    async with visiting(browser, app) as (page, address, complaints):
        await sign_in(page, address, await link_for(house))
        await page.goto(address + "/console/conversations?view=all")
        links = page.locator(".row-link")
        for key, at in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
            await page.keyboard.press(key)
            await expect(links.nth(at)).to_be_focused()
        await page.keyboard.press("/")
        await page.keyboard.type("camille")
        await page.keyboard.press("Enter")
        await expect(links).to_have_count(1)
        assert complaints == []


async def test_what_prospects_write_is_text_and_nothing_else(
    house: House, app: FastAPI, browser: Browser, street: Street
) -> None:
    await street.report(
        "cart_abandoned", "x@example.com", first_name=NASTY[0], last_name=NASTY[1], product_name=NASTY[2],
        city=NASTY[3], source=NASTY[4], language="en", consent_email=True,
    )  # fmt: skip
    await street.wander(timedelta(hours=2))
    await street.act("x@example.com", "other")
    for text in NASTY:
        await street.act("x@example.com", None, text)
    uid = await street.uid("x@example.com")
    async with visiting(browser, app) as (page, address, complaints):
        await sign_in(page, address, await link_for(house))
        for path in (f"conversations/{uid}", "conversations?view=all", "answers", "barriers?by=source", "", "staff"):
            await page.goto(f"{address}/console/{path}")
            assert await page.evaluate("window.hurt") is None, path
        await page.goto(f"{address}/console/conversations/{uid}")
        shown = await page.locator(".bubble.them .said").all_text_contents()
        assert [text for text in NASTY if text not in shown] == []
        assert complaints == []


@pytest.mark.parametrize("width", [360, *(pytest.param(width, marks=pytest.mark.slow) for width in (768, 1440))])
@pytest.mark.slow
async def test_no_page_is_wider_than_the_screen(
    house: House, app: FastAPI, browser: Browser, street: Street, width: int
) -> None:
    uid = await caller(street, 4)
    async with visiting(browser, app) as (page, address, complaints):
        await sign_in(page, address, await link_for(house))
        await page.set_viewport_size({"width": width, "height": 800})
        names = ("", "conversations", f"conversations/{uid}", f"conversations/{uid}?open=side", "barriers?by=product")
        for path in (*names, "barriers", "answers", "offers", "staff", "account", "password"):
            await page.goto(f"{address}/console/{path}")
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (path, over)
        assert complaints == []


@pytest.mark.slow
async def test_everything_works_without_a_script(house: House, app: FastAPI, browser: Browser, street: Street) -> None:
    uid = await caller(street)
    async with served(app) as address:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await sign_in(page, address, await link_for(house))
        await page.goto(f"{address}/console/conversations/{uid}")
        await page.get_by_role("button", name="Take over").click()
        await page.get_by_label("Your message").fill("Without a script")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".bubble.staff .said")).to_have_text("Without a script")
        await page.get_by_role("button", name="Hand back").click()
        await expect(page.get_by_text("Take it over to write yourself")).to_be_visible()
        await page.goto(f"{address}/console/")
        await expect(page.get_by_text("What holds people back").first).to_be_visible()
        await context.close()
