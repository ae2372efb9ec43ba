"""What Telegram shows of the bot before anybody writes: its name for links, its commands, two lines about it."""

import hashlib
from collections.abc import Iterable
from typing import Final

import structlog
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.incoming import COMMANDS
from flows.errors import FlowError
from flows.texts import Texts

log = structlog.get_logger("telegram.menu")

SHOWN: Final = ("start", *COMMANDS)
LONGEST_LINE: Final = 120
LONGEST_DESCRIPTION: Final = 512
"""Characters that Telegram takes for the line on the bot's profile, and for the words in a chat that has not begun."""


class TelegramUnavailable(Exception):
    """Telegram could not be asked. The message has the cure; with `token_refused`, waiting is none."""

    def __init__(self, sentence: str, *, token_refused: bool) -> None:
        super().__init__(sentence)
        self.token_refused = token_refused


async def introduce(bot: Bot) -> str:
    """The bot's user name, for links `https://t.me/<name>?start=<token>`. Raises TelegramUnavailable."""
    try:
        me = await bot.get_me()
    except InvalidToken:
        raise TelegramUnavailable(
            "Telegram refuses HOLDBACK_TELEGRAM_TOKEN; copy the present token from @BotFather", token_refused=True
        ) from None
    except Exception as error:  # noqa: BLE001 - any answer that is not understood means the same here
        raise TelegramUnavailable(
            f"Telegram cannot be reached ({type(error).__name__}); check the network and HOLDBACK_TELEGRAM_API_URL",
            token_refused=False,
        ) from None
    return me.username or ""


def menu_digest(name: str, texts: Texts, shop: str, languages: Iterable[str]) -> str:
    """What all that `register` sets is made of, as one hash: while it stays the same, nothing needs to be set again.

    The sources of the texts, not the texts: to read those in every language would take half of a start.
    """
    made_of = [name, shop]
    for language in languages:
        made_of += [language, *texts.sources.get(language, ())]
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest()


async def register(bot: Bot, texts: Texts, shop: str, languages: Iterable[str], default: str) -> bool:
    """Set commands and lines in each language, and in `default` for everybody else. What is right already is left.

    Best effort: a language that lacks a text is named in the log. False when Telegram failed: to be tried again.
    """
    for language, code in (*((language, language) for language in languages), (default, None)):
        try:
            await _commands(bot, texts, language, code)
            await _lines(bot, texts, shop, language, code)
        except FlowError as error:
            log.warning("menu not set in this language", language=language, problem=str(error))
        except TelegramError as error:
            log.warning("menu not set, trying again at the next start", error=type(error).__name__)
            return False
    return True


async def _commands(bot: Bot, texts: Texts, language: str, code: str | None) -> None:
    wanted = tuple(BotCommand(name, texts.say(language, f"command-{name}")[:256]) for name in SHOWN)
    if await bot.get_my_commands(language_code=code) != wanted:
        await bot.set_my_commands(wanted, language_code=code)


async def _lines(bot: Bot, texts: Texts, shop: str, language: str, code: str | None) -> None:
    line = texts.say(language, "welcome", shop=shop)
    if len(line) <= LONGEST_LINE:
        shown = await bot.get_my_short_description(language_code=code)
        if shown.short_description != line:
            await bot.set_my_short_description(line, language_code=code)
    words = texts.say(language, "help", shop=shop)
    if len(words) <= LONGEST_DESCRIPTION:
        described = await bot.get_my_description(language_code=code)
        if described.description != words:
            await bot.set_my_description(words, language_code=code)
