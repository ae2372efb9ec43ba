"""The dispatcher: takes messages from the outbox and hands them to channels, in order per prospect.

Each at most once.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog

from bot.runtime import checks, jumps, spacing
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.runtime.envelopes import refusal
from bot.runtime.failpoints import failpoint
from bot.runtime.links import Addresses
from bot.runtime.pace import AHEAD, EARLY, Limit
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

GIVE_UP: Final = timedelta(days=5)
"""A message that could not be sent for so long is given up (RFC 5321, 4.5.4.1 asks for four to five days)."""

LONGEST_WAIT: Final = timedelta(hours=4)
"""Between two tries of a message, unless the other side asks for more."""

AFTER_FAULT: Final = timedelta(seconds=30)
"""Before the first new try of a message that a fault of ours kept from being sent."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries to write down what became of a message, while the database is away."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """Committed as `sending`. `earliest`: not before this moment, of a clock that never jumps; 0.0 for no such wish."""

    outgoing: Outgoing
    earliest: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of ours: before or after the call. `away`: the database was in trouble, not this message."""

    kind: str
    called: bool
    away: bool


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
        self._limits = limits
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

        Returns how many were started: none once the house stops.
        """
        picked = await self._pick()
        if supervisor.stopping.is_set():
            await self._lay_down([one.leased for one in picked])
            return 0
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
        leased, called = picked.leased, False
        try:
            await self._picker.until(picked.at - EARLY)
            ready = await self._preparing.ask(leased)
            if ready is None:
                return
            await self._picker.on_time(picked, ready.earliest)
            failpoint("dispatch.before_call")
            if not self._presence.holds():
                log.warning("a message was laid down, because this process had been asleep", row=leased.id)
                await self._lay_down([leased])
                return
            called = True
            receipt = await self._channels[leased.channel].send(ready.outgoing)
            failpoint("dispatch.after_call")
            await self._surely(lambda: self._settling.ask((leased, receipt)))
            failpoint("dispatch.settled")
            if isinstance(receipt, Refused):
                self._bells.work.ring_everywhere()  # the conversation hears of it, in whichever process that is
        except asyncio.CancelledError:
            if not called:  # the house closes: nothing has left it, and that is written down before it does
                await self._lay_down([leased])
            raise
        except Exception as error:  # noqa: BLE001 - one prospect's trouble never stops the others; the row tells what became of it
            fault = Fault(type(error).__name__, called=called, away=is_away(error))
            if fault.away and not called:
                log.warning("the database is away, a message waits", row=leased.id, error=fault.kind)
            else:
                log.error("sending failed inside", row=leased.id, error=fault.kind)  # noqa: TRY400 - a traceback may hold what was said
            await self._surely(lambda: self._database.transact(lambda tx: self._after_fault(tx, leased, fault)))

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

    async def _lay_down(self, rows: Sequence[Leased]) -> None:
        """Nothing of these has left the house, and now nothing does: they may be taken up again."""

        async def work(tx: Tx) -> None:
            for leased in rows:
                await outbox.put_back(tx, leased, attempts=leased.attempts)

        await self._database.transact(work)

    async def _prepare(self, tx: Tx, leased: Sequence[Leased]) -> list[_Ready | None]:
        """Look again, and commit `sending` together with the verdict. None: it is not sent (now)."""
        now = self._clock.now()
        looked = await checks.look_again(tx, self._context, leased, self._addresses(), now)
        verdicts = await self._spaced(tx, leased, looked, now)
        going = {number: verdict for number, verdict in verdicts.items() if isinstance(verdict, _Ready)}
        await sending.start(tx, list(going), now)
        if going:
            failpoint("dispatch.sending")
        for one in leased:
            verdict = verdicts[one.id]
            match verdict:
                case _Ready():
                    pass
                case checks.Wait(until=until, reason=reason):
                    await outbox.put_back(tx, one, attempts=one.attempts, reason=reason, not_before=until)
                case checks.Drop(reason=reason):
                    await outbox.settle(tx, one, "cancelled", now=now, reason=reason)
                case _:
                    assert_never(verdict)
        return [going.get(one.id) for one in leased]

    async def _spaced(
        self, tx: Tx, leased: Sequence[Leased], looked: Mapping[int, checks.Verdict], now: datetime
    ) -> dict[int, _Ready | checks.Wait | checks.Drop]:
        """What may go waits for a clock that was set, and for its place with its provider, too."""
        unsettled = timedelta(seconds=self._clock.unsettled())
        verdicts: dict[int, _Ready | checks.Wait | checks.Drop] = {}
        going: list[tuple[Leased, Outgoing]] = []
        for one in leased:
            verdict = looked[one.id]
            if not isinstance(verdict, checks.Go):
                verdicts[one.id] = verdict
            elif one.proactive and unsettled:
                verdicts[one.id] = checks.Wait(now + unsettled, jumps.WAITS)
            else:
                going.append((one, verdict.outgoing))
        mails = [(one, outgoing.address) for one, outgoing in going]
        waits = await spacing.book(tx, self._context.secret, self._limits, mails, now)
        for one, outgoing in going:
            wait = waits.get(one.id)
            if wait is None:
                verdicts[one.id] = _Ready(outgoing)
            elif wait.total_seconds() <= AHEAD:
                verdicts[one.id] = _Ready(outgoing, self._clock.monotonic() + wait.total_seconds())
            else:
                verdicts[one.id] = checks.Wait(now + wait, spacing.SPACED)
        return verdicts

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
        """Later. While the whole channel rests it is not this message's try that failed, and none is counted."""
        everybody = receipt.scope == "channel"
        if everybody:
            await paces.rest(tx, leased.channel, receipt.until, receipt.reason)
        await self._put_off(tx, leased, receipt.until, receipt.reason, now, counted=not everybody)

    async def _put_off(
        self, tx: Tx, leased: Leased, until: datetime, reason: str, now: datetime, *, counted: bool
    ) -> None:
        """Try it again from `until` on; what was tried before, later: twice as long each time. Or give it up."""
        if now - leased.created_at > GIVE_UP:
            await outbox.settle(tx, leased, "failed", now=now, reason=f"given up: {reason}")
            return
        if counted:
            until = max(until, now + min(LONGEST_WAIT, _grown(until - now, leased.attempts)))
        attempts = leased.attempts + counted
        await outbox.put_back(tx, leased, attempts=attempts, reason=reason, not_before=until)

    async def _lost(self, tx: Tx, leased: Leased, now: datetime) -> None:
        """The address is gone: nothing else goes there, and the conversation hears of it at the top of the corridor."""
        address = (await prospects.addresses(tx, [leased.prospect_id])).get((leased.prospect_id, leased.channel))
        if address is not None:
            await prospects.close(tx, leased.channel, address[0], reason=prospects.REFUSED, now=now)
            if leased.channel == "email":
                # A mailbox that does not exist is the same for whoever brings it next; a blocked bot may be unblocked.
                lost = [("email", address[0])]
                await suppressions.add(tx, self._context.secret, lost, reason=prospects.REFUSED, now=now)
        await outbox.cancel(tx, "unreachable", prospect_id=leased.prospect_id, channel=leased.channel)
        payload = refusal(leased.conversation_id, leased.channel)
        lane = f"conversation:{leased.conversation_id}"
        # A number alone would not do: SQLite gives that of a row that was erased to another one.
        key = f"outbox:{leased.id}:{leased.created_at.isoformat()}"
        await inbox.put(tx, [RawInput("refusal", key, lane, payload)], now)

    async def _after_fault(self, tx: Tx, leased: Leased, fault: Fault) -> None:
        """Before the call the row is tried again, after it nobody can know."""
        now, reason = self._clock.now(), f"inner fault: {fault.kind}"
        if fault.called:
            await outbox.settle(tx, leased, "unknown", now=now, reason=reason)
        else:
            await self._put_off(tx, leased, now + AFTER_FAULT, reason, now, counted=not fault.away)


def _grown(pause: timedelta, tried: int) -> timedelta:
    """The pause after so many tries before: doubled with each, and after the first a little more, by chance."""
    factor: int = 2 ** min(tried, 16)
    return max(pause, timedelta(seconds=1)) * (factor + (factor - 1) * random.random() / 4)  # noqa: S311 - jitter
