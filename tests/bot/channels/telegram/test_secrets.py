"""The bot's token is in no log and no error, whatever level is asked for and whatever goes wrong."""

import logging

import pytest
import structlog
from structlog.testing import capture_logs
from telegram.error import TelegramError

from bot.channels.telegram.client import connect
from bot.channels.telegram.health import TelegramHealth
from bot.channels.telegram.outgoing import TelegramChannel
from bot.runtime.clock import Clock
from tests.bot.channels.telegram.world import NONCE, TOO_DEAR, message, outgoing
from tests.edge.telegram import FakeTelegram

CANARY = "987654321:AAcanary_canary_canary_canary_canary"
WORDS = "very personal words"


async def test_the_token_and_the_words_reach_no_log_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram(token=CANARY) as fake, connect(CANARY, fake.url) as bot:
        user = fake.user()
        await user.start()
        channel = TelegramChannel(bot, Clock(), TelegramHealth())
        question = outgoing(user.id, message(WORDS, buttons=(TOO_DEAR,)))
        with capture_logs() as events:
            for mode in ("drop", "half", "html", "502", "429", "400", "403", "401", "404"):
                fake.fault("sendMessage", mode)
                receipt = await channel.send(question)
                structlog.get_logger().debug("receipt", receipt=repr(receipt), bot=repr(bot), health=repr(channel))
            await channel.send(question)
            assert user.last.text == WORDS
    said = caplog.text + repr(events)
    assert events and CANARY not in said and CANARY.partition(":")[2] not in said
    assert WORDS not in said and NONCE not in said


async def test_a_client_asks_nothing_of_the_network_before_it_is_used(free_port: int) -> None:
    async with connect(CANARY, f"http://127.0.0.1:{free_port}") as bot:
        assert CANARY not in repr(bot)
        with pytest.raises(TelegramError) as refused:
            await bot.get_me()
    assert CANARY not in str(refused.value)
