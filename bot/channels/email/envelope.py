"""A finished mail on its way, and the address it comes back to when it cannot be delivered."""

import re
from dataclasses import dataclass
from typing import Final

from bot.channels.email.headers import filled
from bot.runtime import tokens

_BACK: Final = "-r"
"""Stands behind the token in an address that mail is returned to: no person is ever told that address."""

_RETURNED: Final = re.compile(f"{tokens.PATTERN}{_BACK}@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready for the wire: Message-ID, bare addresses, and its bytes with CRLF line ends, dots not doubled."""

    id: str
    sender: str
    recipient: str
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has letters that plain SMTP cannot carry."""
        return not (self.sender + self.recipient).isascii()

    @property
    def name(self) -> str:
        """What a report about this mail is asked to call it: its Message-ID without the domain."""
        return self.id.strip("<>").partition("@")[0]


def return_path(pattern: str, token: str | None) -> str:
    """The address a mail is returned to; `{token}` in `pattern` is what the mail is known by (VERP).

    Raises ValueError for the setting MAIL_BOUNCES_TO when that is no address.
    """
    return filled(pattern, token and token + _BACK)


def is_return_path(address: str) -> bool:
    """Whether this is the address of a mail that went out: only what mail servers send by themselves comes there."""
    return bool(_RETURNED.search(address))
