"""Checkouts of connected shops that are not paid yet: found to be abandoned by silence, closed by an order.

Whatever the order in which a shop's reports arrive, the end is the same: an older report never undoes a newer one, and
a checkout that was completed is never opened again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select, update

from storage.database import Record, Tx
from storage.dialects import among, insert
from storage.prospects import normalise
from storage.tables import checkouts

NAMING = ("external", "email", "phone")
"""Identities a shop knows people by."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a shop told of a checkout. `report` is kept until it is over: `identities` by kind, and `data`."""

    shop: str
    key: str
    identities: Mapping[str, str]
    data: Mapping[str, Any]
    at: datetime


async def note(tx: Tx, checkout: Checkout, prospect_id: int | None, now: datetime, *, silence: timedelta) -> bool:
    """Keep the newest word about an open checkout. False when something newer, or its end, is known already."""
    values = {
        "prospect_id": prospect_id,
        "report": {"identities": normalised(checkout.identities), "data": dict(checkout.data)},
        "updated_at": min(checkout.at, now),
        "due_at": min(checkout.at, now) + silence,
    }
    row = insert(tx, checkouts).values(shop=checkout.shop, key=checkout.key, state="open", **values)
    newer = and_(checkouts.c.state == "open", checkouts.c.updated_at < values["updated_at"])
    kept = await tx.execute(
        row.on_conflict_do_update(index_elements=["shop", "key"], set_=values, where=newer).returning(checkouts.c.id)
    )
    return kept.scalar_one_or_none() is not None


async def complete(tx: Tx, shop: str, key: str, at: datetime, now: datetime) -> None:
    """This checkout has become an order, or was ended by the shop; what was known of it is not needed any more.

    A checkout nobody has told of yet is noted as completed, so that a late word about it opens nothing.
    """
    done = {"state": "completed", "report": {}, "closed_at": now}
    row = insert(tx, checkouts).values(shop=shop, key=key, updated_at=min(at, now), due_at=min(at, now), **done)
    await tx.execute(
        row.on_conflict_do_update(index_elements=["shop", "key"], set_=done, where=checkouts.c.state != "completed")
    )


async def complete_of(tx: Tx, identities: Mapping[str, str], at: datetime, now: datetime) -> int:
    """Somebody bought: their open checkouts from before that moment are over. Returns how many there were."""
    closed = await tx.execute(
        update(checkouts)
        .where(names(list(identities.items())), checkouts.c.updated_at <= at)
        .values(state="completed", report={}, closed_at=now)
    )
    return closed.rowcount


async def is_completed(tx: Tx, shop: str, key: str) -> bool:
    """Whether this checkout ended in an order. Waits for whoever is just deciding that."""
    query = select(checkouts.c.state).where(checkouts.c.shop == shop, checkouts.c.key == key).with_for_update()
    return (await tx.execute(query)).scalar_one_or_none() == "completed"


async def any_due(tx: Tx, now: datetime) -> bool:
    """Whether nothing more was heard of any checkout until its time: a look that writes nothing."""
    return (await tx.execute(_ANY_DUE, {"now": now})).scalar_one_or_none() is not None


async def abandon_due(tx: Tx, now: datetime, limit: int) -> Sequence[Record]:
    """Checkouts that were silent long enough, oldest first; from now on they count as abandoned.

    Rows with shop, key, report and updated_at, as they were: their report is not kept any longer than this transaction.
    """
    query = select(checkouts.c.id, checkouts.c.shop, checkouts.c.key, checkouts.c.report, checkouts.c.updated_at)
    due = (
        await tx.execute(
            query.where(_open(), checkouts.c.due_at <= now)
            .order_by(checkouts.c.due_at, checkouts.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if due:
        over = update(checkouts).where(checkouts.c.id.in_([row.id for row in due]))
        await tx.execute(over.values(state="abandoned", report={}, closed_at=now))
    return due


async def belongs_to(tx: Tx, shop: str, key: str, prospect_id: int) -> None:
    """The abandoned checkout was theirs."""
    theirs = update(checkouts).where(checkouts.c.shop == shop, checkouts.c.key == key)
    await tx.execute(theirs.values(prospect_id=prospect_id))


async def count_open(tx: Tx) -> dict[str, int]:
    """How many checkouts are being waited for, by shop."""
    rows = (await tx.execute(select(checkouts.c.shop).where(_open()))).scalars().all()
    return {shop: rows.count(shop) for shop in set(rows)}


def names(known: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    """The condition that a checkout is open and names somebody by any of these identities (kind, value)."""
    named = checkouts.c.report["identities"]
    told = [named[kind].as_string() == normalise(kind, value) for kind, value in known if kind in NAMING]
    return and_(_open(), or_(*told) if told else false())


def normalised(identities: Mapping[str, str]) -> dict[str, str]:
    """The identities a shop knows somebody by, in the form they are looked up in."""
    return {kind: normalise(kind, identities[kind]) for kind in NAMING if identities.get(kind)}


def _open() -> ColumnElement[bool]:
    return among(checkouts.c.state, ["open"])


_ANY_DUE = select(checkouts.c.id).where(_open(), checkouts.c.due_at <= bindparam("now")).limit(1)
"""Asked whenever somebody looks for work, and so put together once."""
