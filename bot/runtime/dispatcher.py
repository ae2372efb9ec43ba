"""The dispatcher: takes messages from the outbox and hands them to channels, in order per prospect.

Each at most once.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot.runtime import checks
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.runtime.envelopes import refusal
from bot.runtime.failpoints import failpoint
from bot.runtime.links import Addresses
from bot.runtime.pace import EARLY, Limit
from bot.runtime.picking import Picked, Picker
from bot.runtime.ports import Channel, Deferred, Delivered, Outgoing, Receipt, Refused, Unknown
from bot.runtime.presence import Presence
from bot.runtime.supervisor import Supervisor
from bot.runtime.together import Together
from storage import inbox, outbox, paces, prospects, sending, suppressions
from storage.database import Database, Tx
from storage.engines import is_away
from storage.inbox import RawInput
from storage.outbox import Leased

log = structlog.get_logger("dispatcher")

MAX_ATTEMPTS = 12
"""After so many tries that certainly did not send anything a message is given up."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries to write down what became of a message, while the database is away."""


class Dispatcher:
    """Sends for one process."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that stands between a row and the wire
        self,
        database: Database,
        clock: Clock,
        bells: Bells,
        context: Context,
        channels: Mapping[str, Channel],
        limits: Mapping[str, Limit],
        addresses: Callable[[], Addresses],
        presence: Presence,
    ) -> None:
        """`channels` by name; one that is not there keeps its messages waiting. `limits`: what each of them bears."""
        self._database, self._clock, self._bells, self._context = database, clock, bells, context
        self._channels, self._addresses, self._presence = channels, addresses, presence
        self._preparing = Together(database, self._prepare)
        self._settling = Together(database, self._settle)
        self._picker = Picker(database, clock, channels, limits, presence)

    async def send_waiting(self) -> int:
        """Send what may go out now, one group, and wait for it; returns how many rows were taken."""
        picked = await self._pick()
        await asyncio.gather(*(self._send_one(one) for one in picked))
        return len(picked)

    async def start_sending(self, supervisor: Supervisor) -> int:
        """Start sending what may go out now, without waiting for it: a slow one holds nobody up.

        Returns how many were started.
        """
        picked = await self._pick()
        for one in picked:
            self._picker.on_their_way[one.leased.channel] += 1
            supervisor.once("send", self._send_and_ring(one))
        return len(picked)

    def patience(self, longest: float) -> float:
        """Seconds until it is worth to look again though nobody rings: at most so many."""
        return self._picker.patience(longest)

    async def _send_and_ring(self, picked: Picked) -> None:
        try:
            await self._send_one(picked)
        finally:
            self._picker.on_their_way[picked.leased.channel] -= 1
            self._bells.post.ring()

    async def _pick(self) -> list[Picked]:
        picked = await self._picker.pick()
        if picked:
            failpoint("dispatch.leased")
        return picked

    async def _send_one(self, picked: Picked) -> None:
        leased = picked.leased
        try:
            await self._picker.until(picked.at - EARLY)
            outgoing = await self._preparing.ask(leased)
            if outgoing is None:
                return
            await self._picker.on_time(picked)
            failpoint("dispatch.before_call")
            if not self._presence.holds():
                await self._lay_down(leased)
                return
            receipt = await self._channels[leased.channel].send(outgoing)
            failpoint("dispatch.after_call")
            await self._surely(lambda: self._settling.ask((leased, receipt)))
            failpoint("dispatch.settled")
            self._bells.work.ring()
        except Exception as error:  # noqa: BLE001 - one prospect's trouble never stops the others; the row tells what became of it
            kind = type(error).__name__
            log.error("sending failed inside", row=leased.id, error=kind)  # noqa: TRY400 - a traceback may hold what was said
            await self._surely(lambda: self._database.transact(lambda tx: self._after_fault(tx, leased, kind)))

    async def _surely(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write down what became of a message, however long the database is away: nobody else knows it."""
        pause = 0.1
        while True:
            try:
                return await write()
            except Exception as error:
                if not is_away(error):
                    raise
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _lay_down(self, leased: Leased) -> None:
        """We slept for so long that others took it for lost, or will: nothing has left the house, and nothing does."""
        log.warning("a message was laid down, because this process had been asleep", row=leased.id)
        await self._database.transact(lambda tx: outbox.settle(tx, leased, "ready", now=self._clock.now()))

    async def _prepare(self, tx: Tx, leased: Sequence[Leased]) -> list[Outgoing | None]:
        """Look again, and commit `sending` together with the verdict. None: it is not sent (now)."""
        now = self._clock.now()
        verdicts = await checks.look_again(tx, self._context, leased, self._addresses(), now)
        going = {number: verdict.outgoing for number, verdict in verdicts.items() if isinstance(verdict, checks.Go)}
        await sending.start(tx, list(going), now)
        if going:
            failpoint("dispatch.sending")
        for one in leased:
            verdict = verdicts[one.id]
            match verdict:
                case checks.Go():
                    pass
                case checks.Wait(until=until, reason=reason):
                    await outbox.settle(tx, one, "ready", now=now, reason=reason, not_before=until)
                case checks.Drop(reason=reason):
                    await outbox.settle(tx, one, "cancelled", now=now, reason=reason)
                case _:
                    assert_never(verdict)
        return [going.get(one.id) for one in leased]

    async def _settle(self, tx: Tx, receipts: Sequence[tuple[Leased, Receipt]]) -> list[None]:
        now = self._clock.now()
        delivered = [(leased, receipt.remote_id) for leased, receipt in receipts if isinstance(receipt, Delivered)]
        await outbox.arrived(tx, delivered, now)
        for leased, receipt in receipts:
            await self._settle_other(tx, leased, receipt, now)
        failpoint("dispatch.settling")
        return [None] * len(receipts)

    async def _settle_other(self, tx: Tx, leased: Leased, receipt: Receipt, now: datetime) -> None:
        match receipt:
            case Delivered():
                pass
            case Deferred():
                await self._defer(tx, leased, receipt, now)
            case Refused(reason=reason, gone=gone):
                await outbox.settle(tx, leased, "failed", now=now, reason=reason)
                if gone:
                    await self._lost(tx, leased, now)
            case Unknown(reason=reason, remote_id=remote_id):
                await outbox.settle(tx, leased, "unknown", now=now, reason=reason, remote_id=remote_id)
            case _:
                assert_never(receipt)

    async def _defer(self, tx: Tx, leased: Leased, receipt: Deferred, now: datetime) -> None:
        if receipt.scope == "channel":
            await paces.rest(tx, leased.channel, receipt.until, receipt.reason)
        elif leased.attempts + 1 >= MAX_ATTEMPTS:
            await outbox.settle(tx, leased, "failed", now=now, reason=f"given up: {receipt.reason}")
            return
        growing = timedelta(seconds=min(4 * 3600, 2**leased.attempts * (1 + random.random())))  # noqa: S311 - jitter
        until = max(receipt.until, now + growing)
        await outbox.settle(tx, leased, "ready", now=now, reason=receipt.reason, not_before=until)

    async def _lost(self, tx: Tx, leased: Leased, now: datetime) -> None:
        """The address is gone: nothing else goes there, and the conversation hears of it at the top of the corridor."""
        address = (await prospects.addresses(tx, [leased.prospect_id])).get((leased.prospect_id, leased.channel))
        if address is not None:
            await prospects.close(tx, leased.channel, address[0], reason="refused", now=now)
            if leased.channel == "email":
                # A mailbox that does not exist is the same for whoever brings it next; a blocked bot may be unblocked.
                await suppressions.add(tx, self._context.secret, [("email", address[0])], reason="refused", now=now)
        await outbox.cancel(tx, "unreachable", prospect_id=leased.prospect_id, channel=leased.channel)
        payload = refusal(leased.conversation_id, leased.channel)
        lane = f"conversation:{leased.conversation_id}"
        # A number alone would not do: SQLite gives that of a row that was erased to another one.
        key = f"outbox:{leased.id}:{leased.created_at.isoformat()}"
        await inbox.put(tx, [RawInput("refusal", key, lane, payload)], now)

    async def _after_fault(self, tx: Tx, leased: Leased, kind: str) -> None:
        """A fault of ours: before the call the row is tried again, after it nobody can know."""
        row = await outbox.get(tx, leased.id)
        now = self._clock.now()
        if row is None:
            return
        state = "unknown" if row.state == "sending" else "ready"
        if state == "ready" and leased.fence >= MAX_ATTEMPTS:
            state = "failed"
        reason = f"inner fault: {kind}"
        await outbox.settle(tx, leased, state, now=now, reason=reason, not_before=now + timedelta(seconds=30))
