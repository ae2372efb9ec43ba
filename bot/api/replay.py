"""Idempotency-Key: a request that is sent twice is carried out once, and answered the same both times."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.api.problems import Problem
from bot.house import House
from bot.runtime.failpoints import failpoint
from storage import idempotency

PRUNE_EVERY: Final = 3600.0

Carry = Callable[[str | None], Awaitable[tuple[int, Any]]]
"""Carries a request out, given the stored key, or None. Returns the status and the document; without one no body."""


class Replay:
    """Remembers answers by key. Answers hold no personal data, so they may lie here for a day."""

    def __init__(self, house: House) -> None:
        """Nothing is pruned yet."""
        self._house = house
        self._pruned = house.clock.monotonic()

    async def __call__(self, request: Request, caller: str, body: bytes, carry_out: Carry) -> Response:
        """Answer a request.

        Raises Problem: 409 while another one with the key is on its way, 422 when it was another one.
        """
        given = request.headers.get("idempotency-key")
        if given is None:
            return _answer(*await carry_out(None))
        if not 1 <= len(given) <= 255 or not given.isascii() or not given.isprintable():
            raise Problem(400, "Idempotency-Key must have 1 to 255 printable ASCII characters")
        await self._prune()
        key = _digest(f"{caller}\n{request.method} {request.url.path}\n{given}".encode())
        said = _digest(request.url.query.encode() + b"\n" + body)
        return await self._once(key, said, carry_out)

    async def _once(self, key: str, request_hash: str, carry_out: Carry) -> Response:
        database, now = self._house.database, self._house.clock.now()
        known = await database.transact(lambda tx: idempotency.claim(tx, key, request_hash, now))
        if known is not None:
            return _again(known, request_hash)
        failpoint("api.claimed")
        try:
            status, document = await carry_out(key)
            failpoint("api.carried_out")
        except BaseException:
            await database.transact(lambda tx: idempotency.give_up(tx, key))
            raise
        await database.transact(lambda tx: idempotency.finish(tx, key, status, json.dumps(document)))
        return _answer(status, document)

    async def _prune(self) -> None:
        at = self._house.clock.monotonic()
        if at - self._pruned > PRUNE_EVERY:
            self._pruned = at
            await self._house.database.transact(lambda tx: idempotency.prune(tx, self._house.clock.now()))


def _again(known: idempotency.Given, request_hash: str) -> Response:
    if known.request_hash != request_hash:
        raise Problem(422, "this Idempotency-Key came with another request before; take a new key for a new request")
    if known.status == idempotency.UNFINISHED:
        headers = {"Retry-After": "1"}
        raise Problem(409, "a request with this Idempotency-Key is on its way; try again in a second", headers=headers)
    return _answer(known.status, json.loads(known.body), {"Idempotency-Replayed": "true"})


def _answer(status: int, document: Any, headers: dict[str, str] | None = None) -> Response:
    if document is None:
        return Response(status_code=status, headers=headers)
    return JSONResponse(document, status, headers)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
