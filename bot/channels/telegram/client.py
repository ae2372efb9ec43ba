"""The client of the Bot API. Its Bot is never initialised, because that would ask the network."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
from telegram import Bot

from bot.channels.telegram.request import Patience, Request, form

CONNECTIONS: Final = 64

# Their loggers write addresses, and those hold the token; or texts, and those are personal.
TALKATIVE: Final = ("aiohttp", "httpx", "httpcore", "telegram")


class Client(Bot):
    """A Bot whose description does not tell its token."""

    def __repr__(self) -> str:
        """Only what it is: tracebacks and debuggers show this."""
        return "Client()"

    async def call(self, method: str, **values: str) -> Any:
        """The result of a call as it came, a value of JSON; parameters that are no text are given as JSON.

        Raises what python-telegram-bot raises, and what Request does. Unlike the library's own methods it makes no
        objects of the answer, which would take most of the time of a call.
        """
        return await self.request.post(f"{self.base_url}/{method}", form(values))


@asynccontextmanager
async def connect(token: str, api_url: str) -> AsyncIterator[Client]:
    """A client for this bot at this server (no slash at the end); its connections are closed at the end.

    Nothing is asked of the network here, so that a server that is down does not keep Holdback from starting.
    """
    hush()
    trusted = httpx.create_ssl_context()  # reading the certificates of the world takes its time: once for both
    requests = [Request(size, Patience(), trusted) for size in (2, CONNECTIONS)]
    try:
        yield Client(token, base_url=f"{api_url}/bot", get_updates_request=requests[0], request=requests[1])
    finally:
        for request in requests:
            await request.shutdown()


def hush() -> None:
    """Keep the client libraries from logging addresses and texts, at any level of our own."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
