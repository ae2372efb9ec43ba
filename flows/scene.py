"""What the engine may look at in one turn: facts loaded in the turn's transaction, passed in as values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from flows.calendar import QuietHours
from flows.words import Channel

Reachable = Literal["open", "closed", "none"]
"""`open`: consent and address; `closed`: refused or withdrawn; `none`: never had."""


@dataclass(frozen=True, slots=True)
class Person:
    """The prospect's facts that texts and rules use.

    Money in `currency`; `timezone` an IANA name or None when unknown.
    """

    first_name: str | None = None
    timezone: str | None = None
    country: str | None = None
    product_id: str | None = None
    product: str | None = None
    product_url: str | None = None
    price: Decimal | None = None
    cart_value: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How the prospect can be reached now, by channel that can be written to. The web page needs no reach."""

    telegram: Reachable = "none"
    email: Reachable = "none"

    def is_open(self, channel: Channel) -> bool:
        """Whether a message on this channel may be sent and can arrive."""
        match channel:
            case "telegram":
                return self.telegram == "open"
            case "email":
                return self.email == "open"
            case "web":
                return True


@dataclass(frozen=True, slots=True)
class Stock:
    """An offer that can be given now.

    Its budget and limits hold, and if it needs a code, `code` is one that is free.
    """

    offer: str
    code: str | None = None
    code_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant the prospect already has: never a second one of the same offer, never a second code."""

    offer: str
    code: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop that speaks. `timezone` is an IANA name; without `quiet` hours anybody may be written to at any time."""

    name: str
    url: str | None = None
    timezone: str = "UTC"
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All facts of one turn. `channels` is the campaign's order for writing first."""

    person: Person
    reach: Reach
    shop: Shop
    stock: tuple[Stock, ...] = ()
    granted: tuple[Granted, ...] = ()
    channels: tuple[Channel, ...] = ("telegram", "email")

    def push_channel(self, preferred: Channel | None = None) -> Channel | None:
        """The channel to write first on.

        The preferred one if it can be pushed to, else the first open one, else None.
        """
        order = (preferred, *self.channels) if preferred is not None else self.channels
        return next((channel for channel in order if channel != "web" and self.reach.is_open(channel)), None)
