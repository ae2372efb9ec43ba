"""What came in, in words that no channel owns.

Translators make these from raw input; bot/runtime/turns makes events of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from bot.runtime.mail_arrivals import MailComplained, MailReported, MailSetAside, WroteBack
from bot.runtime.tokens import MailToken
from flows.words import Channel


@dataclass(frozen=True, slots=True)
class Sender:
    """Who it came from: an identity (`telegram`, `email`) as the channel vouches for it.

    Hints are only used for new prospects.
    """

    kind: Literal["telegram", "email"]
    value: str
    first_name: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PressedStart:
    """/start in Telegram, with the token of a deep link or without one."""

    sender: Sender
    token: str | None


@dataclass(frozen=True, slots=True)
class Spoke:
    """Free text; empty when it was something we do not read (photo, voice)."""

    sender: Sender
    text: str


@dataclass(frozen=True, slots=True)
class PressedButton:
    """A button under one of our messages."""

    sender: Sender
    nonce: str
    index: int


@dataclass(frozen=True, slots=True)
class GaveCommand:
    """A command: help, language, privacy, why, mydata, limit, forget, stop."""

    sender: Sender
    name: str
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """The prospect blocked the bot."""

    sender: Sender


@dataclass(frozen=True, slots=True)
class Unblocked:
    """The prospect let the bot in again."""

    sender: Sender


@dataclass(frozen=True, slots=True)
class AnsweredOnPage:
    """The survey page was posted: an option of `visit`, or words.

    `channel` is `email` when it came from a link inside a mail. `origin`: the UTM parameters of the page's address.
    `label`: what stood on the option, when it is one of a question that was answered before. `mail`: the mail whose
    link led there, as the address says.
    """

    link_id: int
    visit: int
    option: str | None
    text: str | None
    channel: Channel
    origin: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    mail: MailToken | None = None


@dataclass(frozen=True, slots=True)
class CommandedOnPage:
    """The preferences page was posted: stop, language, channels or pause (each with an argument), resume, forget-now.

    `channels` names where they may be written to, with commas between; `pause` a number of days.
    """

    link_id: int
    name: str
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class CameThrough:
    """Somebody new answered on the page behind a poster's QR code: the first answer makes them a prospect.

    `visitor` is the random number of their page: the same one sent twice is one person. `visit` as in AnsweredOnPage.
    """

    place: str
    visitor: str
    language: str
    visit: int
    option: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class ShopReported:
    """The shop told us about somebody: cart_abandoned, checkout_started, viewed, quote_sent, purchase, refund.

    `identities` by kind (`external`, `email`, `phone`); `data` the rest of the event, as documented in the API.
    """

    kind: str
    identities: dict[str, str]
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckoutReported:
    """A connected shop told of a checkout that is not paid; `done`: it was completed after all.

    `at` is when the shop last changed it: an older report never undoes a newer one.
    """

    shop: str
    key: str
    identities: dict[str, str]
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    done: bool = False


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """Money of an order went back; `key` names it within the order. Without an amount: all of it."""

    key: str
    amount: Decimal | None
    currency: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderReported:
    """A connected shop told of an order: that it was `bought`, which `checkout` it came from, what went back.

    `data` as of a purchase, with all discount `codes`. Not `bought`: only what went back is told. `stands_at`: when the
    shop said that it stands, for shops where an order that was cancelled can be taken up again.
    """

    shop: str
    order_id: str
    identities: dict[str, str]
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    bought: bool = False
    checkout: str | None = None
    refunds: tuple[MoneyBack, ...] = ()
    stands_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerReported:
    """A connected shop told something about a customer: facts, and consent by its own marketing field."""

    shop: str
    identities: dict[str, str]
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrivacyRequested:
    """A connected shop hands on what a customer has the right to: their data, or to be forgotten.

    `erase-shop`: the shop takes its connection away, and what came by it is to go.
    """

    shop: str
    wish: Literal["export", "erase", "erase-shop"]
    identities: dict[str, str]


@dataclass(frozen=True, slots=True)
class StaffActed:
    """A person of the shop took over, wrote, or handed back."""

    conversation: str
    action: Literal["take", "say", "release"]
    staff: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class StaffPutRight:
    """A person of the shop put right what the answer of `visit` names: barriers, best first, and the finer reason."""

    conversation: str
    staff: str
    visit: int
    barriers: tuple[str, ...]
    sub_code: str | None


@dataclass(frozen=True, slots=True)
class WasRefused:
    """A message of this conversation was refused for good: the address on this channel is lost."""

    conversation_id: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class WasCancelled:
    """The campaign of this conversation was stopped."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us: a group message, an unknown kind of update, a forged button."""

    reason: str


Arrival = (
    PressedStart
    | Spoke
    | PressedButton
    | GaveCommand
    | Blocked
    | Unblocked
    | AnsweredOnPage
    | CommandedOnPage
    | CameThrough
    | ShopReported
    | CheckoutReported
    | OrderReported
    | CustomerReported
    | PrivacyRequested
    | StaffActed
    | StaffPutRight
    | WasRefused
    | WasCancelled
    | WroteBack
    | MailReported
    | MailComplained
    | MailSetAside
    | Ignored
)


def may_erase(arrival: Arrival) -> bool:
    """Whether somebody may be erased in the very transaction that receives it."""
    forgotten = isinstance(arrival, CommandedOnPage) and arrival.name == "forget"
    return forgotten or isinstance(arrival, PrivacyRequested)
