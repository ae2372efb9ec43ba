"""The guards of delivery, each of which the server of a test can be told to do without.

Only here, never in the program. Where a guard stands behind another one, the front one is taken away as well: with it
gone and the guard in place nothing may be seen, with both gone it must be.
"""

import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from bot.channels.telegram import poller
from bot.runtime import checks
from bot.runtime.presence import Presence
from flows.scene import Granted
from storage import failpoints, inbox, outbox, saving, sending, shelf
from storage.database import Tx
from storage.ids import new_uid

Put = Callable[[Tx, Sequence[inbox.RawInput], datetime], Awaitable[list[int]]]


def confirm_first(hit: int) -> None:
    """The offset is raised, and Telegram told, before the updates are written down."""
    keep = poller._Poller._keep

    async def hasty(self: Any, updates: list[Any]) -> bool:
        if updates:
            self._offset = poller._after(updates, self._offset)
            wanted = {"timeout": 0, "limit": 1, "offset": self._offset}
            await self._bot.do_api_request(poller._GET_UPDATES, wanted)
        return await keep(self, updates)

    poller._Poller._keep = hasty  # type: ignore[method-assign]


def forget_natural_keys(hit: int) -> None:
    """What comes in twice is kept twice."""
    put: Put = inbox.put

    async def again(tx: Tx, items: Sequence[inbox.RawInput], now: datetime) -> list[int]:
        return await put(tx, [replace(one, natural_key=f"{one.natural_key}:{new_uid()}") for one in items], now)

    inbox.put = again


def call_unannounced(hit: int) -> None:
    """A channel is called while its message is only leased."""

    async def nothing(tx: Tx, rows: Sequence[int], now: datetime) -> None:
        return None

    sending.start = nothing


def do_not_look_again(hit: int) -> None:
    """Consent, purchases and stops are not looked at again before a message goes."""
    checks._objection = lambda leased, row, seen: None


def tear_turn(hit: int) -> None:
    """Half of the turn at this hit is lost: what it wrote stays, its state and its row in the inbox do not change."""
    update, done = saving._UPDATE, inbox.done
    turns = count(1)
    this = [next(turns)]

    async def torn_update(tx: Tx, rows: Any) -> None:
        if this[0] != hit:
            await update(tx, rows)

    async def torn_done(tx: Tx, notes: Sequence[tuple[int, str]], now: datetime) -> None:
        if this[0] != hit:
            await done(tx, notes, now)
        this[0] = next(turns)

    saving._UPDATE = torn_update
    inbox.done = torn_done


def forget_grants(hit: int) -> None:
    """A turn does not see what was granted before."""

    async def nothing(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, tuple[Granted, ...]]:
        return {}

    shelf.granted_to = nothing


def sleep_at_failpoints() -> None:
    """A process that comes to its failpoint is stopped there, and can be woken."""

    def sleep(name: str) -> None:
        failpoints._armed[name] -= 1
        if not failpoints._armed[name]:
            os.kill(os.getpid(), signal.SIGSTOP)

    failpoints._hit = sleep


def _to_send(fenced: bool) -> None:
    async def anything(tx: Tx, leased: Sequence[outbox.Leased]) -> dict[int, Any]:
        fences = {row.id: row.fence for row in leased}
        found = await tx.execute(sending._TO_SEND, {"rows": list(fences)})
        return {row.id: row for row in found if not fenced or row.fence == fences[row.id]}

    sending.to_send = anything


def lose_the_state(hit: int) -> None:
    """Whether a message is still only leased is not looked at: a sender that slept goes on by its fence alone."""
    _to_send(fenced=True)


def lose_the_fence(hit: int) -> None:
    """Nor is it by its fence: a sender that slept goes on."""
    _to_send(fenced=False)


def never_lost(hit: int) -> None:
    """A process that slept takes what it held for its own still."""
    Presence.holds = lambda self: True  # type: ignore[method-assign]


OFF: Final[dict[str, Callable[[int], None]]] = {
    "offset after the commit": confirm_first,
    "natural key of the inbox": forget_natural_keys,
    "sending before the call": call_unannounced,
    "a last look before sending": do_not_look_again,
    "one transaction for a turn": tear_turn,
    "a look at what was granted": forget_grants,
    "a look whether we are lost": never_lost,
    "state of a lease": lose_the_state,
    "fence": lose_the_fence,
}


def switch_off(name: str, hit: int) -> None:
    """Do without this guard from now on, in this process; `hit` is that of the failpoint it is armed for."""
    OFF[name](hit)
