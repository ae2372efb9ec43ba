"""The outside world as fixtures: Telegram, a mail server, a browser, a free port."""

import shutil
import socket
import subprocess
import time
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


START = 30.0
"""Seconds chromium may take to start."""


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


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a chromium that runs as long as the tests do; skips when there is none on this machine."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine; install it (Debian: apt install chromium)")
    folder = tmp_path_factory.mktemp("chromium")
    command = [program, *CHROMIUM, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://{HOST}:{_port_of(folder / 'DevToolsActivePort', process)}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _port_of(file: Path, process: "subprocess.Popen[bytes]") -> int:
    """The port chromium says it listens on, once it does."""
    deadline = time.monotonic() + START
    while not (file.exists() and file.read_text().strip()):
        assert process.poll() is None, f"chromium ended with {process.returncode} before it could be used"
        assert time.monotonic() < deadline, f"chromium did not start within {START} seconds"
        time.sleep(0.02)
    return int(file.read_text().split()[0])


@pytest_asyncio.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """The running chromium (playwright's async API); every context and page of this test is gone after it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        yield browser
        await browser.close()
