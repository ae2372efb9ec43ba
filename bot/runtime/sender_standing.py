"""First mails are held back while receivers are likely to refuse the shop's mail, or until a person says `go on`.

Who goes on writing to strangers then is refused by ever more receivers, and loses the answers of those who want them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.runtime.clock import Clock
from bot.runtime.reputation import Reputation, Standing
from bot.runtime.supervisor import Supervisor
from storage import mail_standing, often, prospects, provider_paces
from storage.database import Database, Tx
from storage.outbox import Leased
from storage.reads import mail_view

log = structlog.get_logger("sender_standing")

MONTH: Final = timedelta(days=30)
"""How far back mail is counted."""

LOOK: Final = 600.0
"""Seconds between two times at which the standing is worked out."""

AGAIN: Final = timedelta(hours=1)
"""How long a first mail waits before it is looked at again."""

REFUSED: Final = "receivers are likely to refuse the shop's mail"
"""Why a first mail waits."""

_BAD: Final[Standing] = "bad"
_FRESH: Final[Standing] = "unknown"


async def reputation(tx: Tx, now: datetime) -> Reputation:
    """How receivers see the mail of the last 30 days, but for what was before somebody said `go on`."""
    kept = await mail_standing.kept(tx)
    return await _count(tx, kept.counted_from if kept is not None else None, now)


async def _count(tx: Tx, went_on: datetime | None, now: datetime) -> Reputation:
    since = max(now - MONTH, went_on or now - MONTH)
    closed, sent = await mail_view.closed(tx, since), await often.mails_since(tx, since)
    # A mail refused at the door was handed over as well, though it never counts as sent.
    refused = closed.get(prospects.REFUSED, 0)
    lost = closed.get(prospects.BOUNCED, 0) + refused
    return Reputation(sent + refused, lost, closed.get(prospects.COMPLAINED, 0))


async def work_out(database: Database, now: datetime) -> Standing:
    """Count a month of mail and keep the standing; returns what was counted. Two processes may do it at once.

    Providers that have rested are forgotten on the way.
    """
    async with database.read_patiently() as tx:
        before = await mail_standing.kept(tx)
        since = before.counted_from if before is not None else None
        standing = (await _count(tx, since, now)).standing
    after = await database.transact(lambda tx: mail_standing.keep(tx, standing, since, now))
    await database.transact(lambda tx: provider_paces.forget(tx, now))
    was_bad = before is not None and before.standing == _BAD
    if (after.standing == _BAD) != was_bad:
        log.warning("first mails go again" if was_bad else f"first mails are held back: {REFUSED}")
    return standing


async def watch(database: Database, clock: Clock, supervisor: Supervisor) -> None:
    """Work the standing out every ten minutes, until the house stops."""
    while not supervisor.stopping.is_set():
        await work_out(database, clock.now())
        await supervisor.unless_stopping(clock.sleep(LOOK))


async def held_since(tx: Tx) -> datetime | None:
    """Since when first mails are held back; None when they go."""
    kept = await mail_standing.kept(tx)
    return kept.since if kept is not None and kept.standing == _BAD else None


async def counted_from(tx: Tx, now: datetime) -> datetime | None:
    """When somebody said `go on`, while mail from before would still count; None when a whole month is counted."""
    kept = await mail_standing.kept(tx)
    said = kept.counted_from if kept is not None else None
    return said if said is not None and said > now - MONTH else None


async def go_on(tx: Tx, now: datetime) -> bool:
    """Let first mails go, and count afresh from now on. False when none are held back.

    Nothing has been counted yet at this moment, so that the standing is unknown without a look at the outbox.
    """
    return await mail_standing.count_from(tx, _FRESH, instead_of=_BAD, now=now)


async def held_back(tx: Tx, unasked: Sequence[Leased]) -> set[int]:
    """Which of these mails (row ids), that Holdback sends unasked, have to wait.

    While the standing is bad, those of conversations of which nothing has left the house yet.
    """
    if not unasked or await held_since(tx) is None:
        return set()
    begun = await often.begun(tx, sorted({one.conversation_id for one in unasked}))
    return {one.id for one in unasked if one.conversation_id not in begun}
