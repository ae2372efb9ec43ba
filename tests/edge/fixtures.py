"""The fixtures of tests/conftest.py."""

import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.edge.telegram import FakeTelegram
from tests.edge.wire import HOST


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
