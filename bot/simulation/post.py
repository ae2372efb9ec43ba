"""Telegram and mail as they are in a rehearsal: behind the port of the real ones, and nothing leaves the process."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from bot.runtime.clock import Clock
from bot.runtime.dispatcher import Dispatcher, Fault
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused
from bot.simulation.actor import Actor
from bot.simulation.watch import Watch
from storage.database import Tx
from storage.outbox import Leased

Name = Literal["telegram", "email"]


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
    """The dispatcher, with a list of what failed: every look, receipt and rule is the real one's."""

    def __init__(self, *parts: Any) -> None:
        """As the real one; nothing has failed."""
        super().__init__(*parts)
        self.faults: list[str] = []

    async def _after_fault(self, tx: Tx, leased: Leased, fault: Fault) -> None:
        self.faults.append(fault.kind)
        await super()._after_fault(tx, leased, fault)
