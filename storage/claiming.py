"""Who may go next: the first message of each prospect, answers before reminders before first messages.

Each rank of each channel is a stretch of one index, read from its oldest row on: a claim costs the same however many
messages wait.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, not_, or_, select, union_all, update

from storage.database import Tx
from storage.dialects import among
from storage.failpoints import failpoint
from storage.outbox import ANSWER, FIRST, LEASE, LIVE, OWN, RANKS, Leased
from storage.tables import outbox

LONG: Final = timedelta(minutes=2)
"""An answer keeps its place behind what was tried and is tried again within so long."""

CYCLE: Final = 8
"""Of so many places one goes to a reminder and one to a first message, however many answers wait: none starves."""


def choose(waiting: Mapping[int, Sequence[int]], places: int, given: int) -> list[int]:
    """The rows that get the next `places` places, in order: `waiting` are ids by rank, each rank in its own order.

    `given` is how many places were given before; every eighth is a first message's before it is anybody else's, and
    every eighth a reminder's.
    """
    left = {rank: list(reversed(waiting.get(rank, ()))) for rank in RANKS}
    chosen: list[int] = []
    for place in range(given, given + places):
        favoured = {CYCLE - 1: FIRST, CYCLE // 2 - 1: OWN}.get(place % CYCLE, ANSWER)
        rank = next((one for one in (favoured, *RANKS) if left[one]), None)
        if rank is None:
            break
        chosen.append(left[rank].pop())
    return chosen


async def claim(
    tx: Tx,
    now: datetime,
    channel: str,
    places: int,
    *,
    given: int = 0,
    rest: timedelta = timedelta(0),
    worker: int | None = None,
) -> list[Leased]:
    """Lease up to `places` rows of a channel to this worker, in the order in which they shall go (see `choose`).

    Only the first live row of each prospect's lane, so that their order holds; an edit apart, none to whom something
    was sent less than `rest` ago. Expired leases are taken again.
    """
    asked = {"now": now, "channel": channel, "most": places, "rested": now - rest, "long": now + LONG}
    waiting: dict[int, list[int]] = {}
    for row in await tx.execute(_waiting(rested=bool(rest)), asked):
        waiting.setdefault(row.rank, []).append(row.id)
    chosen = choose(waiting, places, given)
    if not chosen:
        return []
    found = await tx.execute(_LEASE_THEM, {"rows": chosen, "until": now + LEASE, "by": worker})
    leased = {row.id: Leased(*row) for row in found}
    failpoint("dispatch.claiming")
    return [leased[number] for number in chosen if number in leased]


async def has_ready(tx: Tx, now: datetime, channels: Sequence[str]) -> bool:
    """Whether any row of these channels may be claimed: a look that writes nothing."""
    return (await tx.execute(_ready(tuple(channels)), {"now": now})).first() is not None


_NOW = bindparam("now", type_=outbox.c.not_before.type)
_LONG = bindparam("long", type_=outbox.c.not_before.type)
_FREE = and_(
    among(outbox.c.state, LIVE),
    or_(outbox.c.state == "ready", and_(outbox.c.state == "leased", outbox.c.lease_until <= _NOW)),
    outbox.c.not_before <= _NOW,
)


@cache
def _ready(channels: tuple[str, ...]) -> Any:
    """The oldest of each stretch: asked for in this way PostgreSQL does not walk through what was sent long ago."""
    oldest = []
    for channel, rank in product(channels, RANKS):
        rows = select(outbox.c.id).where(outbox.c.channel == channel, outbox.c.rank == rank, _FREE)
        oldest.append(select(rows.order_by(outbox.c.not_before).limit(1).subquery().c.id))
    return union_all(*oldest).limit(1)


@cache
def _waiting(*, rested: bool) -> Any:
    """The rows of each rank that may go, the oldest first, as many of each as there are places."""
    found = []
    for rank in RANKS:
        rows = (
            select(outbox.c.id, outbox.c.rank)
            .where(outbox.c.channel == bindparam("channel"), outbox.c.rank == rank, _FREE, ~_behind(rank))
            .order_by(outbox.c.not_before, outbox.c.id)
            .limit(bindparam("most", type_=Integer))
            .with_for_update(skip_locked=True, of=outbox)
        )
        named = (rows.where(_at_rest()) if rested else rows).subquery(f"rank_{rank}")
        found.append(select(named.c.id, named.c.rank))
    return union_all(*found)


def _behind(rank: int) -> ColumnElement[bool]:
    """Whether something has to be said to them before this: whatever was written before, there, and may still go.

    What waits for another channel holds nothing up on this one. An answer waits for nothing that Holdback says of
    itself and that waits for its hour, which may be days away, or that is tried again much later.
    """
    earlier = outbox.alias("earlier")
    there = and_(earlier.c.lane == outbox.c.lane, earlier.c.channel == outbox.c.channel)
    before = [there, earlier.c.id < outbox.c.id, among(earlier.c.state, LIVE)]
    if rank == ANSWER:
        put_off = and_(earlier.c.proactive, earlier.c.state == "ready", earlier.c.not_before > _NOW)
        before.append(not_(and_(put_off, or_(earlier.c.attempts == 0, earlier.c.not_before > _LONG))))
    return exists().where(*before)


def _at_rest() -> ColumnElement[bool]:
    """An edit changes what was said; only what is said anew keeps its distance."""
    said = outbox.alias("said")
    lately = (
        select(said.c.lane)
        .where(among(said.c.state, ("sent",)), said.c.channel == bindparam("channel"), said.c.kind != "edit")
        .where(said.c.sent_at > bindparam("rested", type_=said.c.sent_at.type))
    )
    return or_(outbox.c.kind == "edit", outbox.c.lane.not_in(lately))


_LEASED = (
    "id",
    "prospect_id",
    "conversation_id",
    "channel",
    "kind",
    "proactive",
    "fence",
    "attempts",
    "created_at",
    "reason",
)
_LEASE_THEM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .values(state="leased", lease_until=bindparam("until"), fence=outbox.c.fence + 1, worker=bindparam("by"))
    .returning(*(outbox.c[name] for name in _LEASED))
)
