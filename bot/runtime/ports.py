"""What a channel promises to the runtime, and what it gets. Channels translate; they decide nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.runtime.products import Product
from flows.messages import Message


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has accepted it. `remote_id` is its own id of the message (Telegram message_id, Message-ID)."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Certainly not sent.

    May be tried again from `until` (UTC) on. `scope` is what has to wait: this message or the whole channel.
    """

    until: datetime
    reason: str
    scope: Literal["message", "channel"] = "message"


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not sent, and never will be. With `gone`, the address itself is lost: bot blocked, mailbox unknown."""

    reason: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know whether it arrived. Never sent again by itself.

    `remote_id`: what the message is called if it did, where that is known beforehand (a mail's Message-ID).
    """

    reason: str
    remote_id: str | None = None


Receipt = Delivered | Deferred | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox, ready to be sent.

    `address` is the Telegram chat id or the email address. `nonce` is what this message's buttons carry (see
    `button_data`). For `kind == "edit"`, `edits_remote_id` is the message to edit in place: `message` is how it shall
    look (no prompt: buttons away). `links` are the prospect's own addresses by purpose: `survey`, `preferences`,
    `privacy`, and `telegram` when there is a bot. Paragraphs may hold a placeholder `link:<purpose>`, which stands for
    that address. `name` is what a greeting calls the person. `token`: by what an answer to a mail is known again.
    `product` is what they looked at, `follows` the Message-ID of the mail before in this conversation.
    """

    id: int
    address: str
    kind: str
    message: Message
    nonce: str | None
    edits_remote_id: str | None
    created_at: datetime
    name: str | None = None
    consent_at: datetime | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    product: Product | None = None
    follows: str | None = None

    def paragraphs(self) -> tuple[str, ...]:
        """The message's paragraphs with every placeholder `link:<purpose>` replaced."""
        return tuple(self._resolve(paragraph) for paragraph in self.message.paragraphs)

    def _resolve(self, paragraph: str) -> str:
        for purpose, url in self.links.items():
            paragraph = paragraph.replace(f"link:{purpose}", url)
        return paragraph


class Channel(Protocol):
    """A channel that messages can be pushed to. Real ones: bot.channels.telegram, bot.channels.email."""

    @property
    def name(self) -> Literal["telegram", "email"]:
        """Which channel this is."""
        ...

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Hand one message to the other side and say what became of it. Never raises for what the network does."""
        ...


def button_data(nonce: str, index: int) -> str:
    """What a button carries: opaque, at most 64 bytes. The row behind the nonce knows everything else."""
    return f"{nonce}:{index}"


def read_button_data(data: str) -> tuple[str, int] | None:
    """Nonce and index from a button's data, or None when it cannot be ours."""
    nonce, colon, index = data.partition(":")
    if not colon or len(nonce) != 22 or not index.isascii() or not index.isdigit() or len(index) > 3:
        return None
    return nonce, int(index)
