"""The client of the Bot API. Its Bot is never initialised, because that would ask the network."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

CONNECTIONS: Final = 64
CONNECT, READ, WRITE, POOL = 10.0, 20.0, 10.0, 5.0
"""Seconds for a connection, for the next bytes, for writing, for a free connection."""

LONGEST_WAIT: Final = 7 * 24 * 3600.0
"""Seconds; nothing is put off for longer, whatever the other side asks."""

# Their loggers write addresses, and those hold the token; or texts, and those are personal.
TALKATIVE: Final = ("httpx", "httpcore", "telegram")


class TooManyRequests(TelegramError):
    """429: certainly not done. `seconds` is how long to wait, None when Telegram did not say."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class NotTelegram(TelegramError):
    """Somebody in between answered: a proxy, a gateway, a login page. `code` is the HTTP status."""

    def __init__(self, code: int) -> None:
        super().__init__(f"answer {code} does not come from the Bot API")
        self.code = code


class Request(HTTPXRequest):
    """Looks at the answer before python-telegram-bot does.

    That makes NetworkError, thus "who knows", of a 429 without `retry_after`, takes a 403 of any proxy for Telegram's,
    and logs the body of an answer that it cannot read.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """The status and the body. Raises TooManyRequests, NotTelegram, and what python-telegram-bot raises."""
        code, payload = await super().do_request(*args, **kwargs)
        answer = _read(payload)
        if code == 429:
            raise TooManyRequests(_retry_after(answer or {}))
        if answer is None or (200 <= code <= 299 and "result" not in answer):
            raise NotTelegram(code)
        return code, payload


class Client(Bot):
    """A Bot whose description does not tell its token."""

    def __repr__(self) -> str:
        """Only what it is: tracebacks and debuggers show this."""
        return "Client()"


@asynccontextmanager
async def connect(token: str, api_url: str) -> AsyncIterator[Client]:
    """A client for this bot at this server (no slash at the end); its connections are closed at the end.

    Nothing is asked of the network here, so that a server that is down does not keep Holdback from starting.
    """
    hush()
    trusted = httpx.create_ssl_context()  # reading the certificates of the world takes its time: once for both
    requests = [
        Request(
            size,
            read_timeout=READ,
            write_timeout=WRITE,
            connect_timeout=CONNECT,
            pool_timeout=POOL,
            httpx_kwargs={"verify": trusted},
        )
        for size in (2, CONNECTIONS)
    ]
    try:
        yield Client(token, base_url=f"{api_url}/bot", get_updates_request=requests[0], request=requests[1])
    finally:
        for request in requests:
            await request.shutdown()


def hush() -> None:
    """Keep the client libraries from logging addresses and texts, at any level of our own."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _read(payload: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and "ok" in value else None


def _retry_after(answer: dict[str, Any]) -> float | None:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return min(float(seconds), LONGEST_WAIT) if seconds >= 0 else None
