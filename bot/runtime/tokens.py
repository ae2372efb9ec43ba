"""What a mail carries so that an answer to it, or the news that it came back, is known again: never by who sent it.

The token stands in the Message-ID, where answers repeat it by themselves, and in the Reply-To address where the shop's
mailbox takes one. It is signed: nobody can write one for somebody else's mail.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PATTERN: Final = r"\bhb-(\d{1,18})-([0-9a-f]{16,20})(?![0-9a-f])"
"""How a token is found in a text, as a regular expression: the row, and the signature."""

_SIGNS: Final = 20
"""Hexadecimal digits of the signature: 80 bits."""


@dataclass(frozen=True, slots=True)
class MailToken:
    """A token as it was found: the row of the outbox that it names, and the signature, which nobody has checked yet."""

    row: int
    signature: str

    def __str__(self) -> str:
        return f"hb-{self.row}-{self.signature}"


def mail_token(key: bytes, row: int, created_at: datetime, nonce: str | None) -> str:
    """The token of a row of the outbox: the same every time, and with `key`, the installation's secret, only ours."""
    return str(MailToken(row, _signature(key, row, created_at, nonce)))


def find_tokens(text: str) -> tuple[MailToken, ...]:
    """All tokens in a text, each once, in their order."""
    found = (MailToken(int(number), signature) for number, signature in re.findall(PATTERN, text))
    return tuple(dict.fromkeys(found))


def is_genuine(key: bytes, token: MailToken, created_at: datetime, nonce: str | None, remote_id: str | None) -> bool:
    """Whether this is the token of the row with these columns, or of its Message-ID as it was sent once (`remote_id`).

    Earlier versions made Message-IDs that are as hard to guess, and answers to those mails still come.
    """
    ours = hmac.compare_digest(token.signature, _signature(key, token.row, created_at, nonce))
    return ours or (remote_id is not None and remote_id.startswith(f"<{token}@"))


def _signature(key: bytes, row: int, created_at: datetime, nonce: str | None) -> str:
    said = f"mail:{row}|{created_at.isoformat()}|{nonce}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:_SIGNS]
