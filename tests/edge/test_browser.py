"""The browser of the tests runs and reaches loopback."""

import pytest
from playwright.async_api import Browser

from tests.edge.wire import HttpServer, Reply, Request


@pytest.mark.browser
async def test_the_browser_shows_a_page_of_loopback(browser: Browser, free_port: int) -> None:
    async def page(_: Request) -> Reply:
        return Reply(body=b"<!doctype html><h1>Szia</h1>", content_type="text/html; charset=utf-8")

    server = HttpServer(page, free_port)
    await server.open()
    try:
        tab = await browser.new_page()
        await tab.goto(f"http://127.0.0.1:{free_port}/")
        assert await tab.inner_text("h1") == "Szia"
    finally:
        await server.close()
