"""The fake Bot API refuses and breaks as the real one does, seen through python-telegram-bot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.edge.telegram import TOKEN, FakeTelegram

# The client warns of a coming type whenever it makes a RetryAfter; that is its affair, not the fake's.
pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore:.*retry_after:DeprecationWarning")]

KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Too dear", callback_data="q1:0")],
        [InlineKeyboardButton("Shop", url="https://shop.example/")],
    ]
)


class Noon:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def client(fake: FakeTelegram, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=fake.base_url, request=HTTPXRequest(read_timeout=5, connection_pool_size=8))


@pytest_asyncio.fixture
async def bot(fake_telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with client(fake_telegram) as bot:
        yield bot


async def test_a_message_with_buttons_reaches_the_user_as_sent(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user(language_code="hu")
    await user.start("abc")
    message = await bot.send_message(user.id, "<b>Drága?</b> &amp; miért", parse_mode="HTML", reply_markup=KEYS)
    assert user.last.text == "Drága? & miért"
    assert user.last.labels == ["Too dear", "Shop"]
    assert message.entities == (MessageEntity("bold", 0, 6),)
    assert message.reply_markup == KEYS
    assert [sent.text for sent in fake_telegram.sent] == ["Drága? & miért"]
    assert (await user.tap("Shop")).url == "https://shop.example/"


async def test_form_multipart_json_and_query_are_all_read(fake_telegram: FakeTelegram) -> None:
    user = fake_telegram.user()
    await user.start()
    url = f"{fake_telegram.base_url}{TOKEN}/sendMessage"
    async with httpx.AsyncClient(trust_env=False) as http:
        values = {"chat_id": str(user.id), "text": "ő"}
        replies = [
            await http.post(url, data=values),
            await http.post(url, files={name: (None, value) for name, value in values.items()}),
            await http.post(url, json={"chat_id": user.id, "text": "ő"}),
            await http.get(url, params=values),
        ]
    assert [reply.json()["result"]["text"] for reply in replies] == ["ő"] * 4


async def test_nobody_is_written_to_before_start_after_block_or_unknown(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.send_message(42, "hello")
    with pytest.raises(Forbidden, match="can't initiate conversation with a user"):
        await bot.send_message(user.id, "hello")
    await user.start()
    await user.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(user.id, "hello")
    await user.unblock()
    await bot.send_message(user.id, "hello")
    user.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(user.id, "hello")
    assert len(fake_telegram.sent) == 1


async def test_wrong_and_malformed_tokens_are_refused(fake_telegram: FakeTelegram) -> None:
    for token in ("123456789:another_token_of_the_right_shape", "nonsense"):
        with pytest.raises(InvalidToken):
            async with client(fake_telegram, token):
                pass
    fake_telegram.revoke_token()
    with pytest.raises(InvalidToken):
        async with client(fake_telegram):
            pass


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", "text is empty"), (" \n ", "non-empty"), ("x" * 4097, "too long"), ("😀" * 2049, "too long")],
)
async def test_texts_have_1_to_4096_utf16_units(fake_telegram: FakeTelegram, bot: Bot, text: str, refusal: str) -> None:
    user = fake_telegram.user()
    await user.start()
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.send_message(user.id, text)
    await bot.send_message(user.id, "😀" * 2048)


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_invalid"),
        ({"text": " ", "callback_data": "x"}, "non-empty"),
        ({"text": "x"}, "unallowed"),
        ({"text": "x", "url": "ftp://a.example"}, "Unsupported URL protocol"),
        ({"text": "x", "url": "http://localhost/"}, "Wrong HTTP URL"),
        ({"callback_data": "x"}, "must be of type String"),
    ],
)
async def test_impossible_buttons_are_refused(
    fake_telegram: FakeTelegram, bot: Bot, button: dict[str, str], refusal: str
) -> None:
    user = fake_telegram.user()
    await user.start()
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.do_api_request(
            "sendmessage",  # not "sendMessage": python-telegram-bot warns that it has a method for that
            api_kwargs={"chat_id": user.id, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}},
        )
    assert fake_telegram.sent == []


async def test_broken_html_and_a_missing_reply_are_refused(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    await user.start()
    for text in ("<b>x", "<h1>x</h1>", "<b><i>x</b></i>"):
        with pytest.raises(BadRequest, match="parse entities"):
            await bot.send_message(user.id, text, parse_mode="HTML")
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(user.id, "x", reply_to_message_id=99)


async def test_edits_change_the_screen_and_repeats_are_not_modified(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    await user.start()
    message = await bot.send_message(user.id, "Why?", reply_markup=KEYS)
    await bot.edit_message_text("Thank you", user.id, message.message_id)
    assert (user.last.text, user.last.labels, user.last.edited) == ("Thank you", [], True)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("Thank you", user.id, message.message_id)
    await bot.edit_message_reply_markup(user.id, message.message_id, reply_markup=KEYS)
    assert user.last.labels == ["Too dear", "Shop"]
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", user.id, 999)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", user.id, 1)
    await bot.delete_message(user.id, message.message_id)
    assert [shown.by for shown in user.chat] == ["user"]


@pytest.mark.parametrize(
    ("mode", "error", "arrived"),
    [
        ("hang", TimedOut, 1),
        ("drop", NetworkError, 1),
        ("half", NetworkError, 1),
        ("html", TelegramError, 1),
        ("500", NetworkError, 0),
        ("502", NetworkError, 0),
        ("429", RetryAfter, 0),
        ("400", BadRequest, 0),
        ("401", InvalidToken, 0),
        ("403", Forbidden, 0),
        ("409", Conflict, 0),
    ],
)
async def test_each_fault_shows_as_its_own_error_and_the_ledger_knows_the_truth(
    fake_telegram: FakeTelegram, bot: Bot, mode: str, error: type[TelegramError], arrived: int
) -> None:
    user = fake_telegram.user()
    await user.start()
    fake_telegram.fault("sendMessage", mode)  # type: ignore[arg-type]  # the parameter is one of the modes
    patience = 0.2 if mode == "hang" else 5
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(user.id, "hello", read_timeout=patience)
    assert type(caught.value) is error
    assert len(fake_telegram.sent) == arrived
    await bot.send_message(user.id, "again")
    assert fake_telegram.ledger.calls[-2].fault == mode


async def test_a_fault_may_be_lost_before_or_after_it_took_effect(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    await user.start()
    fake_telegram.fault("sendMessage", "drop", effective=False)
    fake_telegram.fault("sendMessage", "502", effective=True, chat_id=user.id)
    for text in ("lost", "kept"):
        with pytest.raises(NetworkError):
            await bot.send_message(user.id, text)
    assert [sent.text for sent in fake_telegram.sent] == ["kept"]


async def test_strict_limits_answer_429_with_retry_after() -> None:
    clock = Noon()
    async with FakeTelegram(clock=clock, strict_limits=True) as fake, client(fake) as bot:
        users = [fake.user() for _ in range(31)]
        for user in users:
            await user.start()
        await bot.send_message(users[0].id, "one")
        with pytest.raises(RetryAfter):
            await bot.send_message(users[0].id, "two")
        for user in users[1:30]:
            await bot.send_message(user.id, "one")
        with pytest.raises(RetryAfter):
            await bot.send_message(users[30].id, "one")
        clock.time += timedelta(seconds=1)
        await bot.send_message(users[0].id, "two")


async def test_a_server_that_is_down_refuses_and_comes_back_on_its_port(fake_telegram: FakeTelegram, bot: Bot) -> None:
    user = fake_telegram.user()
    await user.start()
    await fake_telegram.go_down()
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(user.id, "hello")
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    await fake_telegram.come_back()
    await bot.send_message(user.id, "hello")


async def test_commands_and_descriptions_are_kept_per_language(fake_telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("stop", "leállítás")], language_code="hu")
    assert [command.description for command in await bot.get_my_commands(language_code="hu")] == ["leállítás"]
    assert await bot.get_my_commands() == ()
    await bot.set_my_description("Tells what we do", language_code="en")
    assert (await bot.get_my_description("en")).description == "Tells what we do"
    with pytest.raises(BadRequest):
        await bot.set_my_commands([BotCommand("Stop!", "x")])
    with pytest.raises(BadRequest):
        await bot.set_my_short_description("x" * 121)
    with pytest.raises(TelegramError):
        await bot.do_api_request("sendCarrierPigeon")
