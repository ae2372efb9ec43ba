"""Signed webhooks on their way out: written in the transaction that caused them, sent at least once, never forgotten.

An attempt is counted before it is made, so that a process that dies during one cannot send for ever.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy import insert as plain_insert

from storage import endpoints as receivers
from storage.database import Record, Tx
from storage.dialects import among, insert
from storage.endpoints import TEST, EventName
from storage.ids import fingerprint, new_uid
from storage.tables import deliveries, endpoints, identities, prospects

PAUSES: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""How long to wait after each attempt that failed; after the last one a delivery has failed for good."""

UNDER_WAY: Final = timedelta(minutes=1)
"""Nobody else takes up a delivery that is being tried for so long."""

AT_ONCE: Final = 5
"""Deliveries to one endpoint that a process tries at the same time: one that hangs holds up nobody else."""

MOST: Final = 50
"""Deliveries that a process tries at the same time, to whichever endpoints."""

KEPT: Final = timedelta(days=30)
"""How long deliveries that are over can be looked at."""


async def announce(
    tx: Tx, event: EventName, data: Mapping[str, Any], prospect_id: int | None, key: str, now: datetime
) -> int:
    """Tell whoever listens that this happened, in the caller's transaction. Returns to how many endpoints.

    `data` is JSON with moments and money as text; who it is (`prospect`: id and the shop's own external_id) is added.
    `key` names the occurrence: announced again, it changes nothing. Costs no statement when nobody listens.
    """
    wanted = await receivers.listening(tx, event, now)
    if not wanted:
        return 0
    who = {} if prospect_id is None else {"prospect": await _who(tx, prospect_id)}
    message_id = f"msg_{fingerprint(f'{event}:{key}')[:32]}"
    rows = [_row(number, message_id, event, who | dict(data), prospect_id, now) for number in wanted]
    made = await tx.execute(insert(tx, deliveries).on_conflict_do_nothing().returning(deliveries.c.id), rows)
    return len(made.all())


async def put_test(tx: Tx, endpoint_id: int, now: datetime) -> int:
    """A delivery that says nothing but that it works; returns its row id."""
    row = _row(endpoint_id, f"msg_{new_uid()}", TEST, {"note": "It works."}, None, now)
    # Whoever asked for it sends it: nobody else shall take it up meanwhile.
    values = row | {"attempts": 1, "not_before": now + UNDER_WAY}
    return int((await tx.execute(plain_insert(deliveries).values(values).returning(deliveries.c.id))).scalar_one())


def written(moment: datetime | None) -> str | None:
    """A moment as JSON has it: ISO 8601 with Z."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _row(
    endpoint_id: int, message_id: str, event: str, data: dict[str, Any], prospect_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "endpoint_id": endpoint_id,
        "message_id": message_id,
        "prospect_id": prospect_id,
        "event": event,
        "payload": json.dumps({"type": event, "timestamp": written(now), "data": data}, ensure_ascii=False),
        "state": "ready",
        "attempts": 0,
        "not_before": now,
        "created_at": now,
    }


async def _who(tx: Tx, prospect_id: int) -> dict[str, Any]:
    query = (
        select(prospects.c.uid, func.max(identities.c.value).label("external"))
        .outerjoin(identities, (identities.c.prospect_id == prospects.c.id) & (identities.c.kind == "external"))
        .where(prospects.c.id == prospect_id)
        .group_by(prospects.c.uid)
    )
    row = (await tx.execute(query)).one_or_none()
    return {} if row is None else {"id": row.uid, "external_id": row.external}


async def any_due(tx: Tx, now: datetime, full: Collection[int] = ()) -> bool:
    """Whether anything may be sent, but to these endpoints: a look that writes nothing."""
    due = select(deliveries.c.id).where(_ready(), deliveries.c.not_before <= now)
    query = due.where(deliveries.c.endpoint_id.not_in(full)) if full else due
    return (await tx.execute(query.limit(1))).scalar_one_or_none() is not None


async def claim(tx: Tx, now: datetime, under_way: Mapping[int, int] | None = None) -> list[Record]:
    """What is to be sent now, a few for each endpoint; the attempt is counted. Commit before sending.

    Rows of `one`. `under_way`: how many calls to each endpoint this process is making; whom it calls least comes first.
    What has had all its attempts (its process died in the last one), or goes to an endpoint that was disabled just
    before it was announced, has failed.
    """
    calls = Counter(under_way or {})
    receiving = (await tx.execute(select(endpoints.c.id).where(endpoints.c.disabled_at.is_(None)))).scalars().all()
    hopeless = or_(deliveries.c.attempts > len(PAUSES), deliveries.c.endpoint_id.not_in(receiving))
    await tx.execute(
        update(deliveries).where(_ready(), deliveries.c.not_before <= now, hopeless).values(state="failed")
    )
    claimed: list[Record] = []
    for endpoint_id in sorted(receiving, key=lambda one: calls[one]):
        places = min(AT_ONCE - calls[endpoint_id], MOST - calls.total() - len(claimed))
        if places > 0:
            claimed += await _claim_for(tx, endpoint_id, places, now)
    return claimed


async def _claim_for(tx: Tx, endpoint_id: int, places: int, now: datetime) -> Sequence[Record]:
    due = (
        select(deliveries.c.id)
        .where(_ready(), deliveries.c.not_before <= now, deliveries.c.endpoint_id == endpoint_id)
        .order_by(deliveries.c.not_before, deliveries.c.id)
        .limit(places)
        .with_for_update(skip_locked=True)
    )
    ids = (await tx.execute(due)).scalars().all()
    if not ids:
        return ()
    counted = update(deliveries).where(deliveries.c.id.in_(ids))
    await tx.execute(counted.values(attempts=deliveries.c.attempts + 1, not_before=now + UNDER_WAY))
    return (await tx.execute(_WITH_ENDPOINT.where(deliveries.c.id.in_(ids)))).all()


async def one(tx: Tx, delivery_id: int) -> Record | None:
    """A delivery with its endpoint: id, endpoint_id, uid, url, message_id, event, payload, attempts, state, status."""
    return (await tx.execute(_WITH_ENDPOINT.where(deliveries.c.id == delivery_id))).one_or_none()


async def delivered(tx: Tx, row: Record, status: int, now: datetime) -> None:
    """The endpoint has taken it."""
    mine = update(deliveries).where(deliveries.c.id == row.id)
    await tx.execute(mine.values(state="delivered", status=status, delivered_at=now))
    await tx.execute(
        update(endpoints)
        .where(endpoints.c.id == row.endpoint_id, endpoints.c.failing_since.is_not(None))
        .values(failing_since=None)
    )


async def not_delivered(tx: Tx, row: Record, status: int | None, now: datetime, *, final: bool = False) -> None:
    """This attempt failed, with an HTTP status or without; it is tried again later, unless it was the last one."""
    over = final or row.attempts > len(PAUSES)
    again = {"state": "failed"} if over else {"not_before": now + PAUSES[row.attempts - 1]}
    mine = update(deliveries).where(deliveries.c.id == row.id, deliveries.c.state == "ready")
    await tx.execute(mine.values(status=status, **again))
    await tx.execute(
        update(endpoints)
        .where(endpoints.c.id == row.endpoint_id, endpoints.c.failing_since.is_(None))
        .values(failing_since=now)
    )


async def retry(tx: Tx, delivery_id: int, now: datetime) -> bool:
    """Try one that failed again, with all its attempts. False when it has not failed, or its endpoint is disabled."""
    open_one = exists().where(endpoints.c.id == deliveries.c.endpoint_id, endpoints.c.disabled_at.is_(None))
    done = await tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == "failed", open_one)
        .values(state="ready", attempts=0, not_before=now)
    )
    return done.rowcount == 1


async def newest(tx: Tx, limit: int) -> Sequence[Record]:
    """The last deliveries with their endpoints, newest first."""
    return (await tx.execute(_WITH_ENDPOINT.order_by(deliveries.c.id.desc()).limit(limit))).all()


async def counts(tx: Tx) -> dict[tuple[int, str], int]:
    """(endpoint, state) -> how many deliveries."""
    query = select(deliveries.c.endpoint_id, deliveries.c.state, func.count())
    rows = await tx.execute(query.group_by(deliveries.c.endpoint_id, deliveries.c.state))
    return {(row[0], row[1]): row[2] for row in rows}


async def prune(tx: Tx, now: datetime) -> int:
    """Forget deliveries that have been over for long."""
    old = delete(deliveries).where(deliveries.c.state != "ready", deliveries.c.created_at < now - KEPT)
    return (await tx.execute(old)).rowcount


def _ready() -> Any:
    return among(deliveries.c.state, ["ready"])


_WITH_ENDPOINT = select(
    deliveries.c.id,
    deliveries.c.endpoint_id,
    endpoints.c.uid,
    endpoints.c.url,
    endpoints.c.disabled_at,
    deliveries.c.message_id,
    deliveries.c.event,
    deliveries.c.payload,
    deliveries.c.state,
    deliveries.c.attempts,
    deliveries.c.status,
    deliveries.c.not_before,
    deliveries.c.created_at,
    deliveries.c.delivered_at,
).join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
