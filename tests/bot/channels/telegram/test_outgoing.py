"""Every way a call can end, over real HTTP, and the receipt it gets."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.client import Client
from bot.channels.telegram.outcomes import receipt_of, tidy
from bot.channels.telegram.request import NotSent, NotTelegram, TooManyRequests, told
from bot.runtime.ports import Deferred, Delivered, Receipt, Refused, Unknown
from tests.bot.channels.telegram.world import NOW, PERSON, SHIPPING, TOO_DEAR, channel, client, message, outgoing
from tests.edge.telegram import FakeTelegram, FakeUser

QUESTION = message("Hello.", "What held you back?", buttons=(TOO_DEAR, SHIPPING, PERSON))
OFFER = message("A gift 🎁: SAVE-10", kind="offer", code="SAVE-10")


@pytest_asyncio.fixture
async def bot(fake_telegram: FakeTelegram) -> AsyncIterator[Client]:
    async with client(fake_telegram) as bot:
        yield bot


@pytest_asyncio.fixture
async def user(fake_telegram: FakeTelegram) -> FakeUser:
    user = fake_telegram.user()
    await user.start()
    return user


def seconds(receipt: Receipt) -> float:
    assert isinstance(receipt, Deferred)
    return (receipt.until - NOW).total_seconds()


async def test_a_question_arrives_with_its_buttons(bot: Client, user: FakeUser) -> None:
    receipt = await channel(bot).send(outgoing(user.id, QUESTION))
    assert receipt == Delivered(str(user.last.message_id))
    assert user.last.text == "Hello.\n\nWhat held you back?"
    assert [[b.label for b in row] for row in user.last.rows] == [["Too expensive", "Shipping"], ["Talk to a person"]]


async def test_a_code_can_be_copied_and_links_show_no_preview(
    bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    await channel(bot).send(outgoing(user.id, OFFER))
    assert user.last.entities == [{"type": "code", "offset": 11, "length": 7}]
    assert "is_disabled" in fake_telegram.ledger.calls[-1].params["link_preview_options"]
    assert "parse_mode" not in fake_telegram.ledger.calls[-1].params


async def test_markup_in_a_text_is_only_text(bot: Client, user: FakeUser) -> None:
    words = "<b>x</b> *y* _z_ & `q` [a](b)"
    await channel(bot).send(outgoing(user.id, message(words, kind="staff")))
    assert user.last.text == words and user.last.entities == []


async def test_an_edit_takes_the_buttons_away(bot: Client, user: FakeUser) -> None:
    sent = await channel(bot).send(outgoing(user.id, QUESTION))
    assert isinstance(sent, Delivered)
    edit = outgoing(user.id, message("What held you back?", "✓ Shipping"), kind="edit", edits_remote_id=sent.remote_id)
    assert await channel(bot).send(edit) == sent
    assert user.last.text.endswith("✓ Shipping") and user.last.buttons == []
    assert await channel(bot).send(edit) == sent, "unchanged is as good as changed"


@pytest.mark.parametrize("mode", ["hang", "drop", "half", "html", "500", "502"])
async def test_an_edit_whose_answer_is_lost_is_repeated_once(
    mode: Any, bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    sent = await channel(bot).send(outgoing(user.id, QUESTION))
    assert isinstance(sent, Delivered)
    edit = outgoing(user.id, message("Done."), kind="edit", edits_remote_id=sent.remote_id)
    fake_telegram.fault("editMessageText", mode)
    assert await channel(bot).send(edit) == sent
    assert user.last.text == "Done." and fake_telegram.ledger.count("editMessageText") == 2
    fake_telegram.fault("editMessageText", mode, times=2, effective=False)
    assert isinstance(await channel(bot).send(edit), Unknown)


@pytest.mark.parametrize("remote_id", ["99", "1"])
async def test_an_edit_of_nothing_is_refused_and_the_chat_stays(remote_id: str, bot: Client, user: FakeUser) -> None:
    edit = outgoing(user.id, message("Done."), kind="edit", edits_remote_id=remote_id)
    receipt = await channel(bot).send(edit)
    assert isinstance(receipt, Refused) and not receipt.gone


@pytest.mark.parametrize(("address", "remote_id"), [("x@shop.example", "1"), ("5", None), ("5", "abc"), ("", "1")])
async def test_what_is_no_chat_or_no_message_is_never_asked_for(
    address: str, remote_id: str | None, bot: Client, fake_telegram: FakeTelegram
) -> None:
    edit = outgoing(address, message("Done."), kind="edit", edits_remote_id=remote_id)
    assert isinstance(await channel(bot).send(edit), Refused)
    assert fake_telegram.ledger.calls == []


@pytest.mark.parametrize("mode", ["hang", "drop", "half", "html", "500", "502"])
async def test_without_a_clear_answer_nobody_knows(
    mode: Any, bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    fake_telegram.fault("sendMessage", mode)
    receipt = await channel(bot).send(outgoing(user.id, QUESTION))
    assert isinstance(receipt, Unknown)
    assert fake_telegram.ledger.count("sendMessage") == 1, "never sent again by itself"


async def test_an_answer_that_comes_too_slowly_is_not_waited_for(
    bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    fake_telegram.fault("sendMessage", "delay", seconds=0.12)
    assert isinstance(await channel(bot, deadline=0.05).send(outgoing(user.id, QUESTION)), Unknown)


async def test_who_blocked_us_or_is_not_there_is_gone(bot: Client, user: FakeUser, fake_telegram: FakeTelegram) -> None:
    receipts = [await channel(bot).send(outgoing(424242, QUESTION))]
    receipts.append(await channel(bot).send(outgoing(fake_telegram.user().id, QUESTION)))
    await user.block()
    receipts.append(await channel(bot).send(outgoing(user.id, QUESTION)))
    user.deactivate()
    receipts.append(await channel(bot).send(outgoing(user.id, QUESTION)))
    assert all(isinstance(receipt, Refused) and receipt.gone for receipt in receipts), receipts


@pytest.mark.parametrize("reason", ["BUTTON_DATA_INVALID", "message is too long", "message text is empty", "anything"])
async def test_other_refusals_are_for_good_but_the_chat_stays(
    reason: str, bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    fake_telegram.fault("sendMessage", "400", description=reason)
    receipt = await channel(bot).send(outgoing(user.id, OFFER))
    assert isinstance(receipt, Refused) and not receipt.gone and reason.lower() in receipt.reason.lower()
    assert fake_telegram.ledger.count("sendMessage") == 1


async def test_refused_entities_cost_only_the_entities(
    bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    fake_telegram.fault("sendMessage", "400", description="can't parse entities: unsupported")
    assert isinstance(await channel(bot).send(outgoing(user.id, OFFER)), Delivered)
    assert user.last.text == "A gift 🎁: SAVE-10" and user.last.entities == []
    fake_telegram.fault("sendMessage", "400", times=9, description="ENTITY_BOUNDS_INVALID")
    assert isinstance(await channel(bot).send(outgoing(user.id, OFFER)), Refused)
    assert fake_telegram.ledger.count("sendMessage") == 4
    assert isinstance(await channel(bot).send(outgoing(user.id, QUESTION)), Refused)
    assert fake_telegram.ledger.count("sendMessage") == 5, "there was nothing to leave out"


@pytest.mark.parametrize(("asked", "least", "most"), [(3, 3, 4.1), (0, 1, 1.3), (None, 5, 5.7), (86400, 86400, 86402)])
async def test_too_many_requests_wait_as_long_as_asked(
    asked: int | None, least: float, most: float, bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    fake_telegram.fault("sendMessage", "429", retry_after=asked)
    receipt = await channel(bot).send(outgoing(user.id, QUESTION))
    assert isinstance(receipt, Deferred) and receipt.scope == "message"
    assert least <= seconds(receipt) <= most


async def test_two_chats_slowed_down_at_once_mean_the_whole_bot(bot: Client, fake_telegram: FakeTelegram) -> None:
    fake_telegram.fault("sendMessage", "429", times=4)
    sender = channel(bot)
    receipts = [await sender.send(outgoing(address, QUESTION)) for address in (1, 1, 2, 3)]
    scopes = [receipt.scope for receipt in receipts if isinstance(receipt, Deferred)]
    assert scopes == ["message", "message", "channel", "channel"]


async def test_a_refused_token_stops_the_channel_and_health_is_red(bot: Client, fake_telegram: FakeTelegram) -> None:
    sender = channel(bot)
    for mode in ("401", "404"):
        fake_telegram.fault("sendMessage", mode)
        receipt = await sender.send(outgoing(5, QUESTION))
        assert isinstance(receipt, Deferred) and receipt.scope == "channel" and seconds(receipt) >= 60
        assert sender._health.red and "BotFather" in sender._health.detail


async def test_while_telegram_is_down_the_channel_rests_longer_each_time(
    bot: Client, user: FakeUser, fake_telegram: FakeTelegram
) -> None:
    await fake_telegram.go_down()
    sender = channel(bot)
    at_once = [await sender.send(outgoing(user.id, QUESTION)) for _ in range(3)]
    assert all(isinstance(receipt, Deferred) and receipt.scope == "channel" for receipt in at_once)
    assert max(map(seconds, at_once)) < 3, "failing together counts once"
    sender._clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined] # a virtual clock
    assert seconds(await sender.send(outgoing(user.id, QUESTION))) > 2.9
    await fake_telegram.come_back()
    assert isinstance(await sender.send(outgoing(user.id, QUESTION)), Delivered)
    assert sender._health.state == "ok" and sender._failures == 0


WHERE = aiohttp.client_reqrep.ConnectionKey("host", 443, True, True, None, None, None)
CUT = OSError(104, "connection reset by peer")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (aiohttp.ConnectionTimeoutError(), Deferred),
        (aiohttp.ClientConnectorError(WHERE, CUT), Deferred),
        (aiohttp.ClientConnectorDNSError(WHERE, CUT), Deferred),
        (aiohttp.ClientConnectorSSLError(WHERE, CUT), Deferred),
        (aiohttp.ClientConnectorCertificateError(WHERE, ValueError()), Deferred),
        (aiohttp.ClientProxyConnectionError(WHERE, CUT), Deferred),
        (aiohttp.ClientHttpProxyError(None, (), status=502), Deferred),  # type: ignore[arg-type]  # whatever was asked
        (aiohttp.InvalidURL("x"), Deferred),
        (aiohttp.SocketTimeoutError(), Unknown),
        (aiohttp.ServerTimeoutError(), Unknown),
        (aiohttp.ServerDisconnectedError(), Unknown),
        (aiohttp.ClientOSError(104, "reset"), Unknown),
        (aiohttp.ClientPayloadError(), Unknown),
        (aiohttp.ClientResponseError(None, ()), Unknown),  # type: ignore[arg-type]  # whatever was asked
        (aiohttp.ClientConnectionError(), Unknown),
        (ConnectionResetError(), Unknown),
        (TimeoutError(), Unknown),
        (ValueError(), Unknown),
    ],
)
def test_only_what_came_before_the_first_byte_is_certainly_not_sent(error: Exception, expected: type[Receipt]) -> None:
    receipt = receipt_of(told(error), NOW, 1.0)
    assert isinstance(receipt, expected)
    assert not isinstance(receipt, Deferred) or receipt.scope == "channel"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotSent("x", busy=True), Deferred),
        (NetworkError("Bad Gateway"), Unknown),
        (TelegramError("Invalid server response"), Unknown),
        (KeyError("result"), Unknown),
        (TimeoutError(), Unknown),
        (TimedOut(), Unknown),
        (NotTelegram(200), Unknown),
        (NotTelegram(502), Unknown),
        (NotTelegram(403), Deferred),
        (NotTelegram(302), Deferred),
        (TooManyRequests(None), Deferred),
        (InvalidToken(), Deferred),
        (Conflict("x"), Deferred),
        (Forbidden("bot was blocked by the user"), Refused),
        (BadRequest("Chat not found"), Refused),
        (ChatMigrated(-100), Refused),
    ],
)
def test_the_table_of_outcomes(error: Exception, expected: type[Receipt]) -> None:
    assert isinstance(receipt_of(error, NOW, 1.0), expected)


def test_a_proxys_refusal_loses_no_prospect() -> None:
    receipt = receipt_of(NotTelegram(403), NOW, 1.0)
    assert isinstance(receipt, Deferred) and receipt.scope == "channel"


def test_reasons_quote_nothing_personal_or_secret() -> None:
    told = tidy(
        "Bad Request: inline keyboard button URL 'https://s.example/u/abcdef' is invalid: 123456789 a@b.example"
    )
    assert "abcdef" not in told and "123456" not in told and "@" not in told and "is invalid" in told
    assert tidy("") == "refused" and tidy("Forbidden: bot was blocked by the user").endswith("blocked by the user")
