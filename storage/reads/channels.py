"""Where people come from, and what became of them: by source, medium and campaign.

The people of a span are those who became known in it, each once, whoever they were joined from. What they did later
counts for the span they came in. Orders from before they came, refunded ones and other currencies are told apart.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from storage.columns import Amount
from storage.database import Tx
from storage.reads.common import Window, within
from storage.tables import conversations, profile_reasons, profiles, prospects, purchases

LISTED: Final = 50
SAMPLE: Final = 400
"""Reasons are read of so many of the newest people of a source."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which people are asked for. Empty texts ask for all; `campaign` is the one that brought them."""

    window: Window
    product: str = ""
    campaign: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """The people of one source, medium and campaign (None: unknown), and what became of them.

    `revenue` is of orders since they came that stand, in the shop's currency, less what was paid back; `unpriced` of
    these orders have another currency or no amount. `refunded` are orders that were given back whole, `before` orders
    from before they came. `fit` is the sum over the `judged` ones, `near` how many of these have grade A or B.
    """

    source: str | None
    medium: str | None
    campaign: str | None
    came: int = 0
    reached: int = 0
    answered: int = 0
    qualified: int = 0
    bought: int = 0
    orders: int = 0
    unpriced: int = 0
    refunded: int = 0
    before: int = 0
    fit: int = 0
    judged: int = 0
    near: int = 0
    revenue: Decimal = Decimal(0)

    def plus(self, other: "Came") -> "Came":
        """Both together, under the names that they share."""
        both: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in FIGURES}
        for name in NAMES:
            both[name] = getattr(self, name) if getattr(self, name) == getattr(other, name) else None
        return Came(**both)


NAMES: Final = ("source", "medium", "campaign")
FIGURES: Final = tuple(one.name for one in fields(Came) if one.name not in NAMES)


async def came(tx: Tx, sought: Sought, currency: str) -> list[Came]:
    """Everybody who came, by source, medium and campaign."""
    people = _people(sought)
    orders = _orders(people, currency)
    stands = orders.c.orders > 0
    qualified = case((profiles.c.stage.in_(("qualified", "customer")) | stands, 1))
    rows = await tx.execute(
        select(
            *(people.c[name] for name in NAMES),
            func.count().label("came"),
            func.count(case((people.c.talked >= 1, 1))).label("reached"),
            func.count(case((people.c.talked == 2, 1))).label("answered"),
            func.count(qualified).label("qualified"),
            func.count(case((stands, 1))).label("bought"),
            *(func.sum(orders.c[name]).label(name) for name in ("orders", "unpriced", "refunded", "before")),
            func.sum(orders.c.revenue, type_=Amount).label("revenue"),
            func.sum(profiles.c.fit).label("fit"),
            func.count(profiles.c.fit).label("judged"),
            func.count(case((profiles.c.grade.in_(("A", "B")), 1))).label("near"),
        )
        .select_from(people)
        .outerjoin(orders, orders.c.prospect_id == people.c.id)
        .outerjoin(profiles, profiles.c.prospect_id == people.c.id)
        .group_by(*(people.c[name] for name in NAMES))
    )
    return [_came(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _came(row: Any) -> Came:
    figures: dict[str, Any] = {name: int(row[name] or 0) for name in FIGURES if name != "revenue"}
    return Came(**{name: row[name] for name in NAMES} | figures, revenue=row["revenue"] or Decimal(0))


def _people(sought: Sought) -> Any:
    chosen: list[ColumnElement[bool]] = [within(prospects.c.created_at, sought.window)]
    if sought.product:
        chosen.append(prospects.c.product_name == sought.product)
    if sought.campaign:
        chosen.append(prospects.c.campaign == sought.campaign)
    if sought.source:
        chosen.append(prospects.c.source == sought.source)
    columns = (prospects.c.id, prospects.c.created_at, *(prospects.c[name] for name in NAMES))
    return select(*columns, _talked()).where(*chosen).cte("people")


def _talked() -> ColumnElement[Any]:
    """2 for somebody who said what held them back, 1 when we wrote to them, else 0: one look by index for each."""
    told = case((conversations.c.barrier.is_not(None), 2), (conversations.c.first_contact_at.is_not(None), 1), else_=0)
    mine = select(func.max(told)).where(conversations.c.prospect_id == prospects.c.id)
    return func.coalesce(mine.scalar_subquery(), 0).label("talked")


def _orders(people: Any, currency: str) -> Any:
    """Of each of them, the orders that stand since they came, and those that are told apart."""
    since = purchases.c.bought_at >= people.c.created_at
    stands = and_(since, purchases.c.refunded_at.is_(None))
    priced = and_(stands, purchases.c.currency == currency, purchases.c.amount.is_not(None))
    paid_back = func.coalesce(purchases.c.refunded, 0, type_=Amount)
    revenue = func.sum(case((priced, purchases.c.amount - paid_back)), type_=Amount)
    query: Select[Any] = (
        select(
            people.c.id.label("prospect_id"),
            func.count(case((stands, 1))).label("orders"),
            (func.count(case((stands, 1))) - func.count(case((priced, 1)))).label("unpriced"),
            func.count(case((and_(since, purchases.c.refunded_at.is_not(None)), 1))).label("refunded"),
            func.count(case((~since, 1))).label("before"),
            revenue.label("revenue"),
        )
        .join(purchases, purchases.c.prospect_id == people.c.id)
        .group_by(people.c.id)
    )
    return query.subquery("orders")


def together(found: Sequence[Came], *by: str) -> list[Came]:
    """The same, told apart only by these names; the largest first."""
    groups: dict[tuple[str | None, ...], Came] = {}
    for one in found:
        key = tuple(getattr(one, name) for name in by)
        groups[key] = groups[key].plus(one) if key in groups else one
    return sorted(groups.values(), key=lambda one: (-one.came, *(getattr(one, name) or "" for name in NAMES)))


async def reasons(tx: Tx, sought: Sought) -> dict[str | None, list[Sequence[str]]]:
    """Source -> the reason lines of the fits of its newest people, up to SAMPLE of each of them."""
    people = _people(sought)
    place = func.row_number().over(partition_by=people.c.source, order_by=people.c.id.desc()).label("place")
    newest = select(people.c.id, people.c.source, place).subquery()
    rows = await tx.execute(
        select(newest.c.source, profile_reasons.c.reasons)
        .join(profile_reasons, profile_reasons.c.prospect_id == newest.c.id)
        .where(newest.c.place <= SAMPLE)
    )
    found: dict[str | None, list[Sequence[str]]] = defaultdict(list)
    for source, known in rows:
        if known.get("fit"):
            found[source].append(known["fit"])
    return found


async def names(tx: Tx) -> dict[str, list[str]]:
    """The sources, mediums and campaigns that occur, for a list to choose from: the most frequent first."""
    return {name: await choices(tx, name) for name in NAMES}


async def choices(tx: Tx, name: str, window: Window | None = None) -> list[str]:
    """What occurs in a column of prospects (in the window in which they came): the most frequent first."""
    column = prospects.c[name]
    query = select(column).where(column.is_not(None)).group_by(column).order_by(func.count().desc(), column)
    if window is not None:
        query = query.where(within(prospects.c.created_at, window))
    return list((await tx.execute(query.limit(LISTED))).scalars())
