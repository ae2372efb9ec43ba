"""What the engine may look at in one turn: facts loaded in the turn's transaction, passed in as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from flows.audience.profile import Profile
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
    """A grant the prospect already has: never a second one of the same offer, never a second code.

    `money`: it has a value or a code, so it may cost the shop money.
    """

    offer: str
    code: str | None
    expires_at: datetime | None
    granted_at: datetime | None = None
    redeemed: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """An offer as the live strategy judges it for this person and one barrier.

    `refused` says why it may not be made (flows.offers.eligibility), `share` how often it is drawn today; without
    shares the order decides.
    """

    offer: str
    refused: str | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tactics:
    """What the campaign's live strategy says of this person: for each barrier they may name, its offers in order.

    `strategy` is its version, `segment` the person's learning segment, `draw` the person's number of the day, from 0 up
    to but without 1, by which one of several shares is taken.
    """

    strategy: int
    segment: str
    draw: float
    weighed: Mapping[str, tuple[Weighed, ...]]


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop that speaks. `timezone` is an IANA name; without `quiet` hours anybody may be written to at any time."""

    name: str
    url: str | None = None
    timezone: str = "UTC"
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All facts of one turn. `channels` is the campaign's order for writing first.

    Without `tactics` no strategy is live, and offers are considered in the catalogue's order. `profile` is there when
    the flow looks at what is known of the prospect. `enough`: the steps whose quota of answers is reached; `full`: the
    campaign's is, and nobody is written to first any more.
    """

    person: Person
    reach: Reach
    shop: Shop
    stock: tuple[Stock, ...] = ()
    granted: tuple[Granted, ...] = ()
    channels: tuple[Channel, ...] = ("telegram", "email")
    tactics: Tactics | None = None
    profile: Profile | None = None
    enough: frozenset[str] = frozenset()
    full: bool = False

    def push_channel(self, preferred: Channel | None = None) -> Channel | None:
        """The channel to write first on.

        The preferred one if it can be pushed to, else the first open one, else None.
        """
        if preferred is not None and preferred != "web" and self.reach.is_open(preferred):
            return preferred
        for channel in self.channels:
            if channel != "web" and self.reach.is_open(channel):
                return channel
        return None
