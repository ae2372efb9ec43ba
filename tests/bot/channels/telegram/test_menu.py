"""What Telegram shows of the bot: its commands and lines, in each language, set once."""

import pytest
from telegram.error import TelegramError

from bot.channels.telegram.menu import SHOWN, TelegramUnavailable, introduce, register
from bot.library import Library
from flows.texts import Texts
from flows.words import LANGUAGES
from tests.bot.channels.telegram.world import client
from tests.edge.telegram import FakeTelegram


def texts_of(**sources: str) -> Texts:
    return Texts({language: (source,) for language, source in sources.items()})


def commands(language: str) -> str:
    return "\n".join(f"command-{name} = {language} {name}" for name in SHOWN)


def full(language: str) -> str:
    return f"{commands(language)}\nwelcome = {language}: {{ $shop }}\nhelp = {language} help of {{ $shop }}\n"


def shown(fake: FakeTelegram, language: str) -> list[str]:
    found = [value for (_, code), value in fake.cloud.commands.items() if code == language]
    return [command["description"] for command in found[0]] if found else []


async def test_every_language_gets_its_menu_and_the_rest_of_the_world_the_first(fake_telegram: FakeTelegram) -> None:
    texts = texts_of(hu=full("hu"), en=full("en"))
    async with client(fake_telegram) as bot:
        await register(bot, texts, "Shop", ("hu", "en"), "hu")
    assert shown(fake_telegram, "en")[0] == "en start" and shown(fake_telegram, "hu")[-1] == "hu stop"
    assert shown(fake_telegram, "") == shown(fake_telegram, "hu")
    assert fake_telegram.cloud.texts["short_description", "en"] == "en: Shop"
    assert fake_telegram.cloud.texts["description", ""] == "hu help of Shop"


async def test_what_is_right_already_is_not_set_again(fake_telegram: FakeTelegram) -> None:
    texts = texts_of(en=full("en"))
    async with client(fake_telegram) as bot:
        await register(bot, texts, "Shop", ("en",), "en")
        sets = [call for call in fake_telegram.ledger.calls if call.method.startswith("setMy")]
        await register(bot, texts, "Shop", ("en",), "en")
    assert len(sets) == 6
    assert [call for call in fake_telegram.ledger.calls if call.method.startswith("setMy")] == sets


async def test_a_text_that_is_missing_costs_only_its_language(fake_telegram: FakeTelegram) -> None:
    async with client(fake_telegram) as bot:
        await register(bot, texts_of(hu="x = y", en=full("en")), "Shop", ("hu", "en"), "en")
    assert shown(fake_telegram, "hu") == [] and shown(fake_telegram, "en") == shown(fake_telegram, "")


async def test_a_shop_name_too_long_for_the_line_leaves_the_line_out(fake_telegram: FakeTelegram) -> None:
    async with client(fake_telegram) as bot:
        await register(bot, texts_of(en=full("en")), "S" * 130, ("en",), "en")
    assert ("short_description", "en") not in fake_telegram.cloud.texts
    assert fake_telegram.cloud.texts["description", "en"].startswith("en help")


async def test_while_telegram_is_down_starting_goes_on(fake_telegram: FakeTelegram) -> None:
    async with client(fake_telegram) as bot:
        fake_telegram.fault("*", "502", times=99)
        await register(bot, texts_of(en=full("en")), "Shop", ("en",), "en")
        with pytest.raises(TelegramUnavailable, match="cannot be reached") as down:
            await introduce(bot)
        fake_telegram.clear_faults()
        assert await introduce(bot) == fake_telegram.username
        fake_telegram.revoke_token()
        with pytest.raises(TelegramUnavailable, match="BotFather") as refused:
            await introduce(bot)
    assert not down.value.token_refused and refused.value.token_refused
    assert not isinstance(refused.value, TelegramError)


async def test_the_shipped_texts_are_taken_by_telegram(fake_telegram: FakeTelegram) -> None:
    async with client(fake_telegram, read=1) as bot:
        await register(bot, Library().common_texts(), "Our shop", LANGUAGES, "en")
    assert all(len(shown(fake_telegram, language)) == len(SHOWN) for language in ("", *LANGUAGES))
    assert len(fake_telegram.cloud.texts) == 2 * 8
