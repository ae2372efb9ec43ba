"""Groups by lot: who is in each, who bought within their window, what it brought and what it cost.

Everything is counted from rows that are only added to, as of a moment: a verdict can be made again from them alone.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from flows.evidence.intervals import Sums
from flows.evidence.lot import Lot, read_lot
from flows.evidence.verdicts import WEEK, Comparison, Group
from storage.database import Tx
from storage.reads.common import by_turns
from storage.tables import conversations, grants, outbox, purchases

COMPANY_DAYS = 30
"""Companies decide more slowly: their window is this long at least."""

Subquery = Any


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which one lot held: its shares, since when, and the looks that earlier lots had before it."""

    campaign: str
    lot: Lot
    since: datetime
    earlier_weeks: int = 0


@dataclass(slots=True)
class Counted:
    """One group: its people whose windows have closed, and what became of them.

    Money is in the shop's currency. `unknown` counts orders whose amount is unknown or in another currency: they are
    purchases, but not revenue. `refunded` counts orders that were given back whole: no purchases. `messages` were sent.
    `net` sums revenue minus discounts person by person.
    """

    people: int = 0
    bought: int = 0
    revenue: Decimal = Decimal(0)
    discounts: Decimal = Decimal(0)
    messages: int = 0
    refunded: int = 0
    unknown: int = 0
    squares: float = 0.0

    @property
    def group(self) -> Group:
        """People and buyers."""
        return Group(self.people, self.bought)

    @property
    def net(self) -> Sums:
        """Revenue minus discounts, over people."""
        return Sums(self.people, float(self.revenue - self.discounts), self.squares)


@dataclass(frozen=True, slots=True)
class Pair:
    """The two groups of a comparison, and how many people still have an open window."""

    treated: Counted
    control: Counted
    open: int
    control_share: float


@dataclass(slots=True)
class _Person:
    arm: str
    start: datetime
    until: datetime
    bought: bool = False
    money: dict[str, Decimal] = field(default_factory=lambda: {"revenue": Decimal(0), "discounts": Decimal(0)})


async def period(tx: Tx, campaign: str) -> Period | None:
    """The lot that holds, else held last; None when nothing was ever decided by chance in this campaign."""
    found = await tx.execute(
        select(conversations.c.lot, func.min(conversations.c.created_at), func.max(conversations.c.id))
        .where(conversations.c.campaign == campaign, conversations.c.lot.is_not(None))
        .group_by(conversations.c.lot)
    )
    lots = [(lot, since, newest) for text, since, newest in found if (lot := read_lot(text)) is not None]
    if not lots:
        return None
    last = max(lots, key=lambda one: one[2])[0]
    shares = (last.never, last.control)
    since = min(at for lot, at, _ in lots if (lot.never, lot.control) == shares)
    first = min(at for _, at, _ in lots)
    return Period(campaign, Lot(*shares), since, -((first - since) // WEEK))


def planned_share(lot: Lot, comparison: Comparison) -> float | None:
    """The planned share of the control group among both groups of a comparison; None when it is not measured."""
    left_alone, rest = lot.never if comparison == "contacted" else lot.control, 100 - lot.never - lot.control
    return left_alone / (left_alone + rest) if left_alone and rest else None


async def compare(
    tx: Tx, measured: Period, comparison: Comparison, *, as_of: datetime, days: int, currency: str
) -> Pair | None:
    """The two groups of a comparison as they stood at a moment; None when the lot does not have both.

    Each person counts once, with their first conversation under this lot, whatever came after. `contacted`: those the
    lot wrote to, with offers, against those it left alone, both from the moment of enrolment; who came by themselves
    is in neither. `offered`: those who were asked, with offers against without, from the first message, however they
    came. Purchases count within `days` (companies: 30 at least), with a code or without.
    """
    share = planned_share(measured.lot, comparison)
    if share is None:
        return None
    people = _people(measured, comparison).subquery()
    closed = _closed(people, as_of, days)
    arms = {"treated": Counted(), "control": Counted()}
    sizes = await tx.execute(
        select(people.c.arm, closed.label("closed"), func.count())
        .where(people.c.start <= as_of)
        .group_by(people.c.arm, closed)
    )
    still_open = 0
    for arm, is_closed, number in sizes:
        if is_closed:
            arms[_side(arm)].people += int(number)
        else:
            still_open += int(number)
    await _money(tx, people, closed, arms, as_of=as_of, days=days, currency=currency)
    await _messages(tx, people, closed, arms, as_of)
    return Pair(arms["treated"], arms["control"], still_open, share)


def _side(arm: str) -> str:
    return "treated" if arm == "offer" else "control"


def _people(measured: Period, comparison: Comparison) -> Any:
    """The first conversation of each person under the lot, with the moment its window starts."""
    lots = [str(Lot(measured.lot.never, measured.lot.control))]
    if comparison == "offered":
        lots.append(str(Lot(measured.lot.never, measured.lot.control, came=True)))
    other = "never" if comparison == "contacted" else "control"
    table, before = conversations, conversations.alias("before")
    start = table.c.created_at if comparison == "contacted" else table.c.first_contact_at
    mine = and_(table.c.campaign == measured.campaign, table.c.lot.in_(lots))
    earlier = exists().where(
        before.c.prospect_id == table.c.prospect_id,
        before.c.id < table.c.id,
        before.c.campaign == measured.campaign,
        before.c.lot.in_(lots),
    )
    return select(table.c.id, table.c.prospect_id, table.c.arm, table.c.segment, start.label("start")).where(
        mine, table.c.arm.in_(("offer", other)), start.is_not(None), ~earlier
    )


def _closed(people: Subquery, as_of: datetime, days: int) -> ColumnElement[bool]:
    company = people.c.segment.is_not_distinct_from("b2b")
    closed: ColumnElement[bool] = or_(
        and_(~company, people.c.start <= as_of - timedelta(days=days)),
        and_(company, people.c.start <= as_of - timedelta(days=max(days, COMPANY_DAYS))),
    )
    return closed


def window_of(segment: str | None, days: int) -> timedelta:
    """How long purchases count for somebody in this learning segment."""
    return timedelta(days=max(days, COMPANY_DAYS) if segment == "b2b" else days)


async def _money(
    tx: Tx, people: Subquery, closed: ColumnElement[bool], arms: dict[str, Counted], *, as_of: datetime, days: int,
    currency: str,
) -> None:  # fmt: skip
    """Add purchases within the window and what redeemed offers cost, person by person."""
    who = (people.c.id, people.c.arm, people.c.segment, people.c.start)
    orders = await tx.execute(
        select(*who, purchases.c.bought_at, purchases.c.amount, purchases.c.currency, purchases.c.refunded,
               purchases.c.refunded_at)
        .join(purchases, purchases.c.prospect_id == people.c.prospect_id)
        .where(closed, purchases.c.bought_at >= people.c.start, purchases.c.recorded_at <= as_of)
    )  # fmt: skip
    known: dict[int, _Person] = {}
    async for row in by_turns(orders):
        person = _person(known, row, days)
        if row.bought_at < person.until:
            _order(arms[_side(row.arm)], person, row, as_of, currency)
    given = await tx.execute(
        select(*who, grants.c.code, grants.c.value, grants.c.redeemed_at)
        .join(grants, grants.c.conversation_id == people.c.id)
        .where(closed, grants.c.value.is_not(None), grants.c.currency == currency, grants.c.granted_at <= as_of)
    )
    async for grant in by_turns(given):
        if grant.code is None or (grant.redeemed_at is not None and grant.redeemed_at <= as_of):
            _person(known, grant, days).money["discounts"] += grant.value
    for person in known.values():
        counted = arms[_side(person.arm)]
        counted.bought += person.bought
        counted.revenue += person.money["revenue"]
        counted.discounts += person.money["discounts"]
        counted.squares += float(person.money["revenue"] - person.money["discounts"]) ** 2


def _person(known: dict[int, _Person], row: Any, days: int) -> _Person:
    if row.id not in known:
        known[row.id] = _Person(row.arm, row.start, row.start + window_of(row.segment, days))
    return known[row.id]


def _order(counted: Counted, person: _Person, row: Any, as_of: datetime, currency: str) -> None:
    if row.refunded_at is not None and row.refunded_at <= as_of:
        counted.refunded += 1
        return
    person.bought = True
    if row.amount is None or row.currency != currency:
        counted.unknown += 1
        return
    person.money["revenue"] += row.amount - (row.refunded or 0)


async def _messages(
    tx: Tx, people: Subquery, closed: ColumnElement[bool], arms: dict[str, Counted], as_of: datetime
) -> None:
    sent = await tx.execute(
        select(people.c.arm, func.count())
        .join(outbox, outbox.c.conversation_id == people.c.id)
        .where(
            closed,
            outbox.c.state == "sent",
            outbox.c.kind != "edit",
            outbox.c.channel != "web",
            outbox.c.sent_at <= as_of,
        )
        .group_by(people.c.arm)
    )
    for arm, number in sent:
        arms[_side(arm)].messages += int(number)
