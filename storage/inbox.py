"""Raw input: committed before it is acknowledged, handed out in order, put aside after three failures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, func, literal, or_, select, union_all, update
from sqlalchemy.sql.dml import ReturningUpdate

from storage.database import Tx
from storage.dialects import among, one_at_a_time
from storage.many import many, whether_any
from storage.tables import inbox

MAX_ATTEMPTS = 3
"""After so many failed attempts a row is quarantined, and what stands behind it flows on."""

LEASE = timedelta(seconds=60)

QUOTA = 10
"""Rows of one lane that are handed out together."""

TOGETHER = 10_000
"""Keys that are looked up in one statement: PostgreSQL's driver takes 32,767 arguments, and SQLite not many more."""

REST = timedelta(seconds=1)
"""How long a lane rests of which more waited than its quota: whoever floods us delays nobody but themselves."""


@dataclass(frozen=True, slots=True)
class RawInput:
    """Something from outside as it came.

    `natural_key` is unique within its source; `lane` keeps the order of one sender.
    """

    source: str
    natural_key: str
    lane: str
    payload: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row handed out to be processed; `attempts` counts this one, `worker` is whom it was handed to."""

    id: int
    source: str
    lane: str
    payload: str
    attempts: int
    received_at: datetime
    worker: int | None = None


async def put(tx: Tx, items: Sequence[RawInput], now: datetime) -> list[int]:
    """Keep raw input.

    What is known already (same source and natural key) changes nothing. Returns the row ids in order.
    """
    if not items:
        return []
    rows = [
        {
            "source": item.source,
            "natural_key": item.natural_key,
            "lane": item.lane,
            "payload": item.payload,
            "state": "new",
            "attempts": 0,
            "received_at": now,
        }
        for item in items
    ]
    await _PUT(tx, rows)
    ids: dict[tuple[str, str], int] = {}
    for start in range(0, len(items), TOGETHER):
        piece = items[start : start + TOGETHER]
        keys, sources = {item.natural_key for item in piece}, {item.source for item in piece}
        found = await tx.execute(_IDS, {"keys": list(keys), "sources": list(sources)})
        ids |= {(row.source, row.natural_key): row.id for row in found}
    return [ids[item.source, item.natural_key] for item in items]


_PUT = many(lambda insert: insert(inbox).on_conflict_do_nothing())
_IDS = select(inbox.c.id, inbox.c.source, inbox.c.natural_key).where(
    inbox.c.natural_key.in_(bindparam("keys", expanding=True)), inbox.c.source.in_(bindparam("sources", expanding=True))
)


async def claim(
    tx: Tx, now: datetime, limit: int, worker: int | None = None, *, tried_first: bool = False
) -> list[Claimed]:
    """Hand out the next rows to this worker, counting the attempt: commit this before processing them.

    Rows never tried come in a group; one that was tried before comes alone, so that a row that brings the process down
    takes no innocent row with it. It comes when there are no others, or before them with `tried_first`. A lane whose
    earlier row is being worked on, or waits for another attempt, is left alone: order per sender holds. So is one that
    rests: it gets `QUOTA` rows at a time. Rows that have had all their attempts are put aside first.
    """
    # Two workers that look at the same moment would each see the other's lanes as free.
    await one_at_a_time(tx, "inbox.claim")
    await tx.execute(_PUT_ASIDE, {"now": now})
    order = ((_FRESH, limit), (_AGAIN, 1))
    for which, most in reversed(order) if tried_first else order:
        rows = await tx.execute(which, {"now": now, "most": most, "until": now + LEASE, "by": worker})
        claimed = sorted((Claimed(*row) for row in rows), key=lambda row: row.id)
        if claimed:
            return await _within_quota(tx, claimed, now)
    return []


async def _within_quota(tx: Tx, claimed: list[Claimed], now: datetime) -> list[Claimed]:
    """What each lane may have of these now. The rest is handed back, and their lane rests: its order holds."""
    given: Counter[str] = Counter()
    kept: list[Claimed] = []
    back: list[dict[str, Any]] = []
    for row in claimed:
        given[row.lane] += 1
        if given[row.lane] <= QUOTA:
            kept.append(row)
        else:
            # The first that is handed back holds up its lane; what stands behind it waits for it anyway.
            back.append({"row": row.id, "until": now + REST if given[row.lane] == QUOTA + 1 else None})
    await _REST(tx, back)
    return kept


_REST = many(
    lambda _: (
        update(inbox)
        .where(inbox.c.id == bindparam("row"))
        .values(attempts=inbox.c.attempts - 1, lease_until=bindparam("until"), worker=None)
    )
)


_NOW = bindparam("now", type_=inbox.c.lease_until.type)
_FREE = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= _NOW)
_ANY = whether_any(select(inbox.c.id).where(inbox.c.state == "new", _FREE).limit(1))
_PUT_ASIDE = (
    update(inbox)
    .where(inbox.c.state == "new", inbox.c.attempts >= MAX_ATTEMPTS, _FREE)
    .values(
        state="quarantined",
        done_at=_NOW,
        lease_until=None,
        note=func.coalesce(inbox.c.note, "the process ended while handling it"),
    )
)


def _handing_out(which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    earlier = inbox.alias("earlier")
    busy = exists().where(
        earlier.c.lane == inbox.c.lane,
        earlier.c.id < inbox.c.id,
        earlier.c.state == "new",
        or_(earlier.c.lease_until > _NOW, earlier.c.attempts > 0),
    )
    chosen = (
        select(inbox.c.id)
        .where(inbox.c.state == "new", which, _FREE, ~busy)
        .order_by(inbox.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=inbox)
    )
    return (
        update(inbox)
        .where(inbox.c.id.in_(chosen.scalar_subquery()))
        .values(attempts=inbox.c.attempts + 1, lease_until=bindparam("until"), worker=bindparam("by"))
        .returning(*(inbox.c[field.name] for field in fields(Claimed)))
    )


_FRESH = _handing_out(inbox.c.attempts == 0)
_AGAIN = _handing_out(inbox.c.attempts > 0)


async def still_ours(tx: Tx, rows: Sequence[Claimed]) -> list[Claimed]:
    """Those of these rows that nobody has taken up or back meanwhile, because we slept; locked until the end."""
    found = await tx.execute(_OURS, {"rows": [row.id for row in rows]})
    ours = {(row.id, row.attempts, row.worker) for row in found}
    return [row for row in rows if (row.id, row.attempts, row.worker) in ours]


_OURS = (
    select(inbox.c.id, inbox.c.attempts, inbox.c.worker)
    .where(inbox.c.id.in_(bindparam("rows", expanding=True)), inbox.c.state == "new")
    .order_by(inbox.c.id)
    .with_for_update()
)


def _this(row: Claimed) -> ColumnElement[bool]:
    """The row, while nobody else has taken it up or back."""
    same = inbox.c.worker.is_not_distinct_from(row.worker)
    return and_(inbox.c.id == row.id, inbox.c.attempts == row.attempts, same, inbox.c.state == "new")


async def hand_back(tx: Tx, row: Claimed) -> None:
    """This row was not looked at: it waits as before, and the attempt does not count."""
    await tx.execute(
        update(inbox).where(_this(row)).values(attempts=inbox.c.attempts - 1, lease_until=None, worker=None)
    )


async def hand_all_back(tx: Tx, rows: Sequence[Claimed]) -> None:
    """As `hand_back` for each of these that is still ours."""
    for row in rows:
        await hand_back(tx, row)


async def has_work(tx: Tx, now: datetime) -> bool:
    """Whether any row may be handed out: a look that writes nothing."""
    return await _ANY(tx, {"now": now})


_DONE = many(
    lambda _: (
        update(inbox)
        .where(inbox.c.id == bindparam("row"))
        .values(state="done", done_at=bindparam("at"), note=bindparam("came_to"), lease_until=None)
    )
)


async def done(tx: Tx, notes: Sequence[tuple[int, str]], now: datetime) -> None:
    """These rows (id, what it led to) have been processed."""
    await _DONE(tx, [{"row": row, "came_to": note[:500], "at": now} for row, note in notes])


async def failed(tx: Tx, row: Claimed, reason: str, now: datetime) -> bool:
    """This attempt failed.

    Returns True when it was the last one: then the row is put aside, whole, for a person to look at.
    """
    final = row.attempts >= MAX_ATTEMPTS
    values = (
        {"state": "quarantined", "done_at": now, "lease_until": None}
        if final
        else {"lease_until": now + timedelta(seconds=2 ** (row.attempts - 1)), "worker": None}
    )
    await tx.execute(update(inbox).where(_this(row)).values(note=reason[:500], **values))
    return final


async def release_leases(tx: Tx) -> None:
    """After a crash of the only process: nobody else works on these rows, so they may be taken at once."""
    await tx.execute(update(inbox).where(inbox.c.state == "new").values(lease_until=None))


async def take_back(tx: Tx, workers: Sequence[int]) -> None:
    """What these workers have in hand may be taken at once. What they have locked this moment is left alone."""
    theirs = select(inbox.c.id).where(
        inbox.c.state == "new", inbox.c.worker.in_(workers), inbox.c.lease_until.is_not(None)
    )
    free = theirs.with_for_update(skip_locked=True).scalar_subquery()
    await tx.execute(update(inbox).where(inbox.c.id.in_(free)).values(lease_until=None, worker=None))


async def is_settled(tx: Tx, row_id: int) -> bool:
    """Whether this row has been processed or put aside."""
    return (await tx.execute(_STATE, {"row": row_id})).scalar_one_or_none() != "new"


_STATE = select(inbox.c.state).where(inbox.c.id == bindparam("row"))


async def waits(tx: Tx, lane: str) -> bool:
    """Whether something of this lane has not been processed yet."""
    query = select(exists().where(inbox.c.lane == lane, inbox.c.state == "new"))
    return bool((await tx.execute(query)).scalar_one())


async def knows(tx: Tx, source: str, natural_key: str) -> bool:
    """Whether this very input has come in before."""
    query = select(exists().where(inbox.c.source == source, inbox.c.natural_key == natural_key))
    return bool((await tx.execute(query)).scalar_one())


async def backlog(tx: Tx) -> dict[str, int]:
    """How many rows wait (`new`) and how many were put aside (`quarantined`)."""
    return {state: number for state, number in await tx.execute(_BACKLOG) if number}


_BACKLOG = union_all(
    *(select(literal(state), func.count()).where(among(inbox.c.state, (state,))) for state in ("new", "quarantined"))
)
"""Each by an index of its own: what is done grows for ever."""
