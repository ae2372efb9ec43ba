"""Telegram and mail as they are in a rehearsal: behind the port of the real ones, and nothing leaves the process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, TypeVar

from bot.runtime.clock import Clock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused
from bot.simulation.actor import Actor
from bot.simulation.watch import Watch
from storage import outbox
from storage.database import Tx
from storage.outbox import Leased

T = TypeVar("T")

Name = Literal["telegram", "email"]
TOGETHER = 200
"""Messages handed on in one transaction."""


class Post:
    """One channel: finds the person behind the address, and lets them have the message, or refuses it as they would."""

    def __init__(self, name: Name, clock: Clock, people: Mapping[str, Actor], watch: Watch) -> None:
        """`people` by address."""
        self._name, self._clock, self._people, self._watch = name, clock, people, watch
        self._count = 0

    @property
    def name(self) -> Name:
        """Which channel this is."""
        return self._name

    async def send(self, outgoing: Outgoing) -> Receipt:
        """It arrived; or the bot is blocked, the mailbox is not there, or the channel is busy for a moment."""
        actor, now = self._people[outgoing.address], self._clock.now()
        if actor.refuses(self._name):
            return Refused("blocked" if self._name == "telegram" else "no such mailbox", gone=True)
        if actor.hiccup():
            return Deferred(now + timedelta(seconds=90), "busy")
        self._count += 1
        remote = outgoing.edits_remote_id or f"{self._name}-{self._count}"
        self._watch.delivered(actor, self._name, outgoing, remote, now)
        actor.hears(self._name, outgoing, remote, now)
        return Delivered(remote)


class RehearsalDispatcher(Dispatcher):
    """The dispatcher, whose messages share their transactions: every look, receipt and rule is the real one's."""

    def __init__(self, *parts: Any) -> None:
        """As the real one; nothing has failed."""
        super().__init__(*parts)
        self.faults: list[str] = []

    async def send_waiting(self) -> int:
        """Send what may go out now, one group; returns how many rows were taken."""
        now = self._clock.now()
        ready = await self._database.look(lambda tx: outbox.has_ready(tx, now))
        leased = await self._claim(TOGETHER) if ready else []
        if not leased:
            return 0
        prepared = await self._each(leased, lambda row: lambda tx: self._prepare(tx, row))
        going = [(row, out) for row, out in prepared if out is not None]
        receipts = {row.id: await self._channels[row.channel].send(out) for row, out in going}
        await self._each([row for row, _ in going], lambda row: lambda tx: self._settle(tx, row, receipts[row.id]))
        return len(leased)

    async def _each(
        self, rows: Sequence[Leased], work: Callable[[Leased], Callable[[Tx], Awaitable[T]]]
    ) -> list[tuple[Leased, T]]:
        """Do this with all rows in one transaction; when that fails, with each alone.

        One that fails then is dealt with as the real dispatcher does, and noted in `faults`.
        """

        async def together(tx: Tx) -> list[T]:
            return [await work(row)(tx) for row in rows]

        try:
            return list(zip(rows, await self._database.transact(together), strict=True))
        except Exception:  # noqa: BLE001 - whichever it was: each gets a transaction of its own
            found = await asyncio.gather(*(self._database.transact(work(row)) for row in rows), return_exceptions=True)
        done: list[tuple[Leased, T]] = []
        for row, result in zip(rows, found, strict=True):
            if isinstance(result, BaseException):
                kind = type(result).__name__
                self.faults.append(kind)
                await self._database.transact(lambda tx, a=row, b=kind: self._after_fault(tx, a, b))  # type: ignore[misc]
            else:
                done.append((row, result))
        return done
