"""Telegram's webhook as it is mounted: kept before it is answered, and taps acknowledged in the answer."""

import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from starlette.types import ASGIApp, Message

from bot.channels.telegram.webhook import SECRET_HEADER
from bot.doors import create_web
from bot.house import House, open_house
from bot.settings import Settings
from bot.web.security import MEBIBYTE as LARGEST
from storage import inbox
from tests.bot.channels.telegram.world import tapped, written

SECRET = "s3cret-of-the-webhook"
TELEGRAM = {SECRET_HEADER: SECRET}


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str) -> AsyncIterator[House]:
    settings = Settings(
        home_dir=tmp_path,
        database_url=SecretStr(sqlite_url),
        telegram_mode="webhook",
        telegram_webhook_secret=SecretStr(SECRET),
        shopify_secret=SecretStr("h" * 16),
    )
    async with open_house(settings) as opened:
        yield opened


async def called(web: ASGIApp, pieces: Iterable[bytes | None], path: str = "/hooks/telegram", **given: str) -> Message:
    """How a call is answered whose body comes in these pieces and has no end. None: that must not be read."""
    sent: list[Message] = []
    parts = iter(pieces)

    async def receive() -> Message:
        piece = next(parts)
        assert piece is not None, "the body was read"
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {"host": "localhost", "content-type": "application/json"} | given
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": raw}
    await web(scope, receive, send)
    return sent[0]


def closes(answer: Message) -> bool:
    return (b"connection", b"close") in answer["headers"]


async def test_an_update_is_kept_and_a_tap_acknowledged(house: House) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_web(house)), base_url=house.base_url) as telegram:
        said = await telegram.post("/hooks/telegram", content=json.dumps(written("hello")), headers=TELEGRAM)
        again = await telegram.post("/hooks/telegram", content=json.dumps(written("hello")), headers=TELEGRAM)
        tap = await telegram.post("/hooks/telegram", content=json.dumps(tapped()), headers=TELEGRAM)
        odd = await telegram.post("/hooks/telegram", content="[]", headers=TELEGRAM)
    backlog = await house.database.transact(inbox.backlog)
    assert [answer.status_code for answer in (said, again, tap, odd)] == [200, 200, 200, 400]
    assert said.content == b"" and tap.json()["method"] == "answerCallbackQuery"
    assert sum(backlog.values()) == 2


@pytest.mark.parametrize("given", [None, "", "other", SECRET.upper()])
async def test_a_forged_call_is_refused_before_its_body_is_read(house: House, given: str | None) -> None:
    headers = {} if given is None else {SECRET_HEADER: given}
    answer = await called(create_web(house), [None], **headers)
    assert answer["status"] == 403 and closes(answer)


@pytest.mark.parametrize(("path", "secret"), [("/hooks/telegram", SECRET), ("/hooks/shopify", "not looked at")])
async def test_a_body_without_end_is_cut_off_at_the_limit(house: House, path: str, secret: str) -> None:
    """It says nothing of its size, or lies; what lies beyond the limit is not read."""
    pieces = [b"x" * (LARGEST // 4)] * 4 + [b"x", None]
    for lie in ({}, {"content-length": "7"}):
        answer = await called(create_web(house), pieces, path, **{SECRET_HEADER: secret}, **lie)
        assert answer["status"] == 413 and closes(answer)


@pytest.mark.parametrize("path", ["/hooks/telegram", "/hooks/shopify"])
async def test_a_body_that_says_it_is_too_large_is_not_read(house: House, path: str) -> None:
    answer = await called(create_web(house), [None], path, **TELEGRAM, **{"content-length": str(LARGEST + 1)})
    assert answer["status"] == 413 and closes(answer)
