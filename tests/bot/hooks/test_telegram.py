"""Telegram's webhook as it is mounted: kept before it is answered, and taps acknowledged in the answer."""

import json
from pathlib import Path

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from bot import hooks
from bot.house import open_house
from bot.settings import Settings
from storage import inbox
from tests.bot.channels.telegram.world import tapped, written

SECRET = "s3cret-of-the-webhook"


async def test_an_update_is_kept_and_a_tap_acknowledged(tmp_path: Path, sqlite_url: str) -> None:
    settings = Settings(
        home_dir=tmp_path,
        database_url=SecretStr(sqlite_url),
        telegram_mode="webhook",
        telegram_webhook_secret=SecretStr(SECRET),
    )
    async with open_house(settings) as house:
        app = FastAPI()
        app.include_router(hooks.router(house))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.example") as telegram:
            headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            said = await telegram.post("/hooks/telegram", content=json.dumps(written("hello")), headers=headers)
            again = await telegram.post("/hooks/telegram", content=json.dumps(written("hello")), headers=headers)
            tap = await telegram.post("/hooks/telegram", content=json.dumps(tapped()), headers=headers)
            forged = await telegram.post("/hooks/telegram", content=json.dumps(written("hello")))
        backlog = await house.database.transact(inbox.backlog)
    assert [answer.status_code for answer in (said, again, tap, forged)] == [200, 200, 200, 403]
    assert said.content == b"" and tap.json()["method"] == "answerCallbackQuery"
    assert sum(backlog.values()) == 2
