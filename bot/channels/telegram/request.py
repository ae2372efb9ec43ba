"""How calls of the Bot API travel: over aiohttp, and with errors that say whether anything can have left the house."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

LONGEST_WAIT: Final = 7 * 24 * 3600.0
"""Seconds; nothing is put off for longer, whatever the other side asks."""

IDLE: Final = 5.0
"""Seconds for which a connection is kept: one that the other side closes just then makes an outcome unknown."""

_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}


class NotSent(NetworkError):
    """Certainly nothing has left the house: no connection could be made, or (`busy`) none was free."""

    def __init__(self, how: str, *, busy: bool = False) -> None:
        super().__init__(f"not sent ({how})")
        self.busy = busy


class Lost(NetworkError):
    """The call was on its way when the connection failed: nobody can know what became of it."""

    def __init__(self, how: str) -> None:
        super().__init__(f"no answer ({how})")
        self.how = how


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


def form(values: Mapping[str, str]) -> RequestData:
    """Parameters of a call that are text already, as they go over the wire: lists and objects as JSON."""
    return RequestData([RequestParameter(name, text, None) for name, text in values.items()])


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a connection, for the next bytes of an answer, for a connection to become free."""

    connect: float = 10.0
    read: float = 20.0
    pool: float = 5.0


class Request(BaseRequest):
    """Carries calls, at most so many at once, and looks at each answer before python-telegram-bot does.

    That makes NetworkError, thus "who knows", of a 429 without `retry_after`, takes a 403 of any proxy for Telegram's,
    and logs the body of an answer that it cannot read. Files cannot be sent.
    """

    def __init__(self, connections: int, patience: Patience, trusted: SSLContext | None = None) -> None:
        """Makes no connection yet. `trusted`: whose word on certificates counts, else that of this machine's own."""
        self._free = asyncio.Semaphore(connections)
        self._patience, self._trusted = patience, trusted
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for the next bytes of an answer."""
        return self._patience.read

    async def initialize(self) -> None:
        """Be ready; asks nothing of the network."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, ssl=self._trusted or True, keepalive_timeout=IDLE)
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar)

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - nothing we write is long
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - always ours
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - always ours
    ) -> tuple[int, bytes]:
        """The status and the body. Raises NotSent, Lost, TooManyRequests, NotTelegram."""
        read = self._patience.read if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        body = json.dumps(request_data.json_parameters if request_data else {}).encode()
        await self._wait_for_room()
        try:
            code, payload = await self._ask(url, method, body, read)
        except Exception as error:  # noqa: BLE001 - whatever it was, its words may hold the address, and that the token
            raise told(error) from None
        finally:
            self._free.release()
        _look_at(code, payload)
        return code, payload

    async def _wait_for_room(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(self._patience.pool):
                await self._free.acquire()
        except TimeoutError:
            raise NotSent("all connections are busy", busy=True) from None

    async def _ask(self, url: str, method: str, body: bytes, read: float | None) -> tuple[int, bytes]:
        await self.initialize()
        assert self._session is not None  # noqa: S101 - just made
        patience = aiohttp.ClientTimeout(total=None, sock_connect=self._patience.connect, sock_read=read)
        # Never after a redirect: the call would be made twice, and its words be told to somebody else.
        async with self._session.request(
            method,
            url,
            data=body,
            headers=_HEADERS,
            timeout=patience,
            allow_redirects=False,
            proxy=proxy_for(url.partition("/bot")[0]),
        ) as answer:
            return answer.status, await answer.read()


@lru_cache
def proxy_for(place: str) -> str | None:
    """The proxy that this machine's settings (HTTPS_PROXY, NO_PROXY and so on) name for a place: scheme and host."""
    parts = urlsplit(place)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    named = getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    return proxy if proxy and proxy.startswith(("http://", "https://")) else None


def told(error: Exception) -> NotSent | Lost:
    """What an error of the connection means; only its kind is kept.

    Certain is only what happened before the first byte of the call: a name not found, no connection, no proxy, no
    trust, an address that is none. An error of the socket itself may come at any moment.
    """
    kind = type(error).__name__
    match error:
        case (
            aiohttp.ClientConnectorError()
            | aiohttp.ConnectionTimeoutError()
            | aiohttp.ClientHttpProxyError()
            | aiohttp.InvalidURL()
        ):
            return NotSent(kind)
        case _:
            return Lost(kind)


def _look_at(code: int, payload: bytes) -> None:
    answer = _read(payload)
    if code == 429:
        raise TooManyRequests(_retry_after(answer or {}))
    if answer is None or (200 <= code <= 299 and "result" not in answer):
        raise NotTelegram(code)


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
