"""The outside world as fixtures: Telegram, a mail server, a browser, a free port."""

import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.edge.smtp import Certificate, Mailbox, ScriptedSMTP, make_certificate
from tests.edge.telegram import FakeTelegram
from tests.edge.wire import HOST

CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    """A running Bot API server with nobody on it yet."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A running mail server that takes everything, without login or TLS."""
    with Mailbox() as box:
        yield box


@pytest_asyncio.fixture
async def scripted_smtp() -> AsyncIterator[ScriptedSMTP]:
    """A running mail server that breaks where it is told to."""
    async with ScriptedSMTP() as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for loopback; skips when there is no openssl to make it."""
    folder: Path = tmp_path_factory.mktemp("certificate")
    try:
        return make_certificate(folder)
    except LookupError as error:
        pytest.skip(str(error))


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A running chromium (playwright's async API); skips when there is none on this machine."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium on this machine; install it (Debian: apt install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        await browser.close()
