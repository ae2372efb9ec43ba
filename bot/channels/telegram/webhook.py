"""Receiving by webhook: whether a call is Telegram's, and what it brings. The web room mounts the address."""

import hmac
import json
from dataclasses import dataclass
from typing import Final

from telegram import Bot

from bot.channels.telegram.incoming import KINDS
from bot.channels.telegram.keeping import acknowledged_by, raw_input
from bot.runtime.intake import RawInput

SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of the header, not what is in it


@dataclass(frozen=True, slots=True)
class Rejection:
    """A call that is not taken: the HTTP status to answer with, and the reason for our logs."""

    status: int
    reason: str


def is_telegrams(given: str, secret: str) -> bool:
    """Whether the call with this header is Telegram's. Nobody's is, without a secret of ours.

    Asked before the body is awaited, and answered in a time that tells nothing about the secret.
    """
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def accept(body: bytes) -> RawInput | Rejection:
    """The update of a call that is Telegram's, to be written down before 200 is answered; or why not."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return Rejection(400, "the body is not JSON")
    if not isinstance(update, dict):
        return Rejection(400, "the body is no update")
    return raw_input(update)


def answer_to(item: RawInput) -> dict[str, str] | None:
    """What to answer as JSON with 200, once the update is written down: a tap is acknowledged.

    The Bot API takes one method in the answer to a webhook call, so this costs no call of our own. None: nothing.
    """
    query = acknowledged_by(item)
    return {"method": "answerCallbackQuery", "callback_query_id": query} if query else None


async def point_webhook(bot: Bot, url: str, secret: str) -> None:
    """Have updates sent to this address (https). What waits at Telegram is kept. Raises TelegramError."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=list(KINDS), drop_pending_updates=False)
