"""Calls of the webhook: only Telegram's are taken, and taken as they would be by polling."""

import json

import pytest

from bot.channels.telegram.keeping import raw_input
from bot.channels.telegram.webhook import LARGEST_BODY, Rejection, accept, answer_to, point_webhook
from bot.runtime.intake import RawInput
from tests.bot.channels.telegram.world import client, tapped, written
from tests.edge.telegram import FakeTelegram

SECRET = "s3cret-of-the-webhook"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def body(update: object) -> bytes:
    return json.dumps(update).encode()


def test_a_call_with_the_secret_is_kept_as_polling_would_keep_it() -> None:
    assert accept(HEADERS, body(written("hello")), SECRET) == raw_input(written("hello"))
    assert isinstance(accept({name.lower(): value for name, value in HEADERS.items()}, b"{}", SECRET), RawInput)


@pytest.mark.parametrize("given", [None, "", "other", SECRET + "x", SECRET.upper(), "é", "\ud800"])
def test_a_forged_call_is_refused_before_its_body_is_read(given: str | None) -> None:
    headers = {"x": "y"} if given is None else {"X-Telegram-Bot-Api-Secret-Token": given}
    result = accept(headers, b"\xff not JSON", SECRET)
    assert isinstance(result, Rejection) and result.status == 403
    assert SECRET not in result.reason


def test_without_a_secret_of_ours_nobody_is_let_in() -> None:
    assert accept({"X-Telegram-Bot-Api-Secret-Token": ""}, b"{}", "") == accept({}, b"{}", "")
    assert isinstance(accept({}, b"{}", ""), Rejection)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"5", 400),
        (b"[" * 100_000, 400),
        (b" " * (LARGEST_BODY + 1), 413),
    ],
)
def test_a_body_that_is_no_update_is_refused(content: bytes, status: int) -> None:
    result = accept(HEADERS, content, SECRET)
    assert isinstance(result, Rejection) and result.status == status


def test_a_tap_is_acknowledged_in_the_answer() -> None:
    assert answer_to(raw_input(tapped())) == {"method": "answerCallbackQuery", "callback_query_id": "4711"}
    assert answer_to(raw_input(written("x"))) is None


async def test_pointing_the_webhook_keeps_what_waits(fake_telegram: FakeTelegram) -> None:
    await fake_telegram.user().say("waiting")
    async with client(fake_telegram) as bot:
        await point_webhook(bot, "https://127.0.0.1:9/hooks/telegram", SECRET)
    assert fake_telegram.cloud.webhook.secret == SECRET and len(fake_telegram.pending) == 1
    assert "my_chat_member" in fake_telegram.ledger.calls[-1].params["allowed_updates"]
