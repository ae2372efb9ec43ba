"""How receivers see the shop's mail, told by what came of a month of it.

Receivers judge a sender by the same two shares: mails to addresses that do not exist, and mails that people called
junk. The limits are theirs: Gmail asks senders to stay below 0.1 % of complaints and never to reach 0.3 % (Email sender
guidelines, 2024); Amazon SES looks into accounts from 5 % of returned mail on and pauses them from 10 % on (SES
Developer Guide, "Reputation metrics").
"""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Standing = Literal["unknown", "good", "doubtful", "bad"]

LEAST: Final = 100
"""Mails in a month below which a share says nothing: one complaint would be a catastrophe."""


class Limits(NamedTuple):
    """From which share on receivers begin to doubt a sender, and from which on they are likely to refuse."""

    doubtful: float
    bad: float


RETURNED: Final = Limits(0.05, 0.10)
COMPLAINED: Final = Limits(0.001, 0.003)


@dataclass(frozen=True, slots=True)
class Reputation:
    """A month of mail: how many were `sent`, how many addresses were `lost` by it, how many people complained."""

    sent: int
    lost: int
    complaints: int

    @property
    def returned(self) -> float:
        """The share of mails whose address was lost, 0 to 1."""
        return self.lost / self.sent if self.sent else 0.0

    @property
    def complained(self) -> float:
        """The share of mails that were called junk, 0 to 1."""
        return self.complaints / self.sent if self.sent else 0.0

    @property
    def standing(self) -> Standing:
        """The worse of both. A single complaint is doubtful at most."""
        if self.sent < LEAST:
            return "unknown"
        if self.returned >= RETURNED.bad or (self.complained >= COMPLAINED.bad and self.complaints > 1):
            return "bad"
        if self.returned >= RETURNED.doubtful or self.complained >= COMPLAINED.doubtful:
            return "doubtful"
        return "good"
