"""Where signed webhooks go. Endpoints are never deleted, only disabled: what was sent to them stays explained."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import insert, select, update

from storage.database import Record, Tx
from storage.ids import new_uid
from storage.tables import deliveries, endpoints

EventName = Literal[
    "answer.recorded",
    "lead.qualified",
    "task.created",
    "offer.granted",
    "purchase.attributed",
    "conversation.needs_person",
    "prospect.erased",
]
"""What others may be told of."""

EVENTS: Final[tuple[EventName, ...]] = get_args(EventName)
TEST: Final = "webhook.test"
"""Sent by hand, to any endpoint."""

_known: dict[str, tuple[datetime, tuple[tuple[int, frozenset[str]], ...]]] = {}
"""Open endpoints as they were a moment ago, by database: turns that nobody listens to cost no statement."""

REMEMBERED: Final = 5
"""Seconds: so long may an endpoint that another process has added or disabled be unknown to this one."""


async def listening(tx: Tx, event: str, now: datetime) -> list[int]:
    """The endpoints (row ids) that want this event."""
    place = str(tx.engine.url)
    known = _known.get(place)
    if known is None or not 0 <= (now - known[0]).total_seconds() < REMEMBERED:
        rows = await tx.execute(select(endpoints.c.id, endpoints.c.events).where(endpoints.c.disabled_at.is_(None)))
        known = (now, tuple((row.id, frozenset(row.events)) for row in rows))
        _known[place] = known
    return [number for number, events in known[1] if event in events]


def forget_known() -> None:
    """Look again at the next event: endpoints have changed. Called after the commit."""
    _known.clear()


async def add(tx: Tx, url: str, events: Sequence[str], by: str, now: datetime) -> Record:
    """A new endpoint for these events; returns its row."""
    forget_known()
    values = {"uid": new_uid(), "url": url, "events": list(events), "created_by": by, "created_at": now}
    row: Record = (await tx.execute(insert(endpoints).values(**values).returning(endpoints))).one()
    return row


async def everyone(tx: Tx) -> Sequence[Record]:
    """All endpoints, those in use first, then the newest."""
    order = (endpoints.c.disabled_at.is_not(None), endpoints.c.id.desc())
    return (await tx.execute(select(endpoints).order_by(*order))).all()


async def by_uid(tx: Tx, uid: str) -> Record | None:
    """The endpoint of this uid."""
    return (await tx.execute(select(endpoints).where(endpoints.c.uid == uid))).one_or_none()


async def disable(tx: Tx, endpoint_id: int, now: datetime) -> bool:
    """Send nothing more there, and give up what waits. False when it was disabled before."""
    forget_known()
    done = await tx.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.disabled_at.is_(None))
        .values(disabled_at=now)
    )
    waiting = update(deliveries).where(deliveries.c.endpoint_id == endpoint_id, deliveries.c.state == "ready")
    await tx.execute(waiting.values(state="failed"))
    return done.rowcount == 1


async def enable(tx: Tx, endpoint_id: int) -> bool:
    """Send there again, from now on. False when it was in use."""
    forget_known()
    done = await tx.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.disabled_at.is_not(None))
        .values(disabled_at=None, failing_since=None)
    )
    return done.rowcount == 1
