"""People who open a chat by themselves and whom nobody knew: those who come together are written together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import consents, prospects, suppressions
from storage.consents import Agreed
from storage.database import Tx
from storage.prospects import Created, Identity, Told


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who starts a chat: the identity that the channel vouches for, and what it tells of them."""

    kind: str
    value: str
    first_name: str | None
    language: str

    @property
    def identity(self) -> Identity:
        """How they are known."""
        return self.kind, self.value

    def told(self) -> Told:
        """What is known of them."""
        return Told({"first_name": self.first_name, "language": self.language, "source": self.kind}, "flow")


async def welcome(tx: Tx, key: bytes, people: Sequence[Newcomer], now: datetime) -> list[Created]:
    """Make prospects of them, in this order: known by their identity, agreed by their own start, suppressed no more.

    `key` is the installation's secret. A few statements, however many they are.
    """
    await suppressions.lift_all(tx, key, [one.identity for one in people])
    made = await prospects.create_all(tx, [one.told() for one in people], now)
    both = list(zip(made, people, strict=True))
    await prospects.bind_all(tx, [(one.id, who.identity) for one, who in both], via="start", now=now)
    await consents.record_all(tx, [Agreed(one.id, who.kind, "start") for one, who in both], now)
    return made
