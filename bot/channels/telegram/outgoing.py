"""Sending to Telegram: one row of the outbox is one call, and every way it can end has its receipt."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog
from telegram.error import InvalidToken

from bot.channels.telegram.client import Client
from bot.channels.telegram.health import TelegramHealth
from bot.channels.telegram.layout import Written, entities_of, keyboard_of, text_of
from bot.channels.telegram.outcomes import concerns_entities, is_unchanged, receipt_of
from bot.channels.telegram.request import TooManyRequests
from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused, Unknown

log = structlog.get_logger("telegram.outgoing")

DEADLINE: Final = 45.0
"""Seconds for one call in all: an answer that comes byte by byte never ends by itself."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
_NO_PREVIEW: Final = json.dumps({"is_disabled": True})

Call = Callable[[list[Written]], Awaitable[str]]


class TelegramChannel:
    """The channel that writes to Telegram chats. Many tasks may use it at once."""

    def __init__(self, bot: Client, clock: Clock, health: TelegramHealth, deadline: float = DEADLINE) -> None:
        """Asks nothing of the network. `health` is told how sending goes; `deadline`: seconds for one call in all."""
        self._bot = bot
        self._clock = clock
        self._health = health
        self._deadline = deadline
        self._failures = 0
        self._resting_until = clock.now()
        self._slowed: tuple[str, datetime] | None = None

    @property
    def name(self) -> Literal["telegram"]:
        """Which channel this is."""
        return "telegram"

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send or edit one message and say what became of it. Never raises for what the network does."""
        if not _is_number(outgoing.address):
            return Refused("the address is no Telegram chat")
        if outgoing.kind != "edit":
            return self._note(outgoing, await self._call(self._sending(outgoing), outgoing))
        if not _is_number(outgoing.edits_remote_id or ""):
            return Refused("the message to edit is not known")
        receipt = await self._call(self._editing(outgoing), outgoing)
        if isinstance(receipt, Unknown):
            # An edit may be repeated safely, so what nobody knows is asked once more.
            receipt = await self._call(self._editing(outgoing), outgoing)
        return self._note(outgoing, receipt)

    def _sending(self, outgoing: Outgoing) -> Call:
        async def call(entities: list[Written]) -> str:
            message = await self._bot.call("sendMessage", **_written(outgoing, entities))
            return str(int(message["message_id"]))

        return call

    def _editing(self, outgoing: Outgoing) -> Call:
        remote_id = outgoing.edits_remote_id or ""

        async def call(entities: list[Written]) -> str:
            failpoint("edit.before_call")
            await self._bot.call("editMessageText", message_id=remote_id, **_written(outgoing, entities))
            return remote_id

        return call

    async def _call(self, call: Call, outgoing: Outgoing) -> Receipt:
        code = outgoing.message.code
        entities = entities_of(text_of(outgoing)[0], code) if code else []
        receipt = await self._once(call, entities, outgoing)
        if receipt is None:
            # Telegram refused nothing but the entities, so nothing was sent: once more, without them.
            receipt = await self._once(call, [], outgoing)
        return receipt or Refused("Telegram cannot read the entities")

    async def _once(self, call: Call, entities: list[Written], outgoing: Outgoing) -> Receipt | None:
        """The receipt of one call; None when only its entities were refused."""
        try:
            async with asyncio.timeout(self._deadline):
                remote_id = await call(entities)
        except Exception as error:  # noqa: BLE001 - whatever a call ends in, the row needs its receipt
            if is_unchanged(error):
                return self._well(outgoing.edits_remote_id or "")
            if concerns_entities(error) and entities:
                return None
            return self._ill(error, outgoing)
        return self._well(remote_id)

    def _well(self, remote_id: str) -> Delivered:
        self._failures = 0
        self._health.good(self._clock.now())
        return Delivered(remote_id)

    def _ill(self, error: Exception, outgoing: Outgoing) -> Receipt:
        now = self._clock.now()
        receipt = receipt_of(error, now, self._pause(now))
        match error, receipt:
            case _, Refused():
                # A refusal is an answer: the line to Telegram is well.
                self._failures = 0
                self._health.good(now)
            case TooManyRequests(), Deferred():
                return self._widen(receipt, outgoing.address, now)
            case InvalidToken(), _:
                self._health.bad("revoked", "Telegram refuses the bot's token; copy the present one from @BotFather")
            case _:
                self._health.bad("retrying", f"Telegram does not answer as it should ({type(error).__name__})")
        return receipt

    def _pause(self, now: datetime) -> float:
        """Seconds to rest while there is no connection: doubled with each rest, not with each task that fails."""
        pause = min(FIRST_PAUSE * 2.0 ** min(self._failures, 16), LONGEST_PAUSE)
        if now >= self._resting_until:
            self._failures += 1
            self._resting_until = now + timedelta(seconds=pause)
        return pause

    def _widen(self, receipt: Deferred, address: str, now: datetime) -> Deferred:
        """A 429 does not say whether it means the chat or the bot: a second chat at the same time says so."""
        everywhere = self._slowed is not None and self._slowed[0] != address and self._slowed[1] > now
        self._slowed = (address, receipt.until)
        return Deferred(receipt.until, receipt.reason, "channel") if everywhere else receipt

    def _note(self, outgoing: Outgoing, receipt: Receipt) -> Receipt:
        if not isinstance(receipt, Delivered):
            log.info("not sent", outbox=outgoing.id, kind=type(receipt).__name__, reason=receipt.reason)
        return receipt


def _written(outgoing: Outgoing, entities: list[Written]) -> dict[str, str]:
    """The parameters of a call that shows this message."""
    written = {"chat_id": outgoing.address, "text": _text(outgoing), "link_preview_options": _NO_PREVIEW}
    if entities:
        written["entities"] = json.dumps(entities)
    keyboard = keyboard_of(outgoing)
    return written if keyboard is None else written | {"reply_markup": json.dumps(keyboard)}


def _text(outgoing: Outgoing) -> str:
    text, shortened = text_of(outgoing)
    if shortened:
        log.warning("text cut: longer than 4096", outbox=outgoing.id, kind=outgoing.kind)
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 20
