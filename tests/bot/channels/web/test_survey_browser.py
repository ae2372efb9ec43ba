"""The survey page as people meet it: with and without scripts, in both directions, by keyboard, on a phone."""

from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from bot.runtime import envelopes
from storage.inbox import RawInput
from tests.bot.channels.web.place import Place, served
from tests.bot.web.test_look import FAINT, SMALL, WIDE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "direction"), [pytest.param("en", "ltr", marks=pytest.mark.slow), ("ar", "rtl")])
async def test_without_scripts_a_conversation_goes_from_a_mail_to_a_code(
    place: Place, browser: Browser, language: str, direction: str
) -> None:
    path = await place.path(await place.somebody(language=language))
    async with served(place.app) as address:
        phone = await browser.new_context(
            java_script_enabled=False, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
        )
        page = await phone.new_page()
        await page.goto(f"{address}{path}?a=price&v=1")
        await expect(page.locator("html")).to_have_attribute("dir", direction)
        await page.locator(".confirm .primary").tap()
        await page.wait_for_url(f"{address}{path}#now")
        await page.locator("textarea").fill("?" if language == "en" else "؟")
        await page.locator(".composer button").tap()
        await expect(page.locator(".bubble.them")).to_have_count(2)
        await page.locator(".chip").first.tap()
        await expect(page.locator(".code")).to_be_visible()
        (grant,) = await place.rows("grants")
        await expect(page.locator(".code")).to_have_text(grant.code)
        assert await page.evaluate(WIDE) <= 0
        await page.locator(".chip").first.tap()
        await expect(page.locator("textarea")).to_have_count(0)
        await expect(page.locator(".code")).to_have_text(grant.code)
        await phone.close()
    assert len(await place.rows("grants")) == 1


@pytest.mark.slow
async def test_with_the_keyboard_alone_an_answer_is_given_and_the_new_question_is_next(
    place: Place, browser: Browser
) -> None:
    path = await place.path(await place.somebody())
    async with served(place.app) as address:
        page = await browser.new_page()
        await page.goto(address + path)
        for _ in range(30):
            await page.keyboard.press("Tab")
            if await page.evaluate("() => document.activeElement.value") == "price":
                break
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{address}{path}#now")
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        await expect(page.get_by_role("heading", level=1)).to_have_text("What price would feel right to you?")
        await page.keyboard.press("Tab")
        await expect(page.locator(".chip").first).to_be_focused()
        await page.close()


@pytest.mark.slow
async def test_a_persons_words_appear_by_themselves_and_unsent_words_stay(place: Place, browser: Browser) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="!person")
    conversation = (await place.rows("conversations"))[0].uid
    async with served(place.app) as address:
        page = await browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        await page.clock.install()
        await page.goto(address + path)
        await page.locator("textarea").fill("I was just about to")
        payload = envelopes.staff_action(conversation, "say", "anna@nordlys.example", "Hello, Anna here.")
        rows = await place.house.intake.put_many([RawInput("staff", "1", f"conversation:{conversation}", payload)])
        assert await place.house.intake.settled(rows[0])
        await page.clock.run_for(4500)
        await expect(page.locator("#log .bubble.staff")).to_contain_text("Hello, Anna here.")
        await expect(page.locator("#who")).to_have_text("A person at Atelier Nordlys is writing with you.")
        await expect(page.locator("textarea")).to_have_value("I was just about to")
        await page.clock.run_for(9000)
        await expect(page.locator("#log .bubble.staff")).to_have_count(1)
        assert said == []
        await page.close()


@pytest.mark.parametrize(
    ("theme", "language"),
    [
        ("light", "ar"),
        *(pytest.param("light", language, marks=pytest.mark.slow) for language in ("en", "ja")),
        *(pytest.param("dark", language, marks=pytest.mark.slow) for language in ("en", "ar", "ja")),
    ],
)
async def test_every_page_fits_reads_well_and_is_easy_to_tap(
    place: Place, browser: Browser, theme: Literal["light", "dark"], language: str
) -> None:
    place.house.bot_name = "nordlys_bot"
    async with served(place.app) as address:
        phone = await browser.new_context(color_scheme=theme, reduced_motion="reduce", has_touch=True)
        page = await phone.new_page()
        for path in await pages(place, language):
            await page.goto(address + path)
            assert await page.evaluate(FAINT) == [], path
            assert await page.evaluate(SMALL) == [], path
            for width in (320, 360, 768, 1440):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate(WIDE) <= 0, (path, width)
        await phone.close()


async def pages(place: Place, language: str) -> list[str]:
    """Every kind of page, with a very long name."""
    long_name = "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung"
    fresh, offered = [await place.somebody(language=language, product_name=long_name) for _ in range(2)]
    path, second = await place.path(fresh), await place.path(offered)
    await place.answer(second, option="price")
    await place.answer(second, option="up_to_10", visit="2")
    choices = await place.path(fresh, "preferences")
    wrong = f"/s/{'x' * 32}?lang={language}"
    return [path, f"{path}?a=price&v=1", second, choices, f"{choices}/delete", f"/privacy?lang={language}", wrong]


@pytest.mark.slow
async def test_the_code_is_copied_with_one_press(place: Place, browser: Browser) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    await place.answer(path, option="up_to_10", visit="2")
    async with served(place.app) as address:
        context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        await page.goto(address + path)
        await page.get_by_role("button", name="Copy").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        (grant,) = await place.rows("grants")
        assert await page.evaluate("() => navigator.clipboard.readText()") == grant.code
        await context.close()
