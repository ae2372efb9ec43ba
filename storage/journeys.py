"""Where each person came from and what became of them, written when they are judged; and the sums of that, by day.

The sums change in the transaction that writes, joins or forgets a journey, so a page over a million people reads some
thousand rows. What is kept is exact: `recounting` gives the same from the journeys.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, literal_column, select
from sqlalchemy import insert as plain_insert

from storage.columns import Amount
from storage.database import Tx
from storage.dialects import insert, utc_day
from storage.tables import conversations, journey_days, journeys, profiles, prospects, purchases

NAMES: Final = ("source", "medium", "campaign")
"""What sums are kept apart by, beside the days."""

FIGURES: Final = (
    "came", "reached", "answered", "qualified", "bought", "orders", "unpriced", "refunded", "before", "fit", "judged",
    "near", "revenue",
)  # fmt: skip
"""What is summed: each is a column of both tables, but for `came` and `judged`, which a journey says by being there."""

STEP: Final = 20_000
"""Row ids whose journeys are rebuilt with one statement: none may take longer than a statement may."""

Key = tuple[str, str, str, str]
"""(span, source, medium, campaign), in the order in which rows are changed: no two transactions wait for each other."""


async def note(tx: Tx, prospect_ids: Sequence[int], currency: str) -> None:
    """Write down how these people stand now. Their profiles have just been written, and are locked."""
    before = await _known(tx, prospect_ids)
    rows = [dict(row._mapping) for row in await tx.execute(_standing(prospects.c.id.in_(prospect_ids), currency))]  # noqa: SLF001 - SQLAlchemy's public name for it
    changed = [row for row in rows if before.get(row["prospect_id"]) != row]
    if not changed:
        return
    row = insert(tx, journeys)
    new = {column.name: row.excluded[column.name] for column in journeys.c if not column.primary_key}
    await tx.execute(row.on_conflict_do_update(index_elements=["prospect_id"], set_=new), changed)
    former = [before[one["prospect_id"]] for one in changed if one["prospect_id"] in before]
    await _apply(tx, [(one, 1) for one in changed] + [(one, -1) for one in former])


async def forget(tx: Tx, prospect_ids: Sequence[int]) -> None:
    """These people go, or become another: what was written of them counts no longer."""
    known = await _known(tx, prospect_ids)
    await _apply(tx, [(one, -1) for one in known.values()])
    await tx.execute(delete(journeys).where(journeys.c.prospect_id.in_(prospect_ids)))


async def _known(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = await tx.execute(select(journeys).where(journeys.c.prospect_id.in_(ids)))
    return {row.prospect_id: dict(row._mapping) for row in rows}  # noqa: SLF001 - as above


async def _apply(tx: Tx, changes: Sequence[tuple[Mapping[str, Any], int]]) -> None:
    sums: dict[Key, dict[str, Any]] = {}
    for row, sign in changes:
        day = row["came_at"].astimezone(UTC).date().isoformat()
        for span in (day, month_of(day)):
            key = (span, row["source"] or "", row["medium"] or "", row["campaign"] or "")
            known = sums.setdefault(key, dict.fromkeys(FIGURES, 0))
            for name in FIGURES:
                known[name] += sign * _figure(row, name)
    rows = [
        dict(zip(("span", *NAMES), key, strict=True)) | figures
        for key, figures in sorted(sums.items())
        if any(figures.values())
    ]
    if not rows:
        return
    row = insert(tx, journey_days)
    added = {name: journey_days.c[name] + row.excluded[name] for name in FIGURES}
    await tx.execute(row.on_conflict_do_update(index_elements=list(journey_days.primary_key), set_=added), rows)
    spans = sorted({one["span"] for one in rows})
    await tx.execute(delete(journey_days).where(journey_days.c.span.in_(spans), journey_days.c.came <= 0))


def month_of(day: str) -> str:
    """How the sums of the month with this day (ISO) are marked. The marks of all days stand before those of months."""
    return "month " + day[:7]


def _figure(row: Mapping[str, Any], name: str) -> int | Decimal:
    if name in ("came", "judged"):
        return int(name == "came" or row["fit"] is not None)
    return row[name] or 0


def summed(name: str) -> ColumnElement[Any]:
    """The sum of a figure over journeys."""
    if name in ("came", "judged"):
        return func.count() if name == "came" else func.count(journeys.c.fit)
    return func.coalesce(func.sum(journeys.c[name], type_=journeys.c[name].type), 0)


def afresh() -> list[Select[Any]]:
    """What sums everything up from the journeys: `span`, NAMES and FIGURES, in this order."""
    found: list[Select[Any]] = []
    day = utc_day(journeys.c.came_at)
    for span in (day, literal_column("'month '").concat(func.substr(day, 1, 7))):
        of = (span, *(func.coalesce(journeys.c[name], literal_column("''")) for name in NAMES))
        found.append(select(*of, *(summed(name) for name in FIGURES)).group_by(*of))
    return found


async def rebuild(tx: Tx, currency: str) -> None:
    """Write everybody's journey afresh from the facts: for repairs. Takes long with many people; sums come after it."""
    await tx.execute(delete(journeys))
    last = (await tx.execute(select(func.max(prospects.c.id)))).scalar_one() or 0
    for start in range(0, last, STEP):
        some = prospects.c.id.between(start + 1, start + STEP)
        await tx.execute(plain_insert(journeys).from_select(_COLUMNS, _standing(some, currency)))


def _standing(whose: ColumnElement[bool], currency: str) -> Select[Any]:
    """How these people stand: a row of `journeys` for each."""
    columns = (prospects.c.id, prospects.c.created_at, prospects.c.product_name, *(prospects.c[name] for name in NAMES))
    people = select(*columns, _talked()).where(whose).cte("people")
    orders = _orders(people, currency)
    stands = func.coalesce(orders.c.orders, 0) > 0
    number = {
        name: func.coalesce(orders.c[name], 0).label(name) for name in ("orders", "unpriced", "refunded", "before")
    }
    return (
        select(
            people.c.id.label("prospect_id"),
            people.c.created_at.label("came_at"),
            *(people.c[name] for name in NAMES),
            people.c.product_name.label("product"),
            case((people.c.talked >= 1, 1), else_=0).label("reached"),
            case((people.c.talked == 2, 1), else_=0).label("answered"),
            case((profiles.c.stage.in_(("qualified", "customer")) | stands, 1), else_=0).label("qualified"),
            case((stands, 1), else_=0).label("bought"),
            *number.values(),
            profiles.c.fit,
            case((profiles.c.grade.in_(("A", "B")), 1), else_=0).label("near"),
            func.coalesce(orders.c.revenue, literal(Decimal(0), Amount)).label("revenue"),
        )
        .select_from(people)
        .outerjoin(orders, orders.c.prospect_id == people.c.id)
        .outerjoin(profiles, profiles.c.prospect_id == people.c.id)
    )


_COLUMNS: Final = (
    "prospect_id", "came_at", *NAMES, "product", "reached", "answered", "qualified", "bought", "orders", "unpriced",
    "refunded", "before", "fit", "near", "revenue",
)  # fmt: skip
"""In the order in which `_standing` selects them."""


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
