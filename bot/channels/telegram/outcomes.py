"""What an error of a call means: certainly not sent, refused for good, or nobody can know."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken

from bot.channels.telegram.request import LONGEST_WAIT, Lost, NotSent, NotTelegram, TooManyRequests
from bot.runtime.ports import Deferred, Receipt, Refused, Unknown

_GONE: Final = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "user_deactivated")
Scope = Literal["message", "channel"]
"""What has to wait: this message, or all of them."""

_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[/@]\S*|\S+:\S+|\d{5,}")
_DICE: Final = secrets.SystemRandom()

UNTOLD_WAIT: Final = 5.0
"""Seconds to wait after a 429 that does not say how long."""
TOKEN_WAIT: Final = 60.0
"""Seconds until a refused token is tried again."""


def receipt_of(error: Exception, now: datetime, pause: float) -> Receipt:
    """What became of a message whose call ended in this error. `pause`: seconds to wait while the network is down.

    Special types are looked at before general ones: BadRequest and NotSent are both NetworkErrors.
    """
    match error:
        case NotSent(busy=True):
            return later(now, pause, "all connections to Telegram are busy")
        case NotSent():
            return later(now, pause, "no connection to Telegram", "channel")
        case _:
            return _refusal(error) or _delay(error, now, pause) or Unknown(f"no clear answer ({_kind(error)})")


def _refusal(error: Exception) -> Refused | None:
    match error:
        case Forbidden():
            return Refused(tidy(error.message), gone=True)
        case BadRequest():
            return Refused(tidy(error.message), gone=any(word in error.message.lower() for word in _GONE))
        case ChatMigrated():
            return Refused("the chat has moved to another address")
        case _:
            return None


def _delay(error: Exception, now: datetime, pause: float) -> Deferred | None:
    match error:
        case TooManyRequests(seconds=seconds):
            return later(now, UNTOLD_WAIT if seconds is None else max(seconds, 1.0), "Telegram asks to slow down")
        case InvalidToken():
            return later(now, TOKEN_WAIT, "Telegram refuses the bot's token", "channel")
        case Conflict():
            return later(now, pause, "Telegram reports a conflict")
        case NotTelegram(code=code) if 300 <= code <= 499:
            return later(now, pause, f"something before Telegram answered {code}", "channel")
        case _:
            return None


def concerns_entities(error: Exception) -> bool:
    """Whether Telegram refused only the entities: then the same text without them is worth one try."""
    return isinstance(error, BadRequest) and "entit" in error.message.lower()


def is_unchanged(error: Exception) -> bool:
    """Whether an edit was refused because the message looks so already."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()


def later(now: datetime, seconds: float, reason: str, scope: Scope = "message") -> Deferred:
    """Try again after so many seconds and a little more, so that not all come at the same moment."""
    wait = min(seconds, LONGEST_WAIT)
    wait += _DICE.uniform(0.0, min(1.0, 0.1 * wait + 0.1))
    return Deferred(now + timedelta(seconds=wait), reason, scope)


def tidy(description: str) -> str:
    """Telegram's sentence without what it quotes: texts, addresses and numbers may be personal or secret."""
    return _QUOTED.sub("…", description).strip()[:120] or "refused"


def _kind(error: Exception) -> str:
    return error.how if isinstance(error, Lost) else type(error).__name__
