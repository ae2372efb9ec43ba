"""Calls of the webhook: only Telegram's are taken, and taken as they would be by polling."""

import json

import pytest

from bot.channels.telegram.keeping import raw_input
from bot.channels.telegram.webhook import Rejection, accept, answer_to, is_telegrams, point_webhook
from tests.bot.channels.telegram.world import client, tapped, written
from tests.edge.telegram import FakeTelegram

SECRET = "s3cret-of-the-webhook"


def body(update: object) -> bytes:
    return json.dumps(update).encode()


def test_a_call_is_kept_as_polling_would_keep_it() -> None:
    assert is_telegrams(SECRET, SECRET)
    assert accept(body(written("hello"))) == raw_input(written("hello"))


@pytest.mark.parametrize("given", ["", "other", SECRET + "x", SECRET.upper(), "é", "\ud800"])
def test_a_call_with_another_secret_is_not_telegrams(given: str) -> None:
    assert not is_telegrams(given, SECRET)


def test_without_a_secret_of_ours_nobody_is_let_in() -> None:
    assert not is_telegrams("", "") and not is_telegrams("any", "")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"5", b"[" * 100_000])
def test_a_body_that_is_no_update_is_refused(content: bytes) -> None:
    result = accept(content)
    assert isinstance(result, Rejection) and result.status == 400


def test_a_tap_is_acknowledged_in_the_answer() -> None:
    assert answer_to(raw_input(tapped())) == {"method": "answerCallbackQuery", "callback_query_id": "4711"}
    assert answer_to(raw_input(written("x"))) is None


async def test_pointing_the_webhook_keeps_what_waits(fake_telegram: FakeTelegram) -> None:
    await fake_telegram.user().say("waiting")
    async with client(fake_telegram) as bot:
        await point_webhook(bot, "https://127.0.0.1:9/hooks/telegram", SECRET)
    assert fake_telegram.cloud.webhook.secret == SECRET and len(fake_telegram.pending) == 1
    assert "my_chat_member" in fake_telegram.ledger.calls[-1].params["allowed_updates"]
