"""What each offer led to: given for which barrier to which segment, bought within the window, brought and cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from flows.evidence.returns import Move
from storage.database import Tx
from storage.reads.common import Window, by_turns, within
from storage.reads.evidence import COMPANY_DAYS, window_of
from storage.tables import conversations, grants, outbox, purchases

Key = tuple[str, str | None, str | None]


@dataclass(slots=True)
class _Tally:
    people: int = 0
    open: int = 0
    bought: int = 0
    unknown: int = 0
    refunded: int = 0
    squares: float = 0.0
    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


async def made(tx: Tx, campaign: str, window: Window, *, as_of: datetime, days: int, currency: str) -> list[Move]:
    """The moves of a campaign in a window, by offer, barrier and learning segment; the largest first.

    A purchase within `days` (companies: 30 at least) after the offer counts, with its code or without; after two
    offers it counts for both. Offers of people who were erased are left out.
    """
    closed = _closed(as_of, days)
    base = (
        select(grants.c.id, grants.c.offer, grants.c.barrier, conversations.c.segment, grants.c.granted_at,
               grants.c.prospect_id, grants.c.code, grants.c.value, grants.c.currency, grants.c.redeemed_at,
               closed.label("closed"))
        .join(conversations, conversations.c.id == grants.c.conversation_id)
        .where(grants.c.campaign == campaign, within(grants.c.granted_at, window), grants.c.prospect_id.is_not(None))
    ).subquery()  # fmt: skip
    tallies: dict[Key, _Tally] = {}
    key = (base.c.offer, base.c.barrier, base.c.segment)
    for offer, barrier, segment, is_closed, number in await tx.execute(
        select(*key, base.c.closed, func.count()).group_by(*key, base.c.closed)
    ):
        tally = tallies.setdefault((offer, barrier, segment), _Tally())
        tally.people += int(number) if is_closed else 0
        tally.open += 0 if is_closed else int(number)
    await _add_money(tx, base, tallies, as_of=as_of, days=days, currency=currency)
    moves = [
        Move(*named, one.people, one.bought, one.revenue, one.cost, one.squares, one.unknown, one.refunded, one.open)
        for named, one in tallies.items()
    ]
    return sorted(moves, key=lambda one: (-one.people, one.offer, one.barrier or "", one.segment or ""))


def _closed(as_of: datetime, days: int) -> ColumnElement[bool]:
    company = conversations.c.segment.is_not_distinct_from("b2b")
    return or_(
        and_(~company, grants.c.granted_at <= as_of - timedelta(days=days)),
        and_(company, grants.c.granted_at <= as_of - timedelta(days=max(days, COMPANY_DAYS))),
    )


async def _add_money(
    tx: Tx, base: Any, tallies: dict[Key, _Tally], *, as_of: datetime, days: int, currency: str
) -> None:
    who = (base.c.id, base.c.offer, base.c.barrier, base.c.segment)
    net: dict[int, tuple[_Tally, Decimal]] = {}
    costs = await tx.execute(
        select(*who, base.c.value).where(
            base.c.closed,
            base.c.value.is_not(None),
            base.c.currency == currency,
            or_(base.c.code.is_(None), base.c.redeemed_at <= as_of),
        )
    )
    async for row in by_turns(costs):
        tally = tallies[row.offer, row.barrier, row.segment]
        tally.cost += row.value
        net[row.id] = (tally, -row.value)
    orders = await tx.execute(
        select(*who, base.c.granted_at, purchases)
        .join(purchases, purchases.c.prospect_id == base.c.prospect_id)
        .where(base.c.closed, purchases.c.bought_at >= base.c.granted_at, purchases.c.recorded_at <= as_of)
    )
    buyers: set[int] = set()
    async for row in by_turns(orders):
        if row.bought_at >= row.granted_at + window_of(row.segment, days):
            continue
        tally = tallies[row.offer, row.barrier, row.segment]
        revenue = _revenue(tally, row, as_of, currency)
        if revenue is None:
            continue
        if row.id not in buyers:
            buyers.add(row.id)
            tally.bought += 1
        tally.revenue += revenue
        net[row.id] = (tally, net.get(row.id, (tally, Decimal(0)))[1] + revenue)
    for tally, amount in net.values():
        tally.squares += float(amount) ** 2


def _revenue(tally: _Tally, row: Any, as_of: datetime, currency: str) -> Decimal | None:
    """What an order brought; None when it was given back. Unknown and foreign amounts cannot be added."""
    if row.refunded_at is not None and row.refunded_at <= as_of:
        tally.refunded += 1
        return None
    if row.amount is None or row.currency != currency:
        tally.unknown += 1
        return Decimal(0)
    amount: Decimal = row.amount - (row.refunded or 0)
    return amount


@dataclass(frozen=True, slots=True)
class Spent:
    """What a campaign sent and gave in a window: messages by channel, and the value of what was redeemed."""

    messages: dict[str, int]
    discounts: Decimal
    prospects: int


async def spent(tx: Tx, campaign: str, window: Window, *, currency: str) -> Spent:
    """Messages sent, offers redeemed (without a code: given) and prospects written to, of a campaign in a window."""
    sent = await tx.execute(
        select(outbox.c.channel, func.count())
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(
            conversations.c.campaign == campaign,
            outbox.c.state == "sent",
            outbox.c.kind != "edit",
            within(outbox.c.sent_at, window),
        )
        .group_by(outbox.c.channel)
    )
    used = or_(and_(grants.c.code.is_(None), within(grants.c.granted_at, window)), within(grants.c.redeemed_at, window))
    value = select(func.sum(grants.c.value)).where(grants.c.campaign == campaign, grants.c.currency == currency, used)
    people = select(func.count(conversations.c.prospect_id.distinct())).where(
        conversations.c.campaign == campaign, within(conversations.c.first_contact_at, window)
    )
    return Spent(
        {channel: int(number) for channel, number in sent},
        (await tx.execute(value)).scalar_one() or Decimal(0),
        int((await tx.execute(people)).scalar_one()),
    )
