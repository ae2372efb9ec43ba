"""What came in by mail, in words that no channel owns. Parts of `bot.runtime.arrivals.Arrival`.

`tokens` are unchecked: whose mail it is about is only known when one of them proves genuine. `key` is the natural key
of the raw mail in the inbox.
"""

from dataclasses import dataclass
from typing import Literal

from bot.runtime.tokens import MailToken

SetAsideWhy = Literal["auto-reply", "out of office", "list", "own mail", "receipt", "no words", "not ours", "loop"]
"""Why a mail is no answer: a machine sent it, it came by a list, it is our own, it says that ours was opened, it says
nothing new, it answers no mail of ours, or it goes on and on as only a machine does that does not say it is one."""

Severity = Literal["hard", "soft", "block", "delayed", "delivered"]
"""What a report says of a mail: the address is lost, it could not take it now (full, or unreachable for days), our mail
is not wanted there (as mail, whoever it is to), it is still being tried, or it arrived."""


@dataclass(frozen=True, slots=True)
class WroteBack:
    """Somebody answered a mail. `text`: the new words, `whole`: all of it, for staff."""

    tokens: tuple[MailToken, ...]
    key: str
    text: str
    whole: str


@dataclass(frozen=True, slots=True)
class MailReported:
    """A mail server tells what became of a mail. `status` as in RFC 3463 (5.1.1), when it gave one."""

    tokens: tuple[MailToken, ...]
    key: str
    severity: Severity
    status: str | None


@dataclass(frozen=True, slots=True)
class MailComplained:
    """Somebody pressed "this is junk", and their provider tells us."""

    tokens: tuple[MailToken, ...]
    key: str


@dataclass(frozen=True, slots=True)
class MailSetAside:
    """A mail that is no answer: it is kept, and nobody is written to because of it."""

    tokens: tuple[MailToken, ...]
    key: str
    why: SetAsideWhy


MailArrival = WroteBack | MailReported | MailComplained | MailSetAside
