"""What people really see, in a real browser: every page shape, in three scripts, two themes and three widths."""

import itertools
import re
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bot.web.gallery import PAGES, WIDTHS, gallery_app, running
from tests.bot.web.words import WORDS

pytestmark = pytest.mark.browser
Theme = Literal["light", "dark"]

# Text whose contrast with the ground below it is under WCAG 2.2 AA (4.5, or 3 for large text).
FAINT = """() => {
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    paint.clearRect(0, 0, 1, 1);
    for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => {
      const share = part / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
  };
  const light = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const grounds = (element) => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.unshift(getComputedStyle(at).backgroundColor);
    return found;
  };
  const faint = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    const said = words.currentNode.data.trim();
    if (!said || !element.checkVisibility() || element.closest("svg, script, .skip, .sr, :disabled")) continue;
    const style = getComputedStyle(element);
    const below = grounds(element);
    const both = [light(over(below)), light(over([...below, style.color]))].sort((a, b) => a - b);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (both[1] + 0.05) / (both[0] + 0.05);
    if (ratio < needed) faint.push(`${ratio.toFixed(2)} ${element.className} ${said.slice(0, 40)}`);
  }
  return faint;
}"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll(
    "a.button, button, .input, .chip, .tabs a, .console-nav a, .row-link, summary, .choice")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
  .map((one) => `${one.tagName}.${one.className} ${one.getBoundingClientRect().height}`)"""
RING = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return true;
  const style = getComputedStyle(focused.closest(".composer, .door") ?? focused);
  return (parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none") || style.boxShadow !== "none";
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(gallery_app()) as url:
        yield url


@pytest_asyncio.fixture
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """A page that must neither complain on its console nor break a rule of the security policy."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    await page.close()
    assert said == []


async def test_every_page_fits_and_reads_well(address: str, tab: Page) -> None:
    for shape, language in zip(PAGES, itertools.cycle(WORDS), strict=False):
        await fits_and_reads_well(address, tab, shape, language)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", PAGES)
async def test_every_page_fits_and_reads_well_in_every_script(
    address: str, tab: Page, shape: str, theme: Theme
) -> None:
    await tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for language in WORDS:
        await fits_and_reads_well(address, tab, shape, language)


async def fits_and_reads_well(address: str, tab: Page, shape: str, language: str) -> None:
    await tab.goto(f"{address}/gallery/{language}/{shape}")
    assert await tab.evaluate(FAINT) == [], (shape, language)
    for width in (320, *WIDTHS):
        await tab.set_viewport_size({"width": width, "height": 800})
        assert await tab.evaluate(WIDE) <= 0, (shape, language, width)


async def test_fingers_find_every_target(address: str, browser: Browser) -> None:
    phone = await browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = await phone.new_page()
    for shape in PAGES:
        await page.goto(f"{address}/gallery/en/{shape}")
        assert await page.evaluate(SMALL) == [], shape
    await phone.close()


@pytest.mark.slow
async def test_what_has_the_focus_is_always_seen(address: str, tab: Page) -> None:
    for shape in PAGES:
        await tab.goto(f"{address}/gallery/en/{shape}")
        for _ in range(12):
            await tab.keyboard.press("Tab")
            assert await tab.evaluate(RING), await tab.evaluate("() => document.activeElement.outerHTML.slice(0, 80)")


async def test_charts_are_drawn_described_and_follow_the_theme(address: str, tab: Page) -> None:
    await tab.goto(f"{address}/gallery/ar/components")
    plots = tab.locator("[data-plot] svg")
    await expect(plots).to_have_count(5)
    first = tab.locator("[data-plot]").first
    await expect(first).to_have_attribute("dir", "ltr")
    assert len(await first.get_attribute("aria-label") or "") > 20
    light = await plots.first.inner_html()
    await tab.emulate_media(color_scheme="dark")
    await expect(tab.locator("[data-plot] svg [stroke='#5cc4b3']").first).to_be_attached()
    assert await plots.first.inner_html() != light
    await expect(tab.locator("figure[data-chart] table").first).to_be_attached()


@pytest.mark.slow
async def test_charts_follow_the_width(address: str, tab: Page) -> None:
    await tab.goto(f"{address}/gallery/en/components")
    svg = tab.locator("[data-plot] svg").first
    wide = await svg.evaluate("svg => svg.clientWidth")
    await tab.set_viewport_size({"width": 360, "height": 800})
    await expect(svg).not_to_have_attribute("width", str(wide))
    assert await svg.evaluate("svg => svg.clientWidth") < wide


@pytest.mark.slow
async def test_the_list_is_walked_with_j_and_k_and_searched_with_a_slash(address: str, tab: Page) -> None:
    await tab.goto(f"{address}/gallery/en/desk")
    rows = tab.locator("[data-item]")
    await tab.keyboard.press("j")
    await expect(rows.nth(1)).to_be_focused()
    await tab.keyboard.press("j")
    await tab.keyboard.press("k")
    await tab.keyboard.press("k")
    await tab.keyboard.press("k")
    await expect(rows.nth(0)).to_be_focused()
    await tab.keyboard.press("/")
    await expect(tab.locator("[data-search]")).to_be_focused()
    await tab.keyboard.type("j/?")
    await expect(tab.locator("[data-search]")).to_have_value("j/?")
    await tab.keyboard.press("Escape")
    await tab.keyboard.press("?")
    await expect(tab.locator("#help")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(tab.locator("#help")).to_be_hidden()


@pytest.mark.slow
async def test_a_destructive_act_asks_first(address: str, tab: Page) -> None:
    await tab.goto(f"{address}/gallery/en/components")
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.url) if "/gallery/" in request.url else None)
    await tab.get_by_role("button", name="Erase").click()
    await expect(tab.locator("#confirm")).to_contain_text("Camille is erased for good.")
    await tab.get_by_role("button", name="No, keep it").click()
    assert sent == []
    await tab.get_by_role("button", name="Erase").click()
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Yes, do it").click()
    assert "gallery/en/components?" in sent[0]


@pytest.mark.slow
async def test_times_are_told_in_the_readers_language(address: str, tab: Page) -> None:
    await tab.goto(f"{address}/gallery/ja/desk")
    moment = tab.locator("time[data-relative]").nth(1)
    await expect(moment).to_have_text(re.compile("1 ?時間前"))
    assert "Europe/Paris" in (await moment.get_attribute("title") or "")


@pytest.mark.slow
async def test_enter_sends_from_the_composer_and_shift_enter_does_not(address: str, tab: Page) -> None:
    await tab.goto(f"{address}/gallery/en/desk")
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.method) if "/gallery/" in request.url else None)
    await tab.route("**/desk", lambda route: route.fulfill(status=204))
    await tab.locator(".composer textarea").fill("Good morning")
    await tab.keyboard.press("Shift+Enter")
    assert sent == []
    async with tab.expect_request("**/desk"):
        await tab.keyboard.press("Enter")
    assert sent == ["POST"]


async def test_a_page_without_scripts_has_everything(address: str, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/gallery/en/face")
    await expect(page.get_by_role("button", name="It costs too much")).to_be_visible()
    await page.goto(f"{address}/gallery/en/components")
    await expect(page.locator("svg .now").first).to_be_visible()
    await context.close()


@pytest.mark.slow
async def test_an_error_is_a_kind_page(address: str, browser: Browser) -> None:
    page = await browser.new_page()
    answer = await page.goto(f"{address}/gallery/en/broken")
    assert answer and answer.status == 500
    await expect(page.get_by_role("heading", name="That was our fault")).to_be_visible()
    await page.close()
