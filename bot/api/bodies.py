"""Request bodies: JSON (or text that is read elsewhere), and nothing that only looks like it."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from fastapi import Request

from bot.api.problems import Problem

JSON: Final = "application/json"
MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 20
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


async def read_body(request: Request, kinds: Sequence[str] = (JSON,)) -> bytes:
    """The raw body. Raises Problem: 413 when it is too large, 415 when it is none of these kinds by its headers."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        told = "JSON" if len(kinds) == 1 else "JSON or YAML"
        wanted = " or ".join(f"Content-Type: {one}" for one in kinds[:2])
        raise Problem(415, f"send {told}, with the header {wanted}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "send the body as it is, without Content-Encoding")
    length = request.headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length[:12]) > MAX_BYTES:
        raise _too_large()
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise _too_large()
    return bytes(body)


def _too_large() -> Problem:
    return Problem(413, f"the body has more than {MAX_BYTES} bytes; send it in several requests")


def parse_json(body: bytes) -> Any:
    """Strict JSON: UTF-8, no NaN, no name twice, not too deep, nothing that cannot be stored. Numbers stay exact.

    Raises Problem (400).
    """
    text = decoded(body)
    if _depth(text) > MAX_DEPTH:
        raise _bad(f"it is nested more than {MAX_DEPTH} deep")
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
    except (ValueError, RecursionError, InvalidOperation):
        raise _bad("check commas, quotes and brackets") from None
    _storable(document)
    return document


def decoded(body: bytes) -> str:
    """The body as text. Raises Problem (400)."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "the body is not valid text: it is not UTF-8") from None


def _bad(why: str) -> Problem:
    return Problem(400, f"the body is not valid JSON: {why}")


def _depth(text: str) -> int:
    """How deep brackets go, those in strings left out: known before anything recursive looks at them."""
    deepest = depth = 0
    for mark in re.findall(r"[\[\]{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise _bad("a name stands twice in one object")
    return document


def _constant(name: str) -> NoReturn:
    raise _bad(f"{name} is not a number in JSON")


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > 30 and number:
        raise _bad("a number is out of all proportion")
    return number


def _storable(value: Any) -> None:
    match value:
        case str():
            if _UNSTORABLE.search(value):
                raise _bad("a text holds a zero character or half of a surrogate pair")
        case dict():
            for name, item in value.items():
                _storable(name)
                _storable(item)
        case list():
            for item in value:
                _storable(item)
        case int() if not isinstance(value, bool) and abs(value) >= 10**18:
            raise _bad("a number is out of all proportion")
