"""Mails as axe-core sees them in a browser: nothing that keeps somebody from reading or tapping, by day and by night.

What axe asks of a whole page (landmarks, a first heading) is asked of no mail: the client around it has them.
"""

from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from bot.channels.email import compose
from flows.messages import Message
from flows.words import LANGUAGES
from tests.bot.channels.email.samples import SHOP, TEXTS, offer, outgoing, question, staff
from tests.bot.channels.email.test_outlook import PRODUCT, SCALE
from tests.edge.smtp import html

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ['violations'], rules: {
  'landmark-one-main': {enabled: false}, 'page-has-heading-one': {enabled: false}, 'region': {enabled: false},
}})).violations.map(one => one.id + ': ' + one.nodes[0].html.slice(0, 200))"""
MAILS = {language: question(language) for language in LANGUAGES} | {"offer": offer(), "staff": staff(), "scale": SCALE}


@pytest.mark.parametrize("message", MAILS.values(), ids=MAILS)
async def test_no_mail_has_a_violation(browser: Browser, tmp_path: Path, message: Message) -> None:
    file = tmp_path / "mail.html"
    file.write_text(html(compose(outgoing(message, product=PRODUCT), SHOP, TEXTS)), encoding="utf-8")
    page = await browser.new_page()
    found: dict[tuple[int, Any], list[str]] = {}
    schemes: tuple[Any, ...] = ("light", "dark")
    for width, scheme in product((320, 600), schemes):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme=scheme)
        await page.goto(file.as_uri())
        await page.evaluate(AXE)
        if wrong := await page.evaluate(RUN):
            found[width, scheme] = wrong
    assert found == {}
