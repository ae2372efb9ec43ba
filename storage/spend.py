"""What sources, mediums and campaigns cost, for whole days. Nothing is counted twice, no currencies are added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import delete, insert, select, update

from storage.database import Record, Tx
from storage.dialects import one_at_a_time
from storage.tables import spend


@dataclass(frozen=True, slots=True)
class Spend:
    """An amount spent from `first` to `last`, both days included. An empty medium or campaign is all of them."""

    source: str
    medium: str
    campaign: str
    first: date
    last: date
    amount: Decimal
    currency: str
    note: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it was spent on."""
        return self.source, self.medium, self.campaign

    @property
    def days(self) -> int:
        """How many days it is for."""
        return (self.last - self.first).days + 1

    def within(self, first: date, last: date) -> Decimal:
        """The part that falls on these days, spread evenly over all of its own. To the cent."""
        days = (min(last, self.last) - max(first, self.first)).days + 1
        return (self.amount * max(days, 0) / self.days).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Clash:
    """A spend for some of the same days on the same thing is recorded already."""

    first: date
    last: date


Outcome = Literal["created", "updated", "unchanged"] | Clash
"""What became of a spend. The very same days again correct the amount; days that overlap otherwise are refused."""


async def put(tx: Tx, spends: Sequence[Spend], by: str, now: datetime) -> list[Outcome]:
    """Record what was spent, each by itself; what clashes is left out.

    One at a time: whoever records at the same moment waits here, and then sees these days taken.
    """
    await one_at_a_time(tx, "spend")
    return [await _put(tx, one, by, now) for one in spends]


async def _put(tx: Tx, one: Spend, by: str, now: datetime) -> Outcome:
    source, medium, campaign = one.key
    first, last = one.first.isoformat(), one.last.isoformat()
    query = select(spend).where(
        spend.c.source == source,
        spend.c.medium == medium,
        spend.c.campaign == campaign,
        spend.c.from_day <= last,
        spend.c.to_day >= first,
    )
    known = (await tx.execute(query.order_by(spend.c.from_day).limit(1))).one_or_none()
    values = {"amount": one.amount, "currency": one.currency, "note": one.note, "recorded_by": by, "recorded_at": now}
    if known is None:
        row = {"source": source, "medium": medium, "campaign": campaign, "from_day": first, "to_day": last}
        await tx.execute(insert(spend).values(row | values))
        return "created"
    there = of_row(known)
    if (there.first, there.last) != (one.first, one.last):
        return Clash(there.first, there.last)
    if (there.amount, there.currency, there.note) == (one.amount, one.currency, one.note):
        return "unchanged"
    await tx.execute(update(spend).where(spend.c.id == known.id).values(values))
    return "updated"


async def remove(tx: Tx, number: int) -> Spend | None:
    """Take a spend back; what it was, or None when it is not there."""
    row = (await tx.execute(select(spend).where(spend.c.id == number))).one_or_none()
    if row is None:
        return None
    await tx.execute(delete(spend).where(spend.c.id == number))
    return of_row(row)


async def page(tx: Tx, *, after: int = 0, limit: int = 100) -> Sequence[Record]:
    """Rows in the order in which they were recorded."""
    return (await tx.execute(select(spend).where(spend.c.id > after).order_by(spend.c.id).limit(limit))).all()


async def newest(tx: Tx, limit: int) -> Sequence[Record]:
    """Rows by the days they are for, the newest first."""
    order = (spend.c.to_day.desc(), spend.c.from_day.desc(), spend.c.source, spend.c.id)
    return (await tx.execute(select(spend).order_by(*order).limit(limit))).all()


async def between(tx: Tx, first: date, last: date) -> list[Spend]:
    """Every spend with at least one of these days."""
    query = select(spend).where(spend.c.from_day <= last.isoformat(), spend.c.to_day >= first.isoformat())
    return [of_row(row) for row in await tx.execute(query.order_by(spend.c.id))]


def of_row(row: Record) -> Spend:
    """A row as a value."""
    first, last = date.fromisoformat(row.from_day), date.fromisoformat(row.to_day)
    return Spend(row.source, row.medium, row.campaign, first, last, row.amount, row.currency, row.note)


def sums(spends: Sequence[Spend], first: date, last: date, currency: str) -> tuple[Decimal, dict[str, Decimal]]:
    """(what was spent on these days in this currency, the same in each other currency: never added up)."""
    total: dict[str, Decimal] = {}
    for one in spends:
        total[one.currency] = total.get(one.currency, Decimal(0)) + one.within(first, last)
    own = total.pop(currency, Decimal(0))
    return own, total
