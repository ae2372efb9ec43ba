"""Checkouts nobody came back to: no shop reports them, so they are found by silence, and reported as the shop would."""

from datetime import datetime
from typing import Any

from bot.data.purchases import shop_input
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.supervisor import Supervisor
from storage import checkouts, inbox
from storage.database import Database, Record, Tx
from storage.inbox import RawInput

LOOK = 10.0
"""Seconds between two looks; a checkout waits for an hour, so this is soon enough."""

GROUP = 100
"""Checkouts reported in one transaction."""


async def report_abandoned(database: Database, clock: Clock, bells: Bells) -> int:
    """Put a `cart_abandoned` report into the inbox for every checkout that was silent long enough. Returns how many.

    The report and the checkout's new state are one transaction: a checkout is reported exactly once.
    """
    if not await database.look(lambda tx: checkouts.any_due(tx, clock.now())):
        return 0
    count = await database.transact(lambda tx: _report(tx, clock.now()))
    if count:
        bells.work.ring_everywhere()
    return count


async def _report(tx: Tx, now: datetime) -> int:
    due = await checkouts.abandon_due(tx, now, GROUP)
    await inbox.put(tx, [_input(row) for row in due], now)
    failpoint("abandoned.before_commit")
    return len(due)


def _input(row: Record) -> RawInput:
    """The report; it happened when the checkout was last touched, so that waiting does not count twice."""
    report: dict[str, Any] = row.report
    data = report["data"] | {"checkout": {"shop": row.shop, "key": row.key}}
    key = f"checkout:{row.shop}:{row.key}"
    return shop_input("cart_abandoned", key, dict(report["identities"]), row.updated_at, data)


async def watch(database: Database, clock: Clock, bells: Bells, supervisor: Supervisor) -> None:
    """Report abandoned checkouts until the house stops."""
    while not supervisor.stopping.is_set():
        if await report_abandoned(database, clock, bells) < GROUP:
            await supervisor.unless_stopping(clock.sleep(LOOK))
