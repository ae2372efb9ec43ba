"""What the first page asks: what holds people back, who waits, how far they came, what is left, whether all runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import case, exists, func, select

from storage import inbox
from storage.database import Tx
from storage.dialects import among
from storage.reads import barriers
from storage.reads.common import NAMES_ANY, Window, within
from storage.reads.inbox_view import NEEDS_STAFF, WAITING_SINCE
from storage.tables import answers, codes, conversations, grants, outbox, purchases, timers

LATE = timedelta(minutes=2)
"""What was due so long ago and still waits is late."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many people named each barrier in a window, and how many named any."""

    people: int
    by_barrier: dict[str, int]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Conversations that began in a window, and how far they have come since."""

    enrolled: int
    reached: int
    answered: int
    offered: int
    bought: int


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in a window: messages sent, people who answered, orders, and those of people we had written to."""

    sent: int
    answered: int
    bought: int
    after_contact: int


@dataclass(frozen=True, slots=True)
class Health:
    """What waits in the queues. `late_since` is the oldest moment at which something should have been done already."""

    arriving: int
    set_aside: int
    sending: int
    late: int
    late_since: datetime | None
    timers_late: int
    not_delivered: int
    unknown: int


async def held_back(tx: Tx, window: Window) -> Held:
    """What people said held them back. Who named two barriers counts once for each, and once among the people."""
    total = await barriers.total(tx, barriers.Asked(window))
    return Held(total.people, total.by_barrier)


async def answered_by_span(tx: Tx, bounds: Sequence[datetime]) -> list[int]:
    """How many answers that name a barrier came between each bound and the next."""
    spans = list(pairwise(bounds))
    which = case(*((answers.c.answered_at < until, number) for number, (_, until) in enumerate(spans)), else_=-1)
    rows = await tx.execute(
        select(which, func.count())
        .where(NAMES_ANY, within(answers.c.answered_at, Window(bounds[0], bounds[-1])))
        .group_by(which)
    )
    found = {int(number): int(count) for number, count in rows}
    return [found.get(number, 0) for number in range(len(spans))]


async def waiting_for_staff(tx: Tx) -> tuple[int, datetime | None]:
    """How many conversations wait for staff, and since when the one that waits longest."""
    row = (await tx.execute(select(func.count(), func.min(WAITING_SINCE)).where(NEEDS_STAFF))).one()
    return int(row[0]), row[1]


async def funnel(tx: Tx, window: Window) -> Funnel:
    """How far the conversations that began in the window have come."""
    offered = exists().where(grants.c.conversation_id == conversations.c.id)
    row = (
        await tx.execute(
            select(
                func.count(),
                func.count(conversations.c.first_contact_at),
                func.count(conversations.c.barrier),
                func.count(case((offered, 1))),
                func.count(conversations.c.goal_at),
            ).where(within(conversations.c.created_at, window))
        )
    ).one()
    return Funnel(*(int(number) for number in row))


async def week(tx: Tx, window: Window, held: Held) -> Week:
    """What happened in the window. `held` is what people said in it."""
    sent = select(func.count()).where(
        outbox.c.state == "sent", outbox.c.kind != "edit", within(outbox.c.sent_at, window)
    )
    orders = select(func.count(), func.count(purchases.c.conversation_id)).where(
        within(purchases.c.bought_at, window), purchases.c.refunded_at.is_(None)
    )
    bought = (await tx.execute(orders)).one()
    return Week(
        sent=int((await tx.execute(sent)).scalar_one()),
        answered=held.people,
        bought=int(bought[0]),
        after_contact=int(bought[1]),
    )


async def pools(tx: Tx, now: datetime) -> dict[str, tuple[int, int]]:
    """Offer -> (codes that can be given now, codes ever imported)."""
    free = case((codes.c.used_at.is_(None) & (func.coalesce(codes.c.expires_at > now, True)), 1))
    rows = await tx.execute(select(codes.c.offer, func.count(free), func.count()).group_by(codes.c.offer))
    return {offer: (int(left), int(total)) for offer, left, total in rows}


async def health(tx: Tx, now: datetime) -> Health:
    """What waits in the queues, and what went wrong in the last day."""
    arriving = await inbox.backlog(tx)
    live = among(outbox.c.state, ("ready", "leased", "sending"))
    late = case((outbox.c.not_before < now - LATE, outbox.c.not_before))
    going = (await tx.execute(select(func.count(), func.count(late), func.min(late)).where(live))).one()
    overdue = select(func.count()).where(timers.c.due_at < now - LATE)
    troubled = (
        select(outbox.c.state, func.count())
        .where(among(outbox.c.state, ("failed", "unknown")), outbox.c.created_at >= now - timedelta(days=1))
        .group_by(outbox.c.state)
    )
    trouble = {state: int(number) for state, number in await tx.execute(troubled)}
    return Health(
        arriving=arriving.get("new", 0),
        set_aside=arriving.get("quarantined", 0),
        sending=int(going[0]),
        late=int(going[1]),
        late_since=going[2],
        timers_late=int((await tx.execute(overdue)).scalar_one()),
        not_delivered=trouble.get("failed", 0),
        unknown=trouble.get("unknown", 0),
    )
