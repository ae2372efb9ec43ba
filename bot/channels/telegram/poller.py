"""Receiving by long polling: what came is written down first, and only then confirmed by a higher offset."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.channels.telegram.clean import table, whole
from bot.channels.telegram.health import State, TelegramHealth
from bot.channels.telegram.incoming import KINDS
from bot.channels.telegram.keeping import callback_id, raw_input
from bot.channels.telegram.request import TooManyRequests
from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.intake import Intake
from bot.runtime.supervisor import Supervisor

log = structlog.get_logger("telegram.poller")

# The client warns about names that it knows itself, and its own method parses updates, where one odd update stalls all.
_GET_UPDATES: Final = "get_Updates"
_DICE: Final = secrets.SystemRandom()
_QUICK: Final = 0.5
"""Seconds; a long poll that ends sooner and brings nothing new is none, and must not become a tight loop."""


@dataclass(frozen=True, slots=True)
class PollTimes:
    """All in seconds. A poll may take `long_poll + slack` between two bytes, and `slack` more in all."""

    long_poll: int = 30
    slack: float = 15.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    revoked: float = 60.0


async def poll(
    bot: Bot,
    intake: Intake,
    clock: Clock,
    supervisor: Supervisor,
    health: TelegramHealth,
    times: PollTimes = PollTimes(),
) -> None:
    """Receive until the supervisor stops. Raises nothing: whatever goes wrong is told by `health` and tried again."""
    await _Poller(bot, intake, clock, supervisor, health, times).run()


async def acknowledge(bot: Bot, query: str) -> None:
    """Stop the little clock on a tapped button. Best effort: a query too old, or a network down, harms nobody."""
    try:
        await bot.answer_callback_query(query)
    except TelegramError as error:
        log.debug("tap not acknowledged", error=type(error).__name__)


class _Poller:
    """One run of polling. `_offset` is the last received update's number plus one: numbers may start anew, lower."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        clock: Clock,
        supervisor: Supervisor,
        health: TelegramHealth,
        times: PollTimes,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._clock = clock
        self._supervisor = supervisor
        self._health = health
        self._times = times
        self._offset: int | None = None
        self._failures = 0
        self._kept: list[int] = []

    async def run(self) -> None:
        while not self._supervisor.stopping.is_set():
            pause = await self._round()
            if pause:
                await self._supervisor.unless_stopping(self._clock.sleep(pause))

    async def _round(self) -> float:
        """Receive once and say how many seconds to rest."""
        started = self._clock.monotonic()
        # As long as it is not known that all is well, we ask without waiting: the answer tells.
        patient = self._health.state == "ok"
        try:
            updates = await self._supervisor.unless_stopping(self._fetch(self._times.long_poll if patient else 0))
        except Exception as error:  # noqa: BLE001 - receiving must go on, whatever the network does
            return await self._trouble(error)
        if updates is None:
            return 0.0
        try:
            fresh = await self._keep(updates)
        except Exception as error:  # noqa: BLE001 - the offset stays, so Telegram gives all of it again
            return self._storage_trouble(error)
        self._health.good(self._clock.now())
        quick = patient and self._clock.monotonic() - started < _QUICK
        if fresh or not quick:
            self._failures = 0
            return 0.0
        return self._next_pause()

    async def _fetch(self, seconds: int) -> list[Any]:
        wanted = {"timeout": seconds, "limit": 100, "allowed_updates": list(KINDS)}
        if self._offset is not None:
            wanted["offset"] = self._offset
        patience = self._times.long_poll + self._times.slack
        # The limit of the client counts between two bytes; the outer one ends an answer that comes byte by byte.
        async with asyncio.timeout(patience + self._times.slack):
            updates: Any = await self._bot.do_api_request(_GET_UPDATES, wanted, read_timeout=patience)
        if not isinstance(updates, list):
            raise TelegramError("getUpdates gave no list")
        return updates

    async def _keep(self, updates: list[Any]) -> bool:
        """Write them down, then raise the offset, then acknowledge the taps. The order is the promise.

        False when nothing came, or the same as before: then Telegram does not see our offset.
        """
        if not updates:
            return False
        failpoint("poll.received")
        items = {item.natural_key: item for item in map(raw_input, updates)}
        kept = await self._intake.put_many(list(items.values()))
        fresh, self._kept = kept != self._kept, kept
        self._offset = _after(updates, self._offset)
        failpoint("poll.confirmed")
        for update in updates:
            query = callback_id(update)
            if query is not None:
                self._supervisor.once("acknowledge a tap", acknowledge(self._bot, query))
        return fresh

    async def _trouble(self, error: Exception) -> float:
        match error:
            case InvalidToken() | EndPointNotFound():
                self._tell("revoked", "Telegram refuses the bot's token; copy the present one from @BotFather")
                return self._times.revoked
            case Conflict():
                self._tell("conflict", "another program receives this bot's updates; stop it, or use another bot here")
                if "webhook" in error.message.lower():
                    await self._leave_webhook()
            case TooManyRequests(seconds=seconds):
                self._tell("retrying", "Telegram asks us to slow down")
                return max(float(seconds or 0.0), self._next_pause())
            case _:
                self._tell("retrying", f"no updates could be received ({type(error).__name__}); is the network up?")
        return self._next_pause()

    async def _leave_webhook(self) -> None:
        """The bot was in webhook mode before; what waits for us stays."""
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.warning("webhook not removed", error=type(error).__name__)

    def _storage_trouble(self, error: Exception) -> float:
        self._tell("storage", f"updates could not be written down ({type(error).__name__}); Telegram keeps them for us")
        return self._next_pause()

    def _tell(self, state: State, detail: str) -> None:
        if self._health.state != state:
            write = log.warning if state == "retrying" else log.error
            write("receiving is disturbed", state=state, detail=detail)
        self._health.bad(state, detail)

    def _next_pause(self) -> float:
        """Doubled each time up to the longest, and jittered, so that two of us do not stay in step."""
        pause = min(self._times.first_pause * 2.0 ** min(self._failures, 16), self._times.longest_pause)
        self._failures += 1
        return pause * _DICE.uniform(0.5, 1.0)


def _after(updates: list[Any], offset: int | None) -> int | None:
    """The last received number plus one; the old offset when no update has a number that can be."""
    for update in reversed(updates):
        number = whole(table(update).get("update_id")) if isinstance(update, Mapping) else None
        if number is not None and number >= 0:
            return number + 1
    return offset
