"""The doors of connected shops. A call that is not signed leaves nothing behind; one that is, is kept before 200."""

import re
from typing import Final

import structlog
from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import SecretStr

from bot.house import House
from bot.shops.told import LARGEST_BODY, Maker, NotKept, Rejection, accept
from storage import shop_news

log = structlog.get_logger("hooks")

NEWS_EVERY: Final = 60.0
"""Seconds: no oftener is it noted that a shop was heard, or refused."""

_GREETING: Final = re.compile(rb"webhook_id=\d{1,18}")
"""What WooCommerce sends, unsigned, when a webhook is saved: it wants 200, and says nothing."""


class ShopDoor:
    """The door of one kind of shop."""

    def __init__(self, house: House, maker: Maker, secret: SecretStr | None) -> None:
        """Without a secret the door is closed."""
        self._house, self._maker = house, maker
        self._secret = secret.get_secret_value() if secret is not None else None
        self._noted: dict[str, float] = {}

    async def enter(self, request: Request) -> Response:
        """Answer one call: 200 when it is kept (or known), 401 when it is not signed, 404 when no shop is connected."""
        if self._secret is None:
            setting = f"HOLDBACK_{self._maker.name.upper()}_SECRET"
            return _say(404, f"No such shop is connected here. Set {setting} to the secret it signs with.")
        body = await _read(request)
        if body is None:
            return _say(413, "The body is larger than 1 MiB.")
        if self._maker.headers.signature not in request.headers and _GREETING.fullmatch(body):
            return _say(200, "Hello.")
        now = self._house.clock.now()
        headers = {name.lower(): value for name, value in request.headers.items()}
        result = accept(self._maker, headers, body, self._secret, now)
        match result:
            case Rejection():
                log.warning("a shop's webhook was refused", shop=self._maker.name, reason=result.reason)
                await self._note("refused", result.reason)
                return _say(result.status, f"Not taken: {result.reason}.")
            case NotKept():
                await self._note("heard", f"{result.topic or 'no topic'} (not used)")
            case _:
                await self._house.intake.put_many([result])
                await self._note("heard", headers.get(self._maker.headers.topic, "")[:64])
        return Response(status_code=200)

    async def _note(self, what: shop_news.What, words: str) -> None:
        """Keep for the Connections page that this happened; strangers cannot make us write more than once a minute."""
        at = self._house.clock.monotonic()
        if at - self._noted.get(what, -NEWS_EVERY) < NEWS_EVERY:
            return
        self._noted[what] = at
        now = self._house.clock.now()
        await self._house.database.transact(lambda tx: shop_news.note(tx, self._maker.name, what, words, now))


async def _read(request: Request) -> bytes | None:
    """The body as it came, or None when it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _say(status: int, words: str) -> Response:
    return PlainTextResponse(words, status)
