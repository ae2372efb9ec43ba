"""The body of a request: no larger and no slower than allowed, whoever reads it."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOO_LARGE: Final = "What was sent is larger than this address accepts. Send less at once, or split the file."
TOO_SLOW: Final = "What was sent came too slowly, or stopped half way. Send it again."
HANG_UP: Final = {"connection": "close"}
"""What is left of a refused body is not waited for."""
COME_AGAIN: Final = {"retry-after": "5"}
"""Seconds after which to ask again, while there is no room or the database is away."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How slowly a body may come: after `stall` seconds without anything it is given up.

    Every `rate` bytes win back a second: so a large file may take long on a slow line, and a trickle may not.
    """

    stall: float = 20.0
    rate: float = 500.0


PACE: Final = Pace()
"""As slowly as anybody may send."""


class LimitedBody:
    """Watches the body while the application reads it, and answers in its place when it is too large or too slow.

    Only time in which the application waits for the caller counts.
    """

    def __init__(self, receive: Receive, send: Send, limit: int, pace: Pace) -> None:
        self._receive, self._send = receive, send
        self._left, self._pace = limit, pace
        self._credit, self._more = pace.stall, True
        self._refusal: tuple[int, str] | None = None
        self._started = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Run `app`; what it raises or answers after the body was refused is replaced by the refusal."""
        try:
            await app(scope, self.receive, self.send)
        except Exception:
            if self._refusal is None or self._started:
                raise
        if self._refusal is not None and not self._started:
            self._started = True
            status, words = self._refusal
            await PlainTextResponse(words, status, HANG_UP)(scope, self._receive, self._send)

    async def receive(self) -> Message:
        """The next part of the body; a disconnect once it is refused, so that nobody reads on."""
        if self._refusal is not None:
            return {"type": "http.disconnect"}
        if not self._more:
            return await self._receive()  # what comes now is that the caller goes: for that, anybody may wait
        message = await self._in_time()
        if message["type"] == "http.request":
            self._more = message.get("more_body", False)
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                return self._refuse(413, TOO_LARGE)
        return message

    async def _in_time(self) -> Message:
        try:
            async with asyncio.timeout(self._credit) as waiting:
                message = await self._receive()
        except TimeoutError:
            return self._refuse(408, TOO_SLOW)
        unused = (waiting.when() or 0.0) - asyncio.get_running_loop().time()
        self._credit = min(unused + len(message.get("body", b"")) / self._pace.rate, self._pace.stall)
        return message

    def _refuse(self, status: int, words: str) -> Message:
        self._refusal = status, words
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Pass the answer on, except one that comes after the body was refused."""
        if self._refusal is not None and not self._started:
            return
        self._started = True
        await self._send(message)
