"""The fake Bot API hands out updates as the real one does: numbered, confirmed by offset, given up with age."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict
from telegram.request import HTTPXRequest

from tests.edge.telegram import TOKEN, FakeTelegram, NoSuchButton
from tests.edge.wire import HttpServer, Reply, Request

pytestmark = pytest.mark.asyncio

KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Price", callback_data="q:0"), InlineKeyboardButton("Trust", callback_data="q:1")]]
)


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def client(fake: FakeTelegram) -> Bot:
    def request() -> HTTPXRequest:
        return HTTPXRequest(read_timeout=5, connection_pool_size=8)

    return Bot(TOKEN, base_url=fake.base_url, request=request(), get_updates_request=request())


async def raw(bot: Bot, **arguments: Any) -> list[dict[str, Any]]:
    """What getUpdates gives, as plain JSON."""
    result: Any = await bot.do_api_request("getupdates", api_kwargs=arguments)
    return list(result)


@pytest_asyncio.fixture
async def bot(fake_telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with client(fake_telegram) as bot:
        yield bot


async def test_updates_stay_until_an_offset_confirms_them(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    first = await user.start("tok_en-1")
    second = await user.say("hello")
    assert first is not None
    assert second == first + 1
    assert [update["update_id"] for update in await raw(bot)] == [first, second]
    assert [update["update_id"] for update in await raw(bot, limit=1)] == [first]
    assert [update["update_id"] for update in await raw(bot, offset=first + 1)] == [second]
    assert [update["update_id"] for update in fake_telegram.confirmed] == [first]
    await user.say("one more")
    assert [update["update_id"] for update in await raw(bot, offset=-1)] == [second + 1]
    assert [update["update_id"] for update in fake_telegram.cloud.queue.deleted] == [second]


async def test_updates_have_the_shapes_python_telegram_bot_reads(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user(language_code="hu", first_name="Ágnes")
    await user.start("abc")
    await bot.send_message(user.id, "Why?", reply_markup=KEYS)
    await user.tap("Trust")
    await user.edit("/stop")
    await user.block()
    await user.unblock()
    await user.share(contact={"phone_number": "+3610000000", "first_name": "Ágnes"})
    started, tapped, edited, blocked, unblocked, shared = [Update.de_json(body, bot) for body in await raw(bot)]
    assert started.message
    assert started.message.entities[0].type == "bot_command"
    assert started.effective_user
    assert started.effective_user.language_code == "hu"
    assert tapped.callback_query
    assert tapped.callback_query.data == "q:1"
    assert tapped.callback_query.message
    assert tapped.callback_query.message.message_id == user.last.message_id
    assert tapped.callback_query.chat_instance
    assert edited.edited_message
    assert edited.edited_message.edit_date
    assert blocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert shared.message
    assert shared.message.contact


async def test_a_long_poll_wakes_at_the_first_update_and_ends_at_its_timeout(
    fake_telegram: FakeTelegram, bot: Bot
) -> None:
    user = fake_telegram.user()
    waiting = asyncio.ensure_future(raw(bot, timeout=10))
    await fake_telegram.until(lambda: fake_telegram._newest_poll == 1)
    await user.say("hello")
    assert (await asyncio.wait_for(waiting, 2))[0]["message"]["text"] == "hello"
    assert await raw(bot, offset=fake_telegram.pending[0]["update_id"] + 1, timeout=0) == []


async def test_the_newer_of_two_pollers_wins(fake_telegram: FakeTelegram, bot: Bot) -> None:
    older = asyncio.ensure_future(raw(bot, timeout=10))
    await fake_telegram.until(lambda: fake_telegram._newest_poll == 1)
    newer = asyncio.ensure_future(raw(bot, timeout=10))
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await older
    await fake_telegram.user().say("hello")
    assert len(await newer) == 1


async def test_only_allowed_kinds_are_queued_and_the_choice_is_remembered(
    fake_telegram: FakeTelegram, bot: Bot
) -> None:
    user = fake_telegram.user()
    await raw(bot, allowed_updates=["callback_query", "my_chat_member"])
    assert await user.start() is None
    assert await user.block() is not None
    assert [set(update) for update in await raw(bot)] == [{"update_id", "my_chat_member"}]


async def test_presses_are_kept_150_seconds_and_messages_a_day() -> None:
    clock = Hand()
    async with FakeTelegram(clock=clock) as fake, client(fake) as bot:
        user = fake.user()
        await user.start()
        await bot.send_message(user.id, "Why?", reply_markup=KEYS)
        await user.tap("Price")
        clock.time += timedelta(seconds=149)
        assert len(await raw(bot)) == 2
        clock.time += timedelta(seconds=1)
        assert [set(update) - {"update_id"} for update in await raw(bot)] == [{"message"}]
        clock.time += timedelta(hours=24)
        assert await raw(bot) == []
        assert len(fake.expired) == 2


async def test_a_repeated_update_and_a_lower_numbering_are_served(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    first = await user.say("one")
    assert first is not None
    await raw(bot, offset=first + 1)
    fake_telegram.repeat_update(first)
    assert [update["update_id"] for update in await raw(bot, offset=first + 1)] == [first]
    fake_telegram.renumber_updates(5)
    await user.say("two")
    assert [update["update_id"] for update in await raw(bot, offset=first + 1)] == [5]
    assert await raw(bot, offset=6) == []
    assert len(fake_telegram.confirmed) == 2


async def test_a_tap_is_answered_once_fresh_and_refused_when_old() -> None:
    clock = Hand()
    async with FakeTelegram(clock=clock) as fake, client(fake) as bot:
        user = fake.user()
        await user.start()
        await bot.send_message(user.id, "Why?", reply_markup=KEYS)
        tapped = await user.tap(0)
        assert tapped.query_id
        await bot.answer_callback_query(tapped.query_id, "Noted")
        assert user.toasts == ["Noted"]
        clock.time += timedelta(minutes=10)
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_callback_query(tapped.query_id)


async def test_users_press_only_what_is_there(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    await user.start()
    old = await bot.send_message(user.id, "Why?", reply_markup=KEYS)
    await bot.edit_message_text("Thanks", user.id, old.message_id)
    with pytest.raises(NoSuchButton, match="Thanks"):
        await user.tap("Price")
    assert (await user.press("q:0", old.message_id)).update_id
    await bot.send_message(user.id, "Pick", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]]))
    await user.tap("No")
    assert user.chat[-1].text == "No"


async def test_waiting_sees_new_texts_and_edits_and_silence_is_noticed(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    await user.start()
    message = await bot.send_message(user.id, "Why?", reply_markup=KEYS)
    mark = user.mark()
    await user.expect_silence(0.05)
    waiting = asyncio.ensure_future(user.wait_for(lambda shown: "Thank" in shown.text, after=mark))
    await bot.edit_message_text("Thank you", user.id, message.message_id)
    assert (await waiting).edited
    with pytest.raises(AssertionError, match="Thank you"):
        await user.wait_for("something else", timeout=0.05)
    quiet = asyncio.ensure_future(user.expect_silence(0.2))
    await bot.send_message(user.id, "Not quiet")
    with pytest.raises(AssertionError, match="Not quiet"):
        await quiet


async def test_a_webhook_gets_the_secret_is_retried_and_keeps_order_within_a_chat(
    fake_telegram: FakeTelegram, bot: Bot
) -> None:
    seen: list[tuple[str, str]] = []
    statuses = [500, 429]

    async def take(request: Request) -> Reply:
        seen.append((json.loads(request.body)["message"]["text"], request.headers["x-telegram-bot-api-secret-token"]))
        return Reply(statuses.pop(0) if statuses else 200)

    hook = HttpServer(take)
    await hook.open()
    try:
        await bot.set_webhook(f"http://127.0.0.1:{hook.port}/hooks/telegram", secret_token="s3cret")
        with pytest.raises(Conflict, match="webhook is active"):
            await raw(bot)
        await fake_telegram.user().say("one")
        await fake_telegram.user(700_000_001).say("two")
        await fake_telegram.until(lambda: len(fake_telegram.confirmed) == 2)
        info = await bot.get_webhook_info()
    finally:
        await hook.close()
    assert [text for text, _ in seen] == ["one", "one", "one", "two"]
    assert {secret for _, secret in seen} == {"s3cret"}
    assert info.last_error_message
    assert "429" in info.last_error_message
    with pytest.raises(BadRequest, match=r"(?i)HTTPS URL"):
        await bot.set_webhook("http://example.com/")
    await bot.delete_webhook()
    assert await raw(bot) == []


async def test_the_fake_runs_alone_and_is_driven_over_http() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.edge.telegram", "--token", TOKEN, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        told = json.loads(await process.stdout.readline())
        async with httpx.AsyncClient(base_url=told["url"], trust_env=False) as http:
            await http.post("/control/user/7", json={"language_code": "hu"})
            await http.post("/control/user/7/start", json={"payload": "abc"})
            keyboard = {"inline_keyboard": [[{"text": "Price", "callback_data": "q:0"}]]}
            body = {"chat_id": 7, "text": "Why?", "reply_markup": keyboard}
            await http.post(f"/bot{TOKEN}/sendMessage", json=body)
            shown = (await http.get("/control/user/7/wait", params={"text": "Why"})).json()
            tapped = (await http.post("/control/user/7/tap", json={"label": "Price"})).json()
            missing = await http.post("/control/user/7/tap", json={"label": "Trust"})
            await http.post("/control/fault", json={"method": "getMe", "mode": "403"})
            refused = await http.get(f"/bot{TOKEN}/getMe")
            ledger = (await http.get("/control/ledger")).json()
    finally:
        process.terminate()
        await process.wait()
    assert shown["buttons"] == [[{"label": "Price", "url": None}]]
    assert tapped["query_id"]
    assert missing.status_code == 404
    assert refused.status_code == 403
    assert [sent["text"] for sent in ledger["sent"]] == ["Why?"]
    assert len(ledger["pending"]) == 2
