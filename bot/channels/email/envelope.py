"""A finished mail on its way."""

from dataclasses import dataclass


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
